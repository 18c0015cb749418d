"""The check: references, conditions, and the law that the content quotes."""

# ruff: noqa: E501, FBT001, PLR0917 - a case per line reads better than a wrapped one

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures import content
from tongban.catalogue.check import check, check_folder, check_path
from tongban.catalogue.checks.satisfy import relevant, together
from tongban.catalogue.checks.spans import exceeds
from tongban.catalogue.checks.texts import contradicts, is_placeholder
from tongban.catalogue.domain import Feel, Finding, load
from tongban.kernel.clock import Limit, Unit

Broken = Callable[..., list[Finding]]
PRODUCT = Path(__file__).resolve().parents[2] / "catalogue"
CARD, LOCKER, JOIN = "items/card.yaml", "items/locker.yaml", "life_events/join.yaml"
COLOUR = "elements/favourite_colour.yaml"


def test_the_small_catalogue_is_clean(mini: Path) -> None:
    """Without a mistake there is no finding, so each test below sees its own mistake only."""
    assert check_folder(mini)[1] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "hint"),
    [
        (CARD, "material: photo", "material: foto", "catalogue.unknown_code", "photo"),
        (CARD, "department: library", "department: libary", "catalogue.unknown_code", "library"),
        (CARD, "element: reader.name", "element: reader.nam", "catalogue.unknown_address", "name"),
        (CARD, "element: reader.name", "element: writer.name", "catalogue.unknown_role", "reader"),
        (CARD, "reader.age < 6", "reader.aeg < 6", "catalogue.unknown_address", "age"),
        (CARD, "reader.age < 6", "age < 6", "catalogue.unknown_name", ""),
        (CARD, 'reader.favourite_colour = "01"', 'reader.favourite_colour = "09"', "catalogue.code_not_in_list", ""),
        (CARD, "reader.age < 6", 'reader.age = "6"', "catalogue.type_conflict", "number"),
        (CARD, "article: 第一条", "article: 第九条", "catalogue.unknown_article", ""),
        (CARD, "handled_at: city", "handled_at: county", "catalogue.no_handler", "city"),
        (CARD, "handlers: {city", "handlers: {village", "catalogue.no_handler", ""),
        (CARD, "amount: 2,", "amount: 11,", "law.promise_above_statute", "10 working days"),
        (CARD, "amount: 2,", "amount: 6,", "law.item_over_promise", ""),
        (CARD, "amount: 2,", "amount: 4,", "law.chain_over_promise", ""),
        (CARD, "en: Get it", "en: TODO", "catalogue.placeholder", ""),
        (CARD, "zh-hans: 登记要用", "zh-hans: 暂无", "catalogue.placeholder", ""),
        (CARD, "necessity: conditional, when: 'reader.favourite_colour = \"01\"'", "necessity: conditional",
         "catalogue.no_condition", ""),
        (CARD, "elements: [reader.card_number]", "elements: [reader.card_number, reader.name]", "catalogue.cycle", ""),
        (LOCKER, "via: workbench", "via: system", "catalogue.no_system", "workbench"),
        (LOCKER, "element: reader.card_number", "element: reader.name", "catalogue.nothing", ""),
        (JOIN, "item: locker", "item: loker", "catalogue.unknown_code", "locker"),
        (JOIN, "roles: {subject: member}", "roles: {sbject: member}", "catalogue.unknown_role", "subject"),
        (JOIN, "{item: card, roles: {reader: member}}", "{item: card}", "catalogue.role_not_played", "reader"),
        (JOIN, "member: {kind: person", "member: {kind: organisation", "catalogue.role_kind", ""),
        (JOIN, "situation: [member.age]", "situation: []", "catalogue.nobody_provides", "situation"),
        (JOIN, "member.age > 12", "member.age < 3", "law.contradiction", ""),
        (JOIN, "  - {item: locker, roles: {reader: member}, when: member.age > 12, chosen_by: applicant}\n", "",
         "catalogue.item_never_used", ""),
        (JOIN, "sources:\n  - {resource: population, roles: {subject: member}}", "sources: []",
         "law.asked_although_owned", "sources"),
        (COLOUR, "code_list: colour\n", "", "catalogue.type_conflict", "code_list"),
        (COLOUR, "type: code", "type: string", "catalogue.type_conflict", ""),
        (COLOUR, "grade: internal", "grade: internal\nformat: credit_code", "catalogue.type_conflict", ""),
        (COLOUR, "grade: internal", 'grade: internal\nexample: "77"', "catalogue.code_not_in_list", ""),
        ("elements/age.yaml", "min: 0", "min: 200", "catalogue.out_of_range", ""),
        ("elements/name.yaml", "type: string", "type: string\nmax: 3", "catalogue.type_conflict", ""),
        ("code_lists/colour.yaml", 'code: "03"', 'code: "02"', "catalogue.duplicate_code", ""),
        ("materials/photo.yaml", "kind: photo", "kind: photo\nreplaced_by: [{certificate: passport}]",
         "catalogue.certificate_nobody_issues", ""),
        ("systems/library.yaml", '"03": "G"', '"03": "R"', "catalogue.not_one_to_one", ""),
        ("resources/population.yaml", "department: registry", "department: library",
         "catalogue.unknown_operation", ""),
    ],
)  # fmt: skip
def test_each_mistake_of_the_content_is_found(
    broken: Broken, file: str, old: str, new: str, code: str, hint: str
) -> None:
    """One mistake put into clean content is found, in its file, with a hint."""
    findings = broken(file, old, new)
    if code == "catalogue.nothing":
        assert not [finding for finding in findings if finding.is_error]
        return

    found = [finding for finding in findings if finding.code == code]
    assert found, [str(finding) for finding in findings]
    assert all(finding.line > 0 for finding in found)
    assert any(hint in finding.hint for finding in found)


