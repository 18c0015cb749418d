"""Binding: items speak of formal roles, life events of their own."""

from pathlib import Path

from tongban import rules
from tongban.catalogue.domain import load
from tongban.catalogue.domain.feel import Feel


def test_every_address_of_an_event_is_in_its_own_roles(mini: Path) -> None:
    """After binding nobody has to translate `reader` to `member` again."""
    bound = load(mini).bound("join")

    assert {address.partition(".")[0] for address in bound.addresses} == {"member"}
    card = bound.item("card")
    assert card is not None
    assert card.needs[0].element == "member.name"
    assert card.produces == ("member.card_number",)
    assert card.certificates == ("library_card",)
    assert card.rules[0].when.names == {"member.age"}
    assert bound.produced["member.card_number"] == ("card",)
    assert bound.answered["member.address"] == ("population",)
    assert bound.sources[0].key == ("member.name",)


def test_a_bare_element_of_a_material_is_the_item_s_one_person(mini: Path) -> None:
    """Proof of address is replaced by the address of the person the item is about."""
    card = load(mini).bound("join").item("card")

    assert card is not None
    assert [one.replacements[0].elements for one in card.materials if one.replacements] == [
        ("member.address",)
    ]


def test_a_renamed_condition_reads_the_event_s_values(mini: Path) -> None:
    """A condition over `reader` is evaluated over the values of `member`."""
    catalogue = load(mini)
    card = catalogue.bound("join").item("card")
    assert card is not None
    when = card.materials[0].need.when
    assert when is not None

    for colour, expected in (("01", True), ("02", False)):
        context = rules.context({"member.favourite_colour": colour}, catalogue.types("join"))
        assert when.holds(context) is expected


def test_roles_can_be_exchanged() -> None:
    """Seller and buyer swapped: each name means the other."""
    swapped = Feel("seller.age > buyer.age").renamed({"seller": "buyer", "buyer": "seller"})

    assert swapped.evaluate({"seller": {"age": 20}, "buyer": {"age": 50}}) is True
    assert swapped.names == {"seller.age", "buyer.age"}


def test_a_condition_renamed_twice_means_what_it_meant() -> None:
    """Binding within binding keeps the meaning."""
    twice = Feel("a.age > 3").renamed({"a": "b"}).renamed({"b": "c"})

    assert twice.names == {"c.age"}
    assert twice.evaluate({"c": {"age": 4}}) is True


def test_a_question_names_the_role(mini: Path) -> None:
    """`{role}` in a question is the role's name, in each language."""
    catalogue = load(mini)
    question = catalogue.element("member.name").asked_of(catalogue.event("join").roles["member"].name)

    assert question.of("zh-hans") == "读者叫什么"
    assert question.of("zh-hant") == "讀者叫什么"
    assert question.of("en") == "What is the name of reader"
