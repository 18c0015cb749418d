"""Reading files: every way a file can be wrong is a finding with file, line, sentence and hint."""

# ruff: noqa: PLR0917 - a case is a row of six

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalogue.domain import Catalogue, CatalogueError, Text, from_content, load, read
from tongban.catalogue.domain.yaml_files import compose
from tongban.kernel.errors import NotFound

CARD = "items/card.yaml"
COLOUR = "elements/favourite_colour.yaml"


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "empty_file", 0),
        (b" \n\n", "empty_file", 0),
        (b"# only a remark\n", "empty_file", 0),
        ("name: 姓名\n".encode("gb18030"), "not_utf8", 1),
        (b"element: a\n\tname: b\n", "yaml_syntax", 2),
        (b"a: 1\nb: 'open\n", "yaml_syntax", 3),
        (b"a: [1, 2\n", "yaml_syntax", 2),
        (b"a: b: c\n", "yaml_syntax", 1),
        (b"a: x\x00y\n", "control_character", 1),
        (b"a: 1\n---\nb: 2\n", "several_documents", 2),
        (b"a: &x [1]\nb: *x\n", "anchor", 1),
        (b"a: " + b"[" * 60 + b"]" * 60, "too_deep", 1),
        (b"a" * 2_000_001, "too_large", 0),
    ],
)
def test_a_broken_file_is_one_clear_finding(data: bytes, code: str, line: int) -> None:
    """Whatever is in the file, I am told what is wrong and in which line."""
    node, findings = compose("items/x.yaml", data)

    assert node is None
    assert [(finding.code, finding.line) for finding in findings] == [(f"catalogue.{code}", line)]


