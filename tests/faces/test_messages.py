"""The message catalogues: complete in three languages, and neither more nor less than what pages say."""

import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "tongban"
LOCALES = ("zh_Hans", "zh_Hant", "en")
FOLDERS = sorted({path.parents[2] for path in PACKAGE.rglob("locale/*/LC_MESSAGES/django.po")})
NAMES = [str(folder.relative_to(PACKAGE)) for folder in FOLDERS]

RAISED = re.compile(r"(?:InvalidInput|Conflict|TooLarge|FieldFault)\(\s*(?:\w+,\s*)?\"([\w.]+)\"")
_TEMPLATE = re.compile(r"\{%\s*(?:say|translate)\s+[\"']([a-z][\w.]*)[\"']")
_TEMPLATE_ARGUMENT = re.compile(r"[\w]+=[\"']([a-z]\w*(?:\.\w+)+)[\"']")
_CODE = re.compile(r"\"([a-z]\w*(?:\.\w+)+)\"")


# The front of an id that code or a template puts together from a state or a code: f"state.{each}".
_FRONT = re.compile(r"[\"']([a-z]\w*(?:\.\w+)*\.)(?:\{|[\"'])")


@cache
def fronts() -> tuple[str, ...]:
    """The fronts of all ids that are put together somewhere."""
    files = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html")]
    found = {front for path in files for front in _FRONT.findall(path.read_text(encoding="utf-8"))}
    return tuple(sorted(found))


@cache
def catalogue(folder: Path, locale: str) -> Catalog:
    """One catalogue as it stands in its file."""
    with (folder / locale / "LC_MESSAGES" / "django.po").open("rb") as source:
        return read_po(source, locale=locale, abort_invalid=True)


def ids(folder: Path, locale: str) -> set[str]:
    """The ids of one catalogue."""
    return {_id(message.id) for message in catalogue(folder, locale) if message.id}


def _id(found: object) -> str:
    return str(found[0] if isinstance(found, list | tuple) else found)


def strings(found: object) -> list[str]:
    """The texts of one message: one, or one per plural form."""
    return [str(each) for each in found] if isinstance(found, list | tuple) else [str(found)]


def all_ids() -> set[str]:
    """Every id of every catalogue."""
    return {each for folder in FOLDERS for each in ids(folder, "zh_Hans")}


@cache
def used() -> frozenset[str]:
    """Every id that a template or a module names in full."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found |= set(_TEMPLATE.findall(text)) | set(_TEMPLATE_ARGUMENT.findall(text))
    for path in PACKAGE.rglob("*.py"):
        found |= set(_CODE.findall(path.read_text(encoding="utf-8")))
    return frozenset(found)


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_three_languages_say_the_same_things(folder: Path) -> None:
    """No page is half English because a message was written in one language only."""
    expected = ids(folder, "zh_Hans")
    assert expected
    assert {locale: expected ^ ids(folder, locale) for locale in LOCALES} == {
        locale: set() for locale in LOCALES
    }


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_no_message_is_empty_or_a_guess(folder: Path, locale: str) -> None:
    """Nobody sees an id or a blank where a sentence should stand."""
    entries = [message for message in catalogue(folder, locale) if message.id]
    assert [message.id for message in entries if message.fuzzy] == []
    assert [
        message.id for message in entries if not all(each.strip() for each in strings(message.string))
    ] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_places_agree(folder: Path) -> None:
    """A number or a date that Chinese shows is shown in English too, and no place stays unfilled."""

    def places(locale: str) -> dict[str, set[str]]:
        return {
            _id(message.id): {
                name for text in strings(message.string) for _, name, _, _ in Formatter().parse(text) if name
            }
            for message in catalogue(folder, locale)
            if message.id
        }

    assert places("zh_Hans") == places("zh_Hant") == places("en")


def test_every_id_that_is_used_exists() -> None:
    """No page shows an id instead of words."""
    named: set[str] = set()
    for path in PACKAGE.rglob("*.html"):
        named |= set(_TEMPLATE.findall(path.read_text(encoding="utf-8")))
    for path in PACKAGE.rglob("*.py"):
        named |= set(re.findall(r"\bsay\(\s*\"([a-z][\w.]*)\"", path.read_text(encoding="utf-8")))
    assert len(named) > 100
    assert sorted(named - all_ids()) == []


def test_no_message_is_unused() -> None:
    """Translators are not asked to keep sentences that nobody sees."""
    left = {each for each in all_ids() - used() if not each.startswith(fronts())}
    assert sorted(left) == []


def test_every_error_message_belongs_to_a_code_that_is_raised() -> None:
    """A message about an error names an error that exists."""
    messages = {each.removeprefix("error.") for each in all_ids() if each.startswith("error.")}
    left = {each for each in messages - used() - {"field"} if not each.startswith(fronts())}
    assert sorted(left) == []


@pytest.mark.parametrize(
    "room", ["intake", "casework/applicant.py", "catalogue/answers.py", "catalogue/documents.py"]
)
def test_every_error_that_an_applicant_can_meet_has_words(room: str) -> None:
    """Whatever intake refuses, the person is told in their own language."""
    found: set[str] = set()
    files = [PACKAGE / room] if room.endswith(".py") else sorted((PACKAGE / room).rglob("*.py"))
    for path in files:
        text = path.read_text(encoding="utf-8")
        found |= set(
            re.findall(r"(?:InvalidInput|Conflict|TooLarge|FieldFault)\(\s*(?:\w+,\s*)?\"([\w.]+)\"", text)
        )
    assert found
    known = {"known.unknown_address", "known.invalid"}  # of files for the command line, never of a page
    assert sorted(code for code in found - known if f"error.{code}" not in all_ids()) == []


def test_every_state_has_words() -> None:
    """A badge never shows a code: each state of a dispatch and of a case is a word."""
    from tongban.casework.domain.moves import CaseState, State

    states = {*State, *CaseState}
    assert sorted(str(state) for state in states if f"state.{state}" not in all_ids()) == []
    assert sorted(str(state) for state in State if f"citizen.next.{state}" not in all_ids()) == []
    assert (
        sorted(str(each) for each in CaseState if f"citizen.progress.headline.{each}" not in all_ids()) == []
    )


def test_every_event_of_a_case_has_words() -> None:
    """The history of a case says what happened; its messages name events that exist."""
    from tongban.journal.events import registered

    known = {name.rpartition(".")[2] for name in registered() if name.startswith("tongban.casework.")}
    messages = {each.removeprefix("history.") for each in all_ids() if each.startswith("history.")}
    assert sorted(messages - known - {"other"}) == []


def test_what_is_counted_has_words_for_one_and_for_many() -> None:
    """A message that is said with a count and has no plural would be shown by its id."""
    counted = {
        found
        for path in PACKAGE.rglob("*.html")
        for found in re.findall(r"\{% say \"([a-z][\w.]*)\"[^%]*\bcount=", path.read_text(encoding="utf-8"))
    }
    assert len(counted) > 5
    plural = {
        _id(one.id)
        for folder in FOLDERS
        for one in catalogue(folder, "en")
        if isinstance(one.id, list | tuple)
    }
    assert sorted(counted - plural) == []
