"""The real mappings: complete for the catalogue, and what is written can be read back."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.exchange.dialect import Dialect, DialectError, ElementFacts
from tongban.exchange.dialect.documents import CONTENT_TYPES, lookup
from tongban.exchange.dialect.mapping import addresses, path_of
from tongban.exchange.dialect.scalars import plain

CATALOGUE = Path(__file__).parents[3] / "catalogue"
CODES = sorted(path.stem for path in (CATALOGUE / "systems").glob("*.yaml"))


def things(folder: str) -> list[dict[str, Any]]:
    """The content of one folder of the catalogue."""
    return [yaml.safe_load(path.read_text()) for path in sorted((CATALOGUE / folder).glob("*.yaml"))]


@cache
def elements() -> dict[str, ElementFacts]:
    """What the catalogue says of its elements."""
    lists = {
        one["code_list"]: frozenset(str(entry["code"]) for entry in one["codes"])
        for one in things("code_lists")
    }
    return {
        one["element"]: ElementFacts(one["type"], lists.get(one.get("code_list", "")))
        for one in things("elements")
    }


def materials() -> list[str]:
    """The codes of the catalogue's materials."""
    return [one["material"] for one in things("materials")]


@cache
def dialect(code: str) -> Dialect:
    """A department's dialect."""
    return Dialect.of(
        yaml.safe_load((CATALOGUE / "systems" / f"{code}.yaml").read_text()), elements(), materials()
    )


def known(code: str, operation: str) -> list[str]:
    """The addresses of an operation whose element exists."""
    mapping = dialect(code).mapping
    fields = {**mapping.fields, **mapping.operations[operation].fields}
    return sorted(one for one in addresses(fields, mapping.roles) if one.partition(".")[2] in elements())


# What XML and JSON can both carry: no control characters, no broken halves, not only blanks.
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=12
)


def value(address: str) -> st.SearchStrategy[Any]:
    """Any valid value of an address, in the one spelling that values travel in."""
    facts = elements()[address.partition(".")[2]]
    if facts.codes is not None:
        return st.sampled_from(sorted(facts.codes))
    amounts = {"decimal": 3, "money": 2}
    if facts.type in amounts:
        return st.decimals(0, 10**9, places=amounts[facts.type]).map(plain)
    return {
        "integer": st.integers(0, 10**6),
        "boolean": st.booleans(),
        "date": st.dates(date(1900, 1, 1)).map(lambda day: day.isoformat()),
    }.get(facts.type, TEXT)


@pytest.mark.parametrize("code", CODES)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_written_can_be_read_back(code: str, data: st.DataObject) -> None:
    """Any valid values survive the way into a department's words and back, in every dialect."""
    spoken = dialect(code)
    operation = "submit" if "submit" in spoken.operations() else min(spoken.operations())
    chosen = data.draw(st.lists(st.sampled_from(known(code, operation)), unique=True, max_size=12))
    values = {address: data.draw(value(address), address) for address in chosen}
    asked = spoken.mapping.operations[operation]
    # A GET has no body: its fields are written as a POST of the same mapping would be.
    tree: dict[str, Any] = {}
    spoken._place_values(asked, tree, values)
    body = spoken.mapping.requests.write(tree, root=asked.root)
    writing = spoken.mapping.requests
    back = replace(writing, root="").read(CONTENT_TYPES[writing.format], body)
    record = lookup(back, asked.values)
    fields = {**spoken.mapping.fields, **asked.fields}
    read = (
        spoken._values(fields, record, chosen, spoken.mapping.requests, operation)
        if isinstance(record, dict)
        else {}
    )
    assert read == values


@pytest.mark.parametrize("code", CODES)
def test_every_mapped_element_exists(code: str) -> None:
    """A mapping names only what the catalogue knows, and translates whole code lists."""
    mapping = dialect(code).mapping
    for fields in (mapping.fields, *(one.fields for one in mapping.operations.values())):
        for address in addresses(fields, mapping.roles):
            element = address.partition(".")[2]
            assert element in elements(), address
            found = path_of(fields, mapping.roles, address)
            assert found is not None
            codes = elements()[element].codes
            if found[0].codes is not None and codes is not None:
                assert set(found[0].codes) == codes, address


@pytest.mark.parametrize("item", things("items"), ids=lambda item: item["item"])
def test_every_item_can_be_sent(item: dict[str, Any]) -> None:
    """Each need and product of an item that a system decides has its place over there."""
    if item["via"] != "system":
        pytest.skip("decided in the workbench")
    spoken = dialect(item["department"])
    assert item["item"] in spoken.items()
    ways = [way for one in item["needs"] for way in one.get("any_of", [[one.get("element")]])]
    for address in (each for way in ways for each in way):
        assert spoken.has_place(address), address
    for address in item["produces"].get("elements", []):
        assert spoken.has_place(address), address
    replies = spoken.mapping.replies
    assert replies is not None
    for one in item["produces"].get("certificates", []):
        assert one["certificate"] in replies.certificates.codes.values()


@pytest.mark.parametrize("resource", things("resources"), ids=lambda resource: resource["resource"])
def test_every_resource_can_be_asked(resource: dict[str, Any]) -> None:
    """Each answer of a resource has its place in the lookup, and its key is enough to ask."""
    spoken = dialect(resource["department"])
    for address in resource["answers"]:
        assert spoken.has_place(address, resource["operation"]), address
    keys = dict.fromkeys(resource["key"], "湘A12345")
    assert spoken.encode_lookup(resource["operation"], keys).method in {"GET", "POST"}


@pytest.mark.parametrize("material", ["identity_card", "household_register"])
def test_a_material_keeps_its_code(material: str) -> None:
    """A correction that names a material is understood even without a translation table."""
    spoken = dialect("public_security")
    body = (
        '{"hzid":"1","ywlsh":"2","hzlx":"BZ","hzsj":"20261123093000","slbh":"3",'
        f'"bzqd":[{{"zdmc":"{material}","wtms":"缺页"}}]}}'
    )
    fault = spoken.decode_reply("application/json", body.encode()).faults[0]
    assert (fault.material, fault.address) == (material, "")
    with pytest.raises(DialectError, match="a field or material"):
        spoken.decode_reply("application/json", body.replace(material, "umbrella").encode())