def test_a_tab_is_called_a_tab() -> None:
    """A tab in the indentation is named as such, not as a token that cannot start."""
    _, [finding] = compose("items/x.yaml", b"a:\n\tb: 1\n")

    assert "tab" in finding.message.lower()
    assert "spaces" in finding.hint


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    """Ten lines of aliases that stand for a billion values cost nothing."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

    _, [finding] = compose("items/x.yaml", "\n".join(lines).encode())

    assert finding.code == "catalogue.anchor"


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_the_reader_crash(data: bytes) -> None:
    """Any file gives a node or findings, never an exception."""
    node, findings = compose("items/x.yaml", data)

    assert (node is None) == bool(findings)


@given(st.text(alphabet="ab:-{}[]&*!|>'\"#%@`\t\n 名", max_size=60))
def test_no_text_at_all_makes_the_reader_crash(text: str) -> None:
    """The same for texts that look like YAML."""
    node, findings = compose("items/x.yaml", text.encode())

    assert (node is None) == bool(findings)


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "hint"),
    [
        (COLOUR, "grade: internal", "grade: secret", "unknown_word", ""),
        (COLOUR, "grade: internal", "grade: sensitve", "unknown_word", "sensitive"),
        (COLOUR, "grade: internal", "grad: internal", "unknown_key", "grade"),
        (COLOUR, "grade: internal", "", "missing_key", ""),
        (COLOUR, "grade: internal", "grade: internal\ngrade: public", "duplicate_key", ""),
        (COLOUR, ", en: Favourite colour", "", "missing_language", ""),
        (COLOUR, "en: Favourite colour", "fr: Couleur", "unknown_language", ""),
        (COLOUR, "en: Favourite colour", "en: ''", "empty", ""),
        (COLOUR, "of: [person]", "of: person", "wrong_type", "[person]"),
        (COLOUR, "of: [person]", "of: [person, person]", "repeated", ""),
        (COLOUR, "element: favourite_colour", "element: Favourite", "wrong_form", ""),
        ("elements/age.yaml", "max: 150", "max: old", "wrong_type", ""),
        ("code_lists/colour.yaml", 'code: "01"', "code: 01", "wrong_type", "quotes"),
        ("code_lists/colour.yaml", "name: {zh-hans: 颜色", "name: {zh-hans: no", "wrong_type", "quotes"),
        ("laws/library_rules.yaml", "2020-01-01", "2020-02-30", "wrong_form", ""),
        ("laws/library_rules.yaml", "2020-01-01", "soon", "wrong_type", ""),
        (CARD, "reader.age < 6", "'reader.age <'", "feel_syntax", ""),
        (CARD, "amount: 2,", "amount: two,", "wrong_type", ""),
        (CARD, "amount: 10,", "amount: 0,", "out_of_range", ""),
        (CARD, "amount: 2,", "amount: -2,", "wrong_value", ""),
        (CARD, "element: reader.name", "element: name", "wrong_form", ""),
        ("systems/library.yaml", "format: json", "format: !!python/name:os.system ''", "unknown_word", ""),
        ("systems/library.yaml", "method: POST", "method: !!python/name:os.system ''", "wrong_type", ""),
        ("systems/library.yaml", "[404]", "[99999999999999999999]", "not_json", ""),
    ],
)
def test_each_mistake_in_a_file_is_named(
    mini: Path, file: str, old: str, new: str, code: str, hint: str
) -> None:
    """A mistake is found where it stands, and the hint helps."""
    text = (mini / file).read_text(encoding="utf-8")
    assert old in text
    (mini / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    _, findings = read(mini)

    found = [finding for finding in findings if finding.code == f"catalogue.{code}"]
    assert found, [str(finding) for finding in findings]
    assert found[0].file == file
    if code != "not_json":
        assert found[0].line > 0
    assert hint in found[0].hint


def test_all_mistakes_are_told_at_once(mini: Path) -> None:
    """Three mistakes in two files are three findings, in the order of the files."""
    card = mini / CARD
    card.write_text(
        card.read_text().replace("kind: certificate", "kind: cert").replace("amount: 2,", "amont: 2,")
    )
    (mini / COLOUR).write_text("element: [\n")

    with pytest.raises(CatalogueError) as caught:
        load(mini)

    files = [finding.file for finding in caught.value.findings]
    assert files == sorted(files)
    assert {finding.code for finding in caught.value.findings} >= {
        "catalogue.yaml_syntax",
        "catalogue.unknown_word",
        "catalogue.unknown_key",
    }


def test_the_line_and_column_are_those_of_the_word(mini: Path) -> None:
    """The finding points at the wrong word itself."""
    path = mini / COLOUR
    path.write_text(path.read_text().replace("type: code", "type: codex"))
    line = path.read_text().splitlines().index("type: codex") + 1

    _, findings = read(mini)

    assert [(finding.line, finding.column) for finding in findings] == [(line, 7)]


def test_a_file_must_carry_the_name_of_its_code(mini: Path) -> None:
    """A renamed file is noticed, and two files with one code are."""
    (mini / "elements" / "agee.yaml").write_text((mini / "elements" / "age.yaml").read_text())

    _, findings = read(mini)

    assert sorted(finding.code for finding in findings) == ["catalogue.duplicate_code", "catalogue.file_name"]


def test_files_and_folders_that_are_not_read_are_mentioned(mini: Path) -> None:
    """A misspelled folder or ending does not silently lose content."""
    (mini / "itemz").mkdir()
    (mini / "elements" / "extra.yml").write_text("element: extra\n")
    (mini / "README.md").write_text("notes\n")

    _, findings = read(mini)

    assert [(finding.code, str(finding.severity)) for finding in findings] == [
        ("catalogue.file_ignored", "warning"),
        ("catalogue.unknown_folder", "warning"),
    ]
    assert "items" in findings[1].hint


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    """A wrong path is not an empty catalogue."""
    with pytest.raises(CatalogueError, match="no catalogue folder"):
        load(tmp_path / "nowhere")


def test_the_same_content_has_the_same_version_and_a_change_another(mini: Path) -> None:
    """The version follows the content, not the spelling of the file; each thing has its own."""
    before = load(mini)
    path = mini / CARD
    path.write_text("# a remark\n" + path.read_text())
    assert load(mini).version == before.version
    path.write_text(path.read_text().replace("visits", "visits").replace("amount: 2,", "amount: 3,"))
    after = load(mini)

    assert after.version != before.version
    assert after.item("card").version != before.item("card").version
    assert after.item("locker").version == before.item("locker").version


def test_a_stored_version_gives_the_same_catalogue(mini: Path) -> None:
    """What a case is pinned to can be read again from its stored content alone."""
    before = load(mini)
    after = from_content(before.content)

    assert after == before
    assert isinstance(after, Catalogue)


def test_an_unknown_code_says_which_one_was_meant(mini: Path) -> None:
    """Asking for something that is not there names the nearest thing that is."""
    with pytest.raises(NotFound) as caught:
        load(mini).item("cards")

    assert "`card`" in caught.value.hint


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh-hans", "甲"), ("zh-Hant", "乙"), ("zh_TW", "乙"), ("en-gb", "A"), ("fr", "甲"), ("", "甲")],
)
def test_a_text_falls_back_to_a_language_that_is_read(language: str, expected: str) -> None:
    """Whatever language the browser asks for, there is a text."""
    assert Text("甲", "乙", "A").of(language) == expected
