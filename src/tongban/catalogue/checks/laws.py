"""The law articles that nobody has compared with the official text yet, and what rests on them."""

from dataclasses import dataclass
from typing import Any

from tongban.catalogue.checks.references import cited_article
from tongban.catalogue.domain import Catalogue, Law


@dataclass(frozen=True, slots=True, kw_only=True)
class Unverified:
    """An article of a law marked `verified: false`, with every place that cites it."""

    law: str
    title: str
    article: str
    """Empty: the law as a whole is cited."""
    file: str
    used: tuple[str, ...]
    """``items/birth_certificate.yaml:24``, in the order of the files; empty when nothing cites it."""

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "law": self.law,
            "title": self.title,
            "article": self.article or None,
            "file": self.file,
            "used": list(self.used),
        }


def unverified(catalogue: Catalogue, base: Catalogue | None = None) -> list[Unverified]:
    """Every article that is not verified, used ones first within each law.

    `base` holds the laws that `catalogue` cites and does not bring itself: a draft rests on the product's.
    """
    laws: dict[str, Law] = {**(base.laws if base else {}), **catalogue.laws}
    open_laws = {code: law for code, law in laws.items() if not law.verified}
    used: dict[tuple[str, str], list[str]] = {}
    for reference in catalogue.references:
        if reference.kind == "laws" and reference.code in open_laws:
            key = (reference.code, cited_article(catalogue, reference))
            used.setdefault(key, []).append(f"{reference.place.file}:{reference.place.line}")
    for code in catalogue.laws:
        for article in open_laws[code].articles if code in open_laws else ():
            used.setdefault((code, article), [])
        if code in open_laws and not open_laws[code].articles:
            used.setdefault((code, ""), [])
    found = [
        Unverified(
            law=code,
            title=laws[code].title.zh_hans,
            article=article,
            file=(catalogue if code in catalogue.laws else base or catalogue).place("laws", code).file,
            used=tuple(dict.fromkeys(places)),
        )
        for (code, article), places in used.items()
    ]
    return sorted(found, key=lambda one: (one.law, not one.used, one.article))
