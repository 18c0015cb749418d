"""The review of a draft: `review` with what the database knows, kept while nothing changes."""

from functools import lru_cache
from uuid import UUID

from tongban.catalogue import queries as catalogue
from tongban.catalogue.domain import Catalogue
from tongban.design import queries
from tongban.design.review import Review, review


def review_of(draft_id: UUID) -> tuple[Review, Catalogue]:
    """The review of a draft against its base version, and the content as it would be published."""
    merged, findings = queries.merged(draft_id)
    return _review(queries.base(draft_id).version, merged, tuple(findings)), merged


@lru_cache(maxsize=8)
def _review(base_version: str, merged: Catalogue, findings: tuple) -> Review:  # type: ignore[type-arg]
    return review(catalogue.version(base_version), merged, findings)
