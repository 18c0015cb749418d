"""The citizen's journey with the real catalogue and the real database, page by page."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.faces import walk
from tests.faces.walk import PASSWORD
from tongban.casework import actions as casework_actions
from tongban.casework import queries as casework
from tongban.casework.domain.moves import State
from tongban.intake import actions, queries

LEFT_OVER = re.compile(r"\b(citizen|common|problem|error|state|clock|field|login|help)\.[a-z_]+")
LANGUAGES = ("zh-hans", "zh-hant", "en")


class Page(HTMLParser):
    """What the tests look at in a page: ids, labels, and anything that the content policy would block."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.fors: list[str] = []
        self.controls: list[dict[str, str | None]] = []
        self.h1 = 0
        self.lang = ""
        self._script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Gather what matters."""
        given = dict(attrs)
        if tag == "html":
            self.lang = given.get("lang") or ""
        self.h1 += tag == "h1"
        if "style" in given or tag == "style" or any(name.startswith("on") for name in given):
            self.inline.append(self.get_starttag_text() or tag)
        if tag == "script" and "src" not in given:
            self.inline.append("script")
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "label" and given.get("for"):
            self.fors.append(given["for"] or "")
        if tag in {"input", "select", "textarea"} and given.get("type") not in {"hidden", "submit"}:
            self.controls.append(given)


def read(response: HttpResponse) -> str:
    """The page, after the checks that every page must pass."""
    html = response.content.decode()
    page = Page(html)
    assert page.inline == []
    assert len(page.ids) == len(set(page.ids)), "an id occurs twice"
    assert [each for each in page.controls if (each.get("id") or "") not in page.fors] == []
    assert not re.search(
        r"\b(citizen|common|problem|error|state|clock|field|login|help)\.[a-z_]+\.?[a-z_]*\b", text_of(html)
    )
    if "<html" in html:
        assert page.h1 == 1
        assert page.lang in {"zh-CN", "zh-HK", "en"}
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    return html


def text_of(html: str) -> str:
    """The words of a page without its tags."""
    return re.sub(r"<[^>]+>", " ", html)


@pytest.fixture
def draft(browser: Client, mother: UUID) -> UUID:
    """A draft of the mother, no registry asked."""
    del browser
    application_id = actions.start(mother, "newborn", "mother")
    actions.consent(application_id, mother, set())
    return application_id


@pytest.fixture
def case(browser: Client, mother: UUID) -> UUID:
    """A case of the mother."""
    del browser
    return walk.opened(mother)


@pytest.fixture
def correction(case: UUID, mother: UUID) -> Any:
    """The department of one item asks for something to be mended."""
    view = casework.case(case, mother)
    dispatch = next(
        each
        for each in view.dispatches
        if each.state is State.READY and each.item.code == "birth_certificate"
    )
    walk.correction(
        dispatch.id,
        casework_actions.Fault(
            target="child.name",
            kind="address",
            what="姓名有生僻字",
            why="系统里没有这个字",
            how="请换一个字",
            law="户口登记条例",
        ),
    )
    [waiting] = casework.case(case, mother).corrections
    return waiting


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search",
        "/search?q=shk",
        "/search?q=zzzzqqqq",
        "/events/newborn/",
        "/login",
        "/help",
        "/nothing",
    ],
)
def test_public_pages_in_three_languages(client: Client, catalogue: object, path: str, language: str) -> None:
    """Anyone can read what can be done here, in their own language."""
    del catalogue
    client.cookies["django_language"] = language
    response = client.get(path)
    assert response.status_code == (404 if path == "/nothing" else 200)
    html = read(response)
    assert f'lang="{ {"zh-hans": "zh-CN", "zh-hant": "zh-HK", "en": "en"}[language] }"' in html


@pytest.mark.parametrize("query", ["上户口", "shanghukou", "shk", "出生", "baby"])
def test_search_finds_the_newborn_event(client: Client, catalogue: object, query: str) -> None:
    """Chinese, pinyin, initials and English lead to the same matter."""
    del catalogue
    assert "/events/newborn/" in read(client.get("/search", {"q": query}))


def test_search_does_not_echo_markup(client: Client, catalogue: object) -> None:
    """What is typed is shown as words, never as code."""
    del catalogue
    html = client.get("/search", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in html


def test_the_guide_says_what_when_who_and_why(client: Client, catalogue: object) -> None:
    """Before I begin I know what I get, what is asked, how long it takes and who works on it."""
    del catalogue
    html = read(client.get("/events/newborn/"))
    for words in (
        "您会得到什么",
        "谁来办，要多久",
        "我们会问什么",
        "为什么问这个",
        "今天申请，最晚",
        "以前",
        "现在",
    ):
        assert words in html
    assert html.count('class="lane"') == 7


def test_an_unknown_event_is_not_found(client: Client, catalogue: object) -> None:
    """A wrong address says so and leads home."""
    del catalogue
    response = client.get("/events/unknown/")
    assert response.status_code == 404
    assert "回到首页" in read(response)


def test_signing_in_leads_on_to_where_one_wanted_to_be(
    client: Client, catalogue: object, mother: UUID
) -> None:
    """I press start, sign in, and am where I wanted to be; a wrong password keeps what I typed."""
    del catalogue, mother
    response = client.get("/events/newborn/start")
    assert response.headers["Location"] == "/login?next=/events/newborn/start"
    wrong = client.post("/login", {"username": "mama", "password": "wrong", "next": "/events/newborn/start"})
    assert wrong.status_code == 422
    html = read(wrong)
    assert "<title>有误：" in html
    assert 'value="mama"' in html
    right = client.post("/login", {"username": "mama", "password": PASSWORD, "next": "/events/newborn/start"})
    assert right.headers["Location"] == "/events/newborn/start"


def test_the_sign_in_never_leads_to_another_site(client: Client, mother: UUID) -> None:
    """A forged link cannot send me elsewhere after the sign-in."""
    del mother
    response = client.post(
        "/login", {"username": "mama", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert response.headers["Location"] == "/my/"


@pytest.mark.parametrize("path", ["/language", "/mode", "/logout", "/login"])
def test_forms_without_their_token_are_refused(catalogue: object, path: str) -> None:
    """A form on another site cannot act for me."""
    del catalogue
    response = Client(enforce_csrf_checks=True).post(path, {"language": "en", "mode": "elder"})
    assert response.status_code == 403
    assert "安全校验已过期" in read(response)


def test_language_and_mode_are_kept(client: Client, catalogue: object) -> None:
    """I choose English and large print once; every page keeps to it. Nonsense changes nothing."""
    del catalogue
    assert client.post("/language", {"language": "en", "next": "/help"}).headers["Location"] == "/help"
    client.post("/mode", {"mode": "elder", "next": "/"})
    html = read(client.get("/"))
    assert 'lang="en" data-mode="elder"' in html
    client.post("/mode", {"mode": "rainbow", "next": "//evil.example"})
    client.post("/language", {"language": "tlh"})
    assert 'lang="en" data-mode="elder"' in read(client.get("/"))


def test_starting_asks_who_i_am(browser: Client) -> None:
    """Either parent can apply; without a choice the page says what is missing."""
    assert "我是妈妈" in read(browser.get("/events/newborn/start"))
    missing = browser.post("/events/newborn/start", {})
    assert missing.status_code == 422
    assert 'href="#f-role"' in read(missing)
    begun = browser.post("/events/newborn/start", {"role": "mother"})
    assert re.fullmatch(r"/drafts/[0-9a-f-]{36}/consent", begun.headers["Location"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_in_three_languages(browser: Client, draft: UUID, language: str) -> None:
    """Consent, known values, a question, documents, the check and discarding all speak my language."""
    browser.cookies["django_language"] = language
    for path in ("consent", "known", "pages/child.name", "pages/materials", "check", "discard"):
        response = browser.get(f"/drafts/{draft}/{path}")
        assert response.status_code == 200, path
        assert response.headers["Cache-Control"] == "no-store"
        read(response)


def test_refusing_every_source_brings_the_questions_back(browser: Client, mother: UUID) -> None:
    """I may say no to every registry and apply all the same."""
    application_id = actions.start(mother, "newborn", "mother")
    assert "人口" in read(browser.get(f"/drafts/{application_id}/consent"))
    response = browser.post(f"/drafts/{application_id}/consent", {"allowed": []})
    assert response.headers["Location"] == f"/drafts/{application_id}/known"
    view = queries.draft(application_id, mother)
    assert view.open
    first = browser.get(f"/drafts/{application_id}/pages/{view.open[0].address}")
    assert "我们之后核对" in read(browser.get(f"/drafts/{application_id}/pages/mother.ethnic_group"))
    assert "为什么问这个" in read(first)


def test_a_wrong_answer_is_explained_and_kept(browser: Client, draft: UUID) -> None:
    """What I typed stays, the page says what is wrong, and the title says so too."""
    response = browser.post(f"/drafts/{draft}/pages/child.birth_weight", {"child.birth_weight": "3250"})
    assert response.status_code == 422
    html = read(response)
    assert "<title>有误：" in html
    assert 'value="3250"' in html
    assert "0.3 千克 至 8 千克" in html
    assert 'href="#f-child-birth_weight"' in html


def test_a_right_answer_leads_to_the_next_question(browser: Client, draft: UUID, mother: UUID) -> None:
    """One thing per page: after an answer comes the next open question, without JavaScript."""
    response = browser.post(f"/drafts/{draft}/pages/child.birth_weight", {"child.birth_weight": "3.25"})
    assert response.status_code == 302
    assert response.headers["Location"].startswith(f"/drafts/{draft}/pages/")
    assert queries.draft(draft, mother).answers["child.birth_weight"] == "3.25"


def test_a_choice_redraws_the_page_at_once(browser: Client, draft: UUID, mother: UUID) -> None:
    """With htmx an answer that decides others is kept when chosen, and the number of steps follows."""
    html = read(browser.get(f"/drafts/{draft}/pages/child.delivery_place"))
    assert 'hx-trigger="change from:[data-rederives]"' in html
    before = queries.draft(draft, mother).step("child.delivery_place")
    response = browser.post(
        f"/drafts/{draft}/pages/child.delivery_place/refresh",
        {"child.delivery_place": "abroad"},
        headers={"HX-Request": "true"},
    )
    assert response.status_code == 200
    after = queries.draft(draft, mother).step("child.delivery_place")
    assert after != before
    assert f"第 {after[0]} 步，共 {after[1]} 步" in read(response)


def test_a_question_that_is_no_longer_asked_leads_on(browser: Client, draft: UUID) -> None:
    """An old bookmark of a question leads to the next one instead of an error."""
    assert browser.get(f"/drafts/{draft}/pages/no.such").status_code == 302


def test_uploads_are_checked_by_content(browser: Client, draft: UUID, mother: UUID) -> None:
    """A text file called photo.jpg is refused with words; a real photo is kept and can be removed."""
    key = queries.draft(draft, mother).materials[0].key
    fake = SimpleUploadedFile("photo.jpg", b"no picture at all", "image/jpeg")
    refused = browser.post(f"/drafts/{draft}/materials/{key}", {"file": fake})
    assert refused.status_code == 422
    assert "请用照片或 PDF" in read(refused)
    nothing = browser.post(f"/drafts/{draft}/materials/{key}", {})
    assert nothing.status_code == 422
    photo = SimpleUploadedFile("photo.jpg", walk.picture(), "image/jpeg")
    assert browser.post(f"/drafts/{draft}/materials/{key}", {"file": photo}).status_code == 302
    [kept] = queries.draft(draft, mother).uploads[key]
    assert "photo.jpg" in read(browser.get(f"/drafts/{draft}/pages/materials"))
    browser.post(f"/drafts/{draft}/uploads/{kept.id}/remove")
    assert queries.draft(draft, mother).uploads == {}


def test_documents_that_are_missing_are_named(browser: Client, draft: UUID) -> None:
    """Going on without a needed document names it and marks its place."""
    response = browser.post(f"/drafts/{draft}/pages/materials")
    assert response.status_code == 422
    assert "请选择一个文件上传" in read(response)


def test_submitting_too_early_lists_what_is_missing_with_links(browser: Client, draft: UUID) -> None:
    """Each open question is a link to its page."""
    response = browser.post(f"/drafts/{draft}/check")
    assert response.status_code == 422
    assert f'href="/drafts/{draft}/pages/child.name"' in read(response)


def test_a_broken_rule_is_told_in_its_own_words(browser: Client, draft: UUID, mother: UUID) -> None:
    """What contradicts a rule of an item is said before submission, in my language, with a link."""
    walk.answer_all(draft, mother)
    other = {"mother.benefit_account_name": "王小二"}
    assert browser.post(f"/drafts/{draft}/pages/mother.benefit_account_name", other).status_code == 302
    html = read(browser.post(f"/drafts/{draft}/check"))
    assert f'href="/drafts/{draft}/pages/mother.benefit_account_name"' in html
    assert "The account must be" not in html
    assert re.search(r"妈妈的[^<]*：[^<]*账户", html)


def test_the_whole_way_to_the_receipt(browser: Client, draft: UUID, mother: UUID) -> None:
    """I check, submit, and hold a number and a date; submitting twice gives the same receipt."""
    walk.answer_all(draft, mother)
    html = read(browser.get(f"/drafts/{draft}/check"))
    assert f'href="/drafts/{draft}/pages/child.name"' in html
    response = browser.post(f"/drafts/{draft}/check")
    assert response.headers["Location"] == f"/cases/{draft}/receipt"
    again = browser.post(f"/drafts/{draft}/check")
    assert again.headers["Location"] == f"/cases/{draft}/receipt"
    receipt = queries.receipt(draft, mother)
    html = read(browser.get(f"/cases/{draft}/receipt"))
    assert receipt.number in html
    assert "<svg" in html
    assert browser.get(f"/drafts/{draft}/").headers["Location"] == f"/cases/{draft}/"
    assert browser.get(f"/drafts/{draft}/consent").status_code == 409


def test_progress_before_the_case_is_opened(browser: Client, mother: UUID) -> None:
    """In the seconds after submission the page says that it is being sent out."""
    application_id = walk.submitted(mother)
    assert "正在分送各部门" in read(browser.get(f"/cases/{application_id}/"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_in_three_languages(
    browser: Client, case: UUID, correction: casework.CorrectionView, language: str
) -> None:
    """Receipt, progress, correction, results, withdrawal and who read my data speak my language."""
    browser.cookies["django_language"] = language
    for path in ("", "live", "receipt", "results", "withdraw", f"corrections/{correction.id}"):
        response = browser.get(f"/cases/{case}/{path}")
        assert response.status_code == 200, path
        read(response)
    for path in ("/", "/my/", "/my/reads", f"/my/reads?application={case}&department=health&page=2"):
        assert browser.get(path).status_code == 200
        read(browser.get(path))


def test_progress_shows_one_card_per_department_item(browser: Client, case: UUID) -> None:
    """Seven items, seven cards: state, office, clock in working days, next step."""
    html = read(browser.get(f"/cases/{case}/"))
    assert html.count('id="d-') == 7
    assert "个工作日" in html
    assert "芙蓉区" in html
    assert 'hx-get="/cases/' in html
    assert 'data-poll="15"' in html


def test_progress_has_the_case_as_a_diagram(browser: Client, case: UUID) -> None:
    """The same seven items stand in a picture drawn on the server, between a beginning and an end."""
    html = read(browser.get(f"/cases/{case}/"))
    picture = html[html.index('<svg class="picture"') :].partition("</svg>")[0]
    assert picture.count('class="shape callActivity') == 7
    assert "看流程图" in html


def test_progress_listens_to_its_own_case_only(browser: Client, case: UUID, settings: Any) -> None:
    """With a stream the page hears of this case, with a token, and the policy names that origin."""
    settings.CONFIG = replace(settings.CONFIG, live_url="http://127.0.0.1:8001")
    response = browser.get(f"/cases/{case}/")
    html = read(response)
    assert re.search(rf'data-live="http://127\.0\.0\.1:8001/live/cases/{case}\?token=\d+\.[\w%-]+"', html)
    assert "connect-src 'self' http://127.0.0.1:8001;" in response.headers["Content-Security-Policy"]


def test_a_correction_comes_first_and_names_only_what_is_wrong(
    browser: Client, case: UUID, mother: UUID, correction: casework.CorrectionView
) -> None:
    """What waits for me stands on top; I mend that one thing and the clock runs again."""
    html = read(browser.get(f"/cases/{case}/"))
    assert html.index("card-me") < html.index('id="d-')
    address = f"/cases/{case}/corrections/{correction.id}"
    html = read(browser.get(address))
    for words in ("姓名有生僻字", "系统里没有这个字", "请换一个字", "计时已经暂停"):
        assert words in html
    assert [each["name"] for each in Page(html).controls] == ["child.name"]
    empty = browser.post(address, {"child.name": ""})
    assert empty.status_code == 422
    assert 'href="#f-child-name"' in read(empty)
    assert browser.post(address, {"child.name": "李小满"}).headers["Location"] == f"/cases/{case}/"
    assert casework.case(case, mother).corrections == ()
    assert browser.get(address).status_code == 302


def test_results_show_reasons_and_how_to_appeal(browser: Client, case: UUID, mother: UUID) -> None:
    """A refusal says why, what follows from it and how to appeal."""
    dispatch = next(
        each for each in casework.case(case, mother).dispatches if each.item.code == "birth_certificate"
    )
    casework_actions.reject(
        dispatch.id,
        actor=walk.HEALTH,
        reasons=[casework_actions.Reason(text="出生记录不符", law="母婴保健法 第二十三条")],
    )
    html = read(browser.get(f"/cases/{case}/results"))
    assert "出生记录不符" in html
    assert "未通过" in html
    assert "因此不能继续的" in html
    assert "无法继续" in read(browser.get(f"/cases/{case}/"))


def test_withdrawing_asks_first(browser: Client, case: UUID, mother: UUID) -> None:
    """Nothing is withdrawn by a single tap; afterwards it is said, and cannot be done again."""
    assert "撤回这件申请？" in read(browser.get(f"/cases/{case}/withdraw"))
    assert casework.case(case, mother).state == "working"
    browser.post(f"/cases/{case}/withdraw")
    assert casework.case(case, mother).state == "withdrawn"
    assert browser.get(f"/cases/{case}/withdraw").status_code == 409


def test_discarding_a_draft_asks_first_and_destroys_it(browser: Client, draft: UUID, mother: UUID) -> None:
    """A draft is thrown away only after I said so."""
    read(browser.get(f"/drafts/{draft}/discard"))
    assert queries.drafts(mother)
    browser.post(f"/drafts/{draft}/discard")
    assert queries.drafts(mother) == []
    assert browser.get(f"/drafts/{draft}/").status_code == 404


def test_a_strangers_id_looks_like_one_that_does_not_exist(
    browser: Client, draft: UUID, stranger: UUID
) -> None:
    """Nobody can find out whether somebody else applied."""
    del browser, stranger
    other = Client()
    other.login(username="other", password=PASSWORD)
    for path in (
        "/drafts/{}/",
        "/drafts/{}/check",
        "/drafts/{}/pages/child.name",
        "/cases/{}/",
        "/cases/{}/receipt",
    ):
        pages = []
        for application_id in (draft, uuid4()):
            response = other.get(path.format(application_id))
            assert response.status_code == 404
            html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", read(response))
            pages.append(html.replace(str(application_id), "ID"))
        assert pages[0] == pages[1]


def test_a_strangers_case_cannot_be_touched(
    browser: Client, case: UUID, mother: UUID, stranger: UUID
) -> None:
    """Somebody else's case can neither be seen nor withdrawn."""
    del browser, stranger
    other = Client()
    other.login(username="other", password=PASSWORD)
    for path in ("live", "results", "withdraw", f"corrections/{uuid4()}"):
        assert other.get(f"/cases/{case}/{path}").status_code == 404
    assert other.post(f"/cases/{case}/withdraw").status_code == 404
    assert casework.case(case, mother).state == "working"


def test_staff_without_a_person_cannot_apply(catalogue: object, clerk: int) -> None:
    """A clerk's account is told that this page is for applicants."""
    del catalogue, clerk
    client = Client()
    client.login(username="clerk", password=PASSWORD)
    response = client.get("/my/")
    assert response.status_code == 403
    assert "请用个人账号登录" in read(response)


def test_htmx_follows_redirects_as_navigation(browser: Client, draft: UUID) -> None:
    """A part of a page is never filled with a whole other page."""
    response = browser.get(f"/drafts/{draft}/pages/no.such", headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert response.headers["HX-Redirect"].startswith(f"/drafts/{draft}/")