def test_the_key_of_a_registry_may_be_asked_although_an_authority_knows_it(mini: Path) -> None:
    """The register of people is asked by name, so that somebody has to say the name."""
    name = mini / "elements/name.yaml"
    name.write_text(name.read_text() + "owner: registry\n")

    assert check_folder(mini)[1] == []


def test_of_whom_gets_his_number_only_now_no_register_knows_anything(mini: Path) -> None:
    """Without the register the address must be asked; who gets the register's key just now cannot be in it."""
    name, card, join = mini / "elements/name.yaml", mini / CARD, mini / JOIN
    join.write_text(
        join.read_text().replace(
            "sources:\n  - {resource: population, roles: {subject: member}}", "sources: []"
        )
    )
    assert [one.code for one in check_folder(mini)[1]] == ["law.asked_although_owned"]

    name.write_text(name.read_text() + "owner: library\n")
    card.write_text(
        card.read_text()
        .replace(
            "  - {element: reader.name, why: {zh-hans: 登记要用, zh-hant: 登记要用, en: To register}}\n", ""
        )
        .replace("elements: [reader.card_number]", "elements: [reader.card_number, reader.name]")
    )
    assert [one for one in check_folder(mini)[1] if one.code == "law.asked_although_owned"] == []


def test_items_that_wait_for_each_other_are_a_cycle(mini: Path) -> None:
    """A needs what B makes and B needs what A makes: the way round is told with its elements."""
    path = mini / CARD
    need = "  - {element: reader.locker_number, why: {zh-hans: 甲乙, zh-hant: 甲乙, en: because}}\n"
    path.write_text(path.read_text().replace("needs:\n", "needs:\n" + need, 1))

    found = [finding for finding in check_folder(mini)[1] if finding.code == "catalogue.cycle"]

    assert len(found) == 1
    assert "member.locker_number" in found[0].message
    assert "member.card_number" in found[0].message


