"""The person's matters as rows of a list: drafts and cases, what waits for the person first."""

from dataclasses import dataclass
from uuid import UUID

from tongban.casework import queries as casework
from tongban.catalogue.domain import Catalogue
from tongban.faces.common import words
from tongban.intake import queries as intake


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One matter in a list."""

    href: str
    title: str
    number: str
    badge: str
    badge_words: str
    line: str
    needs_me: bool
    draft: bool


def rows(person_id: UUID, catalogue: Catalogue) -> list[Row]:
    """Everything of the person: what waits for them, then open cases and drafts, then what has ended."""
    cases = [_case(card) for card in casework.cases_of(person_id)]
    drafts = [_draft(card, catalogue) for card in intake.drafts(person_id)]
    return sorted([*cases, *drafts], key=lambda row: not row.needs_me)


def event_name(catalogue: Catalogue, code: str) -> str:
    """A life event's name; its code when the current catalogue no longer has it."""
    event = catalogue.life_events.get(code)
    return words.text(event.name) if event else code


def _draft(card: intake.DraftCard, catalogue: Catalogue) -> Row:
    return Row(
        href=f"/drafts/{card.application_id}/",
        title=event_name(catalogue, card.event_code),
        number="",
        badge="draft",
        badge_words="",
        line=words.say("citizen.my.touched", at=words.moment(card.touched_at)),
        needs_me=False,
        draft=True,
    )


def _case(card: casework.CaseCard) -> Row:
    open_case = card.state in {"working", "correction"}
    if card.needs_me:
        line = words.say("citizen.my.needs", count=card.needs_me)
    elif open_case:
        line = words.say(
            "citizen.my.running",
            done=card.items_done,
            total=card.items_total,
            day=words.day(card.promised_on),
        )
    else:
        line = words.say("citizen.my.ended", at=words.day(card.opened_at), end=words.day(card.ended_at))
    return Row(
        href=f"/cases/{card.application_id}/",
        title=words.text(card.event_name),
        number=card.number,
        badge="needs_me" if card.needs_me else card.state,
        badge_words="",
        line=line,
        needs_me=bool(card.needs_me),
        draft=False,
    )
