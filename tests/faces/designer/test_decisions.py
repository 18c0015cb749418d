"""The editor of decision tables: the same form with and without scripts."""

from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.design.conftest import ann, bob, draft, mini, today
from tests.fixtures import PASSWORD, clerk_post
from tongban.design import actions, queries
from tongban.identity.domain import Post, Role
from tongban.rules.dmn import grid as tables
from tongban.rules.dmn.grid import Grid

__all__ = ["ann", "bob", "draft", "mini", "today"]


@pytest.fixture
def desk(ann: Post) -> Client:
    """Ann's browser."""
    del ann
    client = Client()
    assert client.login(username="ann", password=PASSWORD)
    return client


class Editor:
    """The page of one model, as somebody works with it."""

    def __init__(self, desk: Client, post: Post, draft: UUID, code: str = "loan_days") -> None:
        self.desk, self.post, self.draft, self.code = desk, post, draft, code
        self.at = f"/designer/drafts/{draft}/decision/{code}"

    def page(self, query: str = "") -> str:
        """The page as it is now."""
        answer = self.desk.get(f"{self.at}{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    def do(self, act: str, *, script: bool = False, seen: int | None = None, **fields: str) -> HttpResponse:
        """Send the form with one act."""
        revision = self.revision if seen is None else seen
        form = {"do": act, "seen": str(revision)} | {
            name.replace("__", "."): value for name, value in fields.items()
        }
        headers = {"X-Editor": "1"} if script else {}
        return self.desk.post(f"{self.at}/act", form, headers=headers)

    @property
    def revision(self) -> int:
        """What the draft has."""
        return queries.file(self.post, self.draft, "decisions", self.code)[1]

    @property
    def text(self) -> str:
        """The model in the draft."""
        content = queries.file(self.post, self.draft, "decisions", self.code)[0]
        assert content is not None
        return str(content["model"])

    @property
    def table(self) -> Grid:
        """The table in the draft."""
        return tables.grid(self.text, "days")


@pytest.fixture
def editor(desk: Client, ann: Post, draft: UUID) -> Editor:
    """The table of the small catalogue, in Ann's draft."""
    return Editor(desk, ann, draft)


def test_the_table_is_a_table(editor: Editor) -> None:
    """Rules are rows with labelled cells; the hit policy says what it means; nothing is wrong."""
    page = editor.page()

    assert 'id="c-r0-i0"' in page
    assert "&lt; 12" in page
    assert 'aria-label="第1条规则，Age"' in page
    assert "任何情况下最多一条规则满足" in page
    assert "没有发现问题" in page


def test_a_typed_cell_is_kept_and_checked(editor: Editor) -> None:
    """A gap is told with its values, in the language of the page, and the rest of the model stays."""
    before = editor.text
    answer = editor.do("save", r0__i0="< 10")

    assert answer.status_code == 302
    assert editor.text == before.replace("&lt; 12", "&lt; 10")
    assert "有漏掉的情况：Age从 10 到 12（不含）时，没有规则满足。" in editor.page()


def test_a_script_is_answered_in_parts(editor: Editor) -> None:
    """A save brings the revision and the findings; an act brings the table too, and where the focus goes."""
    saved = editor.do("save", script=True, r0__i0="< 20").json()
    moved = editor.do("row.down:0", script=True).json()

    assert "第1条和第2条规则重叠" in saved["findings"]
    assert "work" not in saved
    assert saved["revision"] == moved["revision"] - 1
    assert (moved["focus"], 'id="c-r1-i0"' in moved["work"]) == ("row-1-down", True)


def test_rules_are_added_copied_moved_and_deleted(editor: Editor) -> None:
    """By buttons; a run of changes is one step that can be taken back."""
    for act in ("row.add:3", "row.copy:0", "row.up:2", "row.delete:0"):
        assert editor.do(act).status_code == 302
    assert [row.tests[0] for row in editor.table.rows] == ["[12..120)", "< 12", ">= 120", "-"]

    editor.do("undo")
    assert [row.tests[0] for row in editor.table.rows] == ["< 12", "[12..120)", ">= 120"]


def test_a_column_reads_something_else_and_says_what_does_not_fit(editor: Editor) -> None:
    """Choosing another element keeps every test, names the rules that do not fit, and can be taken back."""
    before = editor.text
    answer = editor.do("input.bind:0", script=True, i0__reads="element:favourite_colour").json()
    column = editor.table.inputs[0]

    assert (column.expression, column.type, column.label) == ("喜欢的颜色", "string", "喜欢的颜色")
    assert [row.tests[0] for row in editor.table.rows] == ["< 12", "[12..120)", ">= 120"]
    assert "这些规则的条件不再合适：1、2、3" in answer["said"]
    assert '<inputData id="input_1" name="喜欢的颜色">' in editor.text
    assert "这些规则的条件不再合适" in answer["work"]
    editor.do("undo")
    assert editor.text == before
    assert editor.do("input.bind:0", i0__reads="").status_code == 422
    assert editor.do("input.bind:7", i0__reads="element:favourite_colour").status_code == 422
    assert editor.text == before


def test_columns_come_from_data_elements(editor: Editor) -> None:
    """A chosen element becomes an input of the model with its type and its codes as allowed values."""
    editor.do("input.add", new_input="element:favourite_colour")
    column = editor.table.inputs[-1]

    assert (column.expression, column.type) == ("喜欢的颜色", "string")
    assert column.values.startswith('"01"')
    assert '<inputData id="input_1" name="喜欢的颜色">' in editor.text
    editor.do("output.add", new_output="理由")
    editor.do("note.add")
    assert [one.name for one in editor.table.outputs] == ["", "理由"]
    editor.do("column.delete:input:1")
    assert len(editor.table.inputs) == 1


def test_a_cell_is_filled_by_choosing(editor: Editor) -> None:
    """The panel shows what the cell says; the choice becomes FEEL, with whatever else was typed."""
    panel = editor.page("?cell=r1.i0")
    assert 'value="between" selected' in panel
    assert 'name="cell.low" value="12"' in panel

    form = {"cell__kind": "between", "cell__low": "18", "cell__high": "60", "cell__low_in": "1"}
    editor.do("cell.set:r1.i0", r0__i0="< 18", r2__i0=">= 60", **form)
    assert [row.tests[0] for row in editor.table.rows] == ["< 18", "[18..60)", ">= 60"]


def test_a_wrong_value_changes_nothing(editor: Editor) -> None:
    """It is told what is wrong; the table stays as it was."""
    before = editor.text
    answer = editor.do("cell.set:r1.i0", cell__kind="equal", cell__value="ten")

    assert answer.status_code == 422
    assert "填的值不对" in answer.content.decode()
    assert editor.text == before


def test_trying_a_table_shows_the_rules_that_hold(editor: Editor) -> None:
    """With the result; kept as an example it is worked out again at each check."""
    answer = editor.do("test", t0="30").content.decode()
    assert "满足的规则：第2条。" in answer
    assert '<tr id="row-1" class="holds' in answer

    editor.do("example", t0="30", example_name="成年人")
    assert "成年人" in editor.page()
    editor.do("save", r1__o0="31")
    assert "例子“成年人”的结果和记下的不一样。" in editor.page()
    editor.do("example.delete:0")
    assert "成年人" not in editor.page()


def test_whoever_comes_second_is_told(editor: Editor) -> None:
    """Nobody's change is overwritten unseen."""
    editor.do("save", r0__i0="< 11")
    answer = editor.do("save", seen=0, r0__i0="< 10")

    assert answer.status_code == 409
    assert "别人刚改过这张表" in answer.content.decode()
    assert editor.table.rows[0].tests == ("< 11",)


@pytest.mark.parametrize(
    "act", ["row.delete:99", "row.up:x", "column.delete:output:0", "cell.set:r0", "input.add"]
)
def test_places_that_are_not_there_are_refused(editor: Editor, act: str) -> None:
    """However the request was made up."""
    assert editor.do(act).status_code == 422


def test_a_new_model_begins_with_an_empty_table(desk: Client, ann: Post, draft: UUID) -> None:
    """A code that nobody has used is a new model once something is kept."""
    editor = Editor(desk, ann, draft, "fine_amount")
    assert "新决策表" in editor.page()
    editor.do("input.add", seen=0, new_input="element:age")
    editor.do("row.add:0", name="罚款金额")

    assert tables.grid(editor.text, "decision_1").inputs[0].type == "number"
    assert "决策表：罚款金额" in editor.page()


def test_what_is_no_table_is_kept_as_it_is(editor: Editor) -> None:
    """A decision of another sort is listed, and said to belong to another editor."""
    text = editor.text.replace(
        "</definitions>",
        '<decision id="f" name="F"><literalExpression><text>1</text></literalExpression></decision>'
        "</definitions>",
    )
    actions.save(editor.post, editor.draft, "decisions", editor.code, {"code": editor.code, "model": text}, 0)
    assert "只能在 DMN 编辑器里修改" in editor.page("?of=f")
    assert "F" in editor.page()


def test_readers_may_look_only(editor: Editor, mini: object) -> None:
    """An approver sees the table; the form's acts are a designer's."""
    del mini
    clerk_post("eve", "development_reform", roles=[Role.APPROVER])
    other = Client()
    assert other.login(username="eve", password=PASSWORD)

    assert other.get(editor.at).status_code == 200
    assert other.post(f"{editor.at}/act", {"do": "save", "seen": "0"}).status_code == 403
    assert Client().get(editor.at).status_code == 302


def test_a_finding_leads_to_its_rule(desk: Client, ann: Post, draft: UUID) -> None:
    """A link with the element of a finding opens the table and focuses the rule, the column or the table."""
    editor = Editor(desk, ann, draft)
    content = queries.file(ann, draft, "decisions", "loan_days")[0]
    assert content is not None
    (sheet,) = (one for one in tables.sheets(content["model"]) if one.table)
    name = sheet.id or sheet.name
    second = tables.rule_ids(content["model"], name)[1] or f"{name}/rule 2"
    for element, focus in ((second, "c-r1-i0"), (f"{name}/input 1", "h-i0-label"), (name, "grid")):
        page = editor.page(f"?element={element}")
        assert f'data-focus-to="{focus}"' in page
        assert f'id="{focus}"' in page
    assert "data-focus-to" not in editor.page("?element=nowhere")


def test_a_column_is_bound_by_choosing(editor: Editor) -> None:
    """What a column reads and what a result may be is chosen; nobody types FEEL or a list of codes."""
    assert editor.do("output.add", new_output_kind="type:number").status_code == 302
    assert editor.table.outputs[-1].type == "number"
    assert editor.do("output.add", new_output_kind="element:favourite_colour").status_code == 302
    result = editor.table.outputs[-1]
    assert editor.do("input.add", new_input="element:favourite_colour").status_code == 302
    column = editor.table.inputs[-1]
    assert (result.name, result.type, result.values) == (column.expression, "string", column.values)
    assert column.values.startswith('"')