def test_a_material_that_the_event_s_condition_excludes_is_a_contradiction(mini: Path) -> None:
    """Only one colour may apply, yet a paper is for another colour only."""
    path = mini / JOIN
    condition = "  - {when: 'member.favourite_colour = \"02\"', message: {zh-hans: 只限蓝, zh-hant: 只限藍, en: blue}}\n"
    path.write_text(path.read_text().replace("conditions:\n", "conditions:\n" + condition, 1))

    found = [finding for finding in check_folder(mini)[1] if finding.code == "law.contradiction"]

    assert [(finding.file, finding.subject) for finding in found] == [(CARD, "items/card")]
    assert "photo" in found[0].message


def test_a_material_that_nobody_asks_for_is_mentioned(broken: Broken) -> None:
    """A paper that no item wants is content that somebody forgot."""
    findings = broken(
        CARD, "  - {material: photo, necessity: conditional, when: 'reader.favourite_colour = \"01\"'}\n", ""
    )

    assert [(finding.code, finding.subject) for finding in findings] == [
        ("catalogue.material_never_needed", "materials/photo")
    ]


def test_a_need_that_nobody_can_answer_is_an_error(broken: Broken) -> None:
    """An element that a department owns, that nobody shares and that has no question leaves the form stuck."""
    findings = broken(LOCKER, "element: reader.card_number", "element: reader.locker_number")

    assert {finding.code for finding in findings} >= {"law.nobody_provides", "catalogue.cycle"}


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ('m.favourite_colour = "01"', 'm.favourite_colour = "02"', False),
        ('m.favourite_colour = "01"', 'm.favourite_colour != "02"', True),
        ("m.favourite_colour = f.favourite_colour", "m.favourite_colour != f.favourite_colour", False),
        (
            "m.favourite_colour = f.favourite_colour",
            'm.favourite_colour = "01" and f.favourite_colour = "02"',
            False,
        ),
        ("m.age >= 6", "m.age < 6", False),
        ("m.age >= 6", "m.age <= 6", True),
        ("m.age > 6", "m.age < 7", False),
        ("m.age in [1..5]", "m.age > 5", False),
        ('m.name = "x"', 'm.name = "y"', False),
        ('m.name = "x"', 'm.name != "y"', True),
        ("m.name = null", "m.name != null", False),
        ("m.age * 2 > 7", "m.age * 2 < 7 and m.age > 100", None),
    ],
)
def test_two_conditions_hold_together_or_not(mini: Path, one: str, two: str, expected: bool | None) -> None:
    """Equal and different, below and above: decided by cases; with arithmetic it stays open."""
    assert together(load(mini), [Feel(one), Feel(two)]) is expected


def test_only_conditions_about_the_same_values_are_weighed_together() -> None:
    """Conditions about something else cannot make a contradiction, so they are left out."""
    a, b, c = Feel("x.a = 1"), Feel("x.a = x.b"), Feel("y.c = 2")

    assert relevant([a, b, c], Feel("x.b = 2")) == [Feel("x.b = 2"), b, a]


@pytest.mark.parametrize(
    ("limit", "bound", "expected"),
    [
        (Limit(6, Unit.WORKING_DAY), Limit(5, Unit.WORKING_DAY), True),
        (Limit(5, Unit.WORKING_DAY), Limit(5, Unit.WORKING_DAY), False),
        (Limit(15, Unit.WORKING_DAY), Limit(60, Unit.NATURAL_DAY), False),
        (Limit(10, Unit.WORKING_DAY), Limit(10, Unit.NATURAL_DAY), True),
        (Limit(5, Unit.WORKING_DAY), Limit(6, Unit.NATURAL_DAY), None),
        (Limit(24, Unit.HOUR), Limit(1, Unit.WORKING_DAY), False),
    ],
)
def test_limits_in_different_units_are_compared_with_care(
    limit: Limit, bound: Limit, expected: bool | None
) -> None:
    """Ten working days are never within ten natural days; five may be within six, in some weeks."""
    assert exceeds(limit, bound) is expected


