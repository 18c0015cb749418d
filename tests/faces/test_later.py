"""Documents that follow later, on the applicant's pages."""

from uuid import UUID

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.faces import walk
from tests.faces.test_citizen import LANGUAGES, read
from tests.faces.test_parts import NOON
from tests.faces.walk import PASSWORD
from tests.fixtures import open_case
from tongban.casework import applicant
from tongban.casework import queries as casework
from tongban.catalogue.domain import Catalogue

CARD = "bank_card_copy.mother"


@pytest.fixture
def case(browser: Client, mother: UUID) -> UUID:
    """A case of the mother."""
    del browser
    return walk.opened(mother)


@pytest.fixture
def bare(browser: Client, catalogue: Catalogue, mother: UUID) -> UUID:
    """A case without the application before it: quicker made, for who looks at its documents only."""
    del browser
    return open_case(catalogue, mother)


def photo(content: bytes | None = None) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile("card.jpg", walk.picture() if content is None else content, "image/jpeg")


@pytest.fixture
def monday(browser: Client, mother: UUID) -> UUID:
    """A case that was opened on Monday, 23 November 2026."""
    with time_machine.travel(NOON, tick=False):
        assert browser.login(username="mama", password=PASSWORD)
        return walk.opened(mother)


def test_progress_lists_what_may_follow(browser: Client, monday: UUID) -> None:
    """I see which documents may follow, until which day, for what; in its own colour and with its word."""
    with time_machine.travel(NOON, tick=False):
        html = read(browser.get(f"/cases/{monday}/"))
    for words in (
        "可以稍后补交的材料",
        'class="badge badge-later">可以稍后补交<',
        "本人银行卡复印件",
        "最迟12月7日（星期一），还有 10 个工作日",
        f'href="/cases/{monday}/documents/{CARD}"',
        f'href="/cases/{monday}/documents/portrait_photo.child"',
        "暂定：2027 年放假安排公布后可能调整",
    ):
        assert words in html
    assert html.index("card-later") < html.index('id="d-')


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_my_language(browser: Client, case: UUID, language: str) -> None:
    """Progress, the document's page, a fault and the message afterwards speak my language."""
    browser.cookies["django_language"] = language
    progress = browser.get(f"/cases/{case}/")
    assert progress.status_code == 200
    read(progress)
    html = read(browser.get(f"/cases/{case}/documents/{CARD}"))
    assert "PDF" in html
    assert "10 MB" in html
    assert 'accept=".pdf,application/pdf,' in html
    read(browser.post(f"/cases/{case}/documents/{CARD}", {}))
    read(browser.post(f"/cases/{case}/documents/{CARD}", {"file": photo()}, follow=True))


def test_a_document_is_sent_and_said_to_be_there(browser: Client, case: UUID, mother: UUID) -> None:
    """I send it without JavaScript, am told so, and it is no longer asked for; twice changes nothing."""
    address = f"/cases/{case}/documents/{CARD}"
    sent = browser.post(address, {"file": photo()})
    assert sent.headers["Location"] == f"/cases/{case}/"
    html = read(browser.get(f"/cases/{case}/"))
    assert "已补交：本人银行卡复印件" in html
    assert address not in html
    assert CARD not in [one.key for one in casework.awaited(case, mother)]
    again = browser.post(address, {"file": photo()}, follow=True)
    assert "这份材料已经收到" in read(again)
    assert "这份材料已经收到" in read(browser.get(address, follow=True))


@pytest.mark.parametrize(
    ("sent", "words"),
    [(None, "请选择"), (b"", "空"), (b"no picture at all", "请用照片或 PDF"), (b"x" * 11_000_000, "太大")],
)
def test_what_cannot_be_kept_is_refused_with_words(
    browser: Client, bare: UUID, mother: UUID, sent: bytes | None, words: str
) -> None:
    """No file, an empty one, no picture, too large: a summary, the place marked, nothing kept."""
    given = {} if sent is None else {"file": photo(sent)}
    response = browser.post(f"/cases/{bare}/documents/{CARD}", given)
    assert response.status_code == 422
    html = read(response)
    assert "<title>有误：" in html
    assert 'href="#f-file"' in html
    assert 'aria-describedby="f-file-hint f-file-error" aria-invalid="true"' in html
    assert words in html
    assert CARD in [one.key for one in casework.awaited(bare, mother)]


def test_after_the_last_day_the_page_says_what_still_holds(browser: Client, monday: UUID) -> None:
    """The last day has passed, the item is open: I read both and can still send it."""
    with time_machine.travel("2026-12-09T09:00:00+08:00", tick=False):
        assert browser.login(username="mama", password=PASSWORD)
        html = read(browser.get(f"/cases/{monday}/documents/{CARD}"))
    assert "最后一天是12月7日（星期一），已经过了" in html


def test_a_stranger_finds_no_page(bare: UUID, stranger: UUID, mother: UUID) -> None:
    """Nobody can send documents to another's case, nor learn whether it exists."""
    del stranger
    other = Client()
    other.login(username="other", password=PASSWORD)
    address = f"/cases/{bare}/documents/{CARD}"
    assert other.get(address).status_code == 404
    assert other.post(address, {"file": photo()}).status_code == 404
    assert CARD in [one.key for one in casework.awaited(bare, mother)]


def test_a_document_that_may_not_follow_has_no_page(browser: Client, bare: UUID) -> None:
    """An address with another document, or with nonsense, is not found."""
    for key in ("identity_card.mother", "no_such", "bank_card_copy"):
        assert browser.get(f"/cases/{bare}/documents/{key}").status_code == 404


def test_a_withdrawn_case_takes_nothing(browser: Client, case: UUID, mother: UUID) -> None:
    """After a withdrawal the page leads back to the case and says that nothing waits."""
    applicant.withdraw(case, mother)
    response = browser.post(f"/cases/{case}/documents/{CARD}", {"file": photo()}, follow=True)
    html = read(response)
    assert "这份材料已经收到，或者已经没有事项在等它" in html
    assert "card-later" not in html
