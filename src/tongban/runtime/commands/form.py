"""`tongban form`: the one form, derived from what is known. Needs no database."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tongban.catalogue.calendars import current as calendar_of
from tongban.catalogue.domain import Catalogue, load
from tongban.catalogue.domain.values import LANGUAGES
from tongban.intake.domain import Derivation, Known, Provenance, Situation, derive
from tongban.kernel import regions
from tongban.kernel.errors import InvalidInput
from tongban.runtime.config import Config

app = typer.Typer()


def derivation_of(
    event: str, known: Path | None, answered: Path | None, applicant: str | None, region: str | None = None
) -> tuple[Catalogue, Derivation]:
    """The derivation that the files describe, over the product's own content."""
    from tongban.runtime.answers import bound_for, known_of, read_known

    facts, said = (read_known(path) if path else {} for path in (known, answered))
    config = Config.from_environment()
    catalogue = load(config.catalogue)
    bound = bound_for(catalogue, event, facts, said)
    today = datetime.now(calendar_of(config.home).zone).date()
    role = applicant or bound.event.applicant[0]
    if role not in bound.event.applicant:
        raise InvalidInput(
            "application.role",
            f"{role} cannot apply for {event}.",
            hint=f"Applicants are: {', '.join(bound.event.applicant)}.",
        )
    values = known_of(catalogue, bound, facts, today=today)
    typed = known_of(catalogue, bound, said, today=today)
    situation = Situation(
        applicant=role,
        region=regions.region(region).code if region else config.region,
        known={
            address: Known(value, Provenance(kind="known"))
            for address, value in values.items()
            if value is not None
        },
        answers=typed,
    )
    return catalogue, derive(bound, catalogue, situation)


@app.command()
def form(
    event: Annotated[str, typer.Argument(help="Code of the life event, e.g. newborn.")],
    *,
    known: Annotated[
        Path | None, typer.Option(help="JSON file: address → value that government knows.")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option(help="JSON file: address → value that was answered.")
    ] = None,
    applicant: Annotated[
        str | None, typer.Option(help="Which role applies; the event's first by default.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="Code of the applicant's region; this instance's by default.")
    ] = None,
    language: Annotated[str, typer.Option(help="zh-hans, zh-hant or en, for the table.")] = "zh-hans",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what is asked, why, what is known already, and which documents are left."""
    from tongban.runtime.answers import form_json

    if language not in LANGUAGES:
        raise InvalidInput(
            "form.language", f"{language} is not spoken here.", hint=f"Choose one of {', '.join(LANGUAGES)}."
        )
    _, derivation = derivation_of(event, known, answers, applicant, region)
    calendar = calendar_of(Config.from_environment().home)
    found = form_json(derivation, calendar, datetime.now(calendar.zone).date())
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    _print(found, language)


def _print(found: dict[str, Any], language: str) -> None:
    console = Console()
    asked = Table("address", "question", "why", title="asked")
    for field in found["fields"]:
        asked.add_row(
            field["address"],
            field["question"][language],
            field["reasons"][0]["why"][language] if field["reasons"] else "",
        )
    console.print(asked)
    papers = Table("document", "for", title="documents still needed")
    for one in found["materials"]:
        papers.add_row(one["name"][language] + ("" if one["required"] else " *"), ", ".join(one["items"]))
    console.print(papers)
    figures = Table("", "fields", "documents", "visits", "working days", title="before and after")
    for when in ("before", "after"):
        one = found[when]
        figures.add_row(when, str(one["fields"]), str(one["materials"]), str(one["visits"]), str(one["days"]))
    console.print(figures)