@pytest.mark.parametrize(
    "text", ["空", "无", "暂无", "/", "-", "——", "TODO", "todo: write", "N/A", "…", "待补充", "xxx"]
)
def test_placeholders_are_known(text: str) -> None:
    """Words that stand for nothing are caught."""
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text", ["无需提供", "无房证明", "空气质量", "略有不同", "No", "1/2", "Xi", "testament"]
)
def test_texts_that_only_look_like_placeholders_are_left_alone(text: str) -> None:
    """A text that says something is not a placeholder."""
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("condition", "note", "expected"),
    [
        ("夫妻双方户籍均在本省", "夫妻双方户籍在外省时提供", True),
        ("申请人为已婚人员", "申请人是未婚人员的，应当提交", True),
        ("申请人年满18周岁", "申请人未婚时提供", False),
        ("父母双方是同一民族", "父母双方是同一民族时提供", False),
        ("父母双方是同一民族", "父母双方户籍不同的提供", False),
        ("父母一方户籍在本省且非集体户口", "父母双方是不同民族时提供", False),
    ],
)
def test_a_note_contradicts_a_condition_only_about_the_same_thing(
    condition: str, note: str, expected: bool
) -> None:
    """Opposite words count when they are said of the same thing."""
    assert (contradicts(condition, note) is not None) is expected


@pytest.mark.skipif(not (PRODUCT / "life_events").is_dir(), reason="the content is not here")
def test_our_own_content_has_no_error() -> None:
    """What we ship keeps the rules that we check others by."""
    errors = [str(finding) for finding in check_path(PRODUCT) if finding.is_error]

    assert errors == []


@pytest.mark.skipif(not (PRODUCT / "life_events").is_dir(), reason="the content is not here")
def test_our_own_content_binds_everywhere() -> None:
    """Every life event can be bound, and every address it has is an element we know."""
    catalogue = content()

    assert len(catalogue.elements) >= 120
    for code in catalogue.life_events:
        bound = catalogue.bound(code)
        assert {address for address in bound.addresses if address not in catalogue.types(code)} == set()
        assert len(bound.items) == len(bound.event.items)


def test_checking_twice_finds_the_same(mini: Path) -> None:
    """The check changes nothing."""
    catalogue = load(mini)

    assert check(catalogue) == check(catalogue)


def test_content_without_any_system_can_be_published_but_one_missing_among_others_is_an_error(
    mini: Path,
) -> None:
    """Content comes before the systems; a forgotten system is a mistake."""
    system = mini / "systems" / "library.yaml"
    (mini / "systems" / "other.yaml").write_text(
        system.read_text().replace("system: library", "system: other")
    )
    system.unlink()
    assert {str(finding.severity) for finding in check_folder(mini)[1]} == {"error"}
    (mini / "systems" / "other.yaml").unlink()

    assert [(finding.code, str(finding.severity)) for finding in check_folder(mini)[1]] == [
        ("catalogue.no_systems", "warning")
    ]


RULE = (
    "joint_review: [{rule: risk, when: reader.card_number = null, departments: [library], "
    "reason: {zh-hans: 一起看, zh-hant: 一起看, en: Together}, law: {law: library_rules, article: 第一条}, "
    "limit: 2, silence: agrees}]\n"
)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("", "", ""),
        ("[library]", "[]", "catalogue.joint_nobody"),
        ("[library]", "[registry]", "catalogue.joint_self"),
        ("[library]", "[libary]", "catalogue.unknown_code"),
        ("limit: 2, ", "", "catalogue.joint_no_limit"),
        ("limit: 2, ", "limit: 3, ", "law.joint_over_promise"),
        ("reader.card_number = null", "reader.name = null", "catalogue.joint_shows"),
        ("rule: risk", "rule: joint", "catalogue.duplicate_code"),
        (", law: {law: library_rules, article: 第一条}", "", "law.no_basis"),
    ],
)
def test_a_joint_review_that_cannot_work_is_told(broken: Broken, old: str, new: str, code: str) -> None:
    """Nobody asked, oneself asked, silence without a limit, values that the item does not need."""
    findings = broken(LOCKER, "legal_basis:", RULE.replace(old, new) + "legal_basis:")
    assert [one.code for one in findings if one.code.startswith(("catalogue.", "law."))] == (
        [code] if code else []
    )
