"""A catalogue with some files changed, and the check of one thing: what an editor asks after each edit."""

from dataclasses import replace
from functools import cache
from typing import Any

from tests.catalogue.conftest import MINI
from tests.fixtures import content
from tongban.catalogue.check import check, check_event, check_item
from tongban.catalogue.domain import Catalogue, from_content, load, with_changes


@cache
def mini() -> Catalogue:
    """The small catalogue as a stored version gives it."""
    return from_content(load(MINI).content)


def test_nothing_changed_is_the_same_catalogue() -> None:
    """A file that is saved as it was changes no thing and no reference."""
    base = mini()
    code = next(iter(base.life_events))
    same, findings = with_changes(base, {"life_events": {code: base.content["life_events"][code]}})
    assert findings == ()
    assert same == replace(base, version=same.version)
    assert set(same.references) == set(base.references)
    assert same.content == base.content


def test_changes_read_as_the_whole_would() -> None:
    """What changed files give is what reading every file again gives: changed, new and taken out."""
    base = mini()
    event = next(iter(base.life_events))
    plain: dict[str, Any] = {**base.content["life_events"][event], "search": ["出生"]}
    new = {**plain, "life_event": "another"}
    item = next(iter(base.items))
    changes = {"life_events": {event: plain, "another": new}, "items": {item: None}}
    merged, findings = with_changes(base, changes)
    content = {kind: dict(things) for kind, things in base.content.items()}
    content["life_events"] |= {event: plain, "another": new}
    del content["items"][item]
    whole = from_content(content)
    assert findings == ()
    assert replace(merged, version="") == replace(whole, version="")
    assert set(merged.references) == set(whole.references)
    assert {one.code for one in check(merged)} == {one.code for one in check(whole)}
    assert merged.version not in {base.version, whole.version}


def test_a_file_that_cannot_be_read_leaves_the_rest() -> None:
    """A mistake in the file at hand is a finding; everything else stays, and the thing as it was."""
    base = mini()
    event = next(iter(base.life_events))
    merged, findings = with_changes(base, {"life_events": {event: {"life_event": event}}})
    assert [(one.code, one.subject) for one in findings] == [
        ("catalogue.missing_key", f"life_events/{event}")
    ]
    assert merged.life_events == base.life_events
    assert set(merged.references) == set(base.references)


def test_one_event_is_checked_as_the_whole_is() -> None:
    """The check of one life event or item finds what the check of everything says about it, no more."""
    base = from_content(content().content)
    event = "newborn"
    plain: dict[str, Any] = dict(base.content["life_events"][event])
    plain |= {"applicant": ["mother", "aunt"], "promise": {"amount": 1, "unit": "working_day"}}
    plain["items"] = [*plain["items"], {"item": "tax_clearance", "when": 'mother.marital_status = "77"'}]
    item = "birth_certificate"
    act: dict[str, Any] = {**base.content["items"][item], "department": "nobody"}
    changed, findings = with_changes(base, {"life_events": {event: plain}, "items": {item: act}})
    assert findings == ()
    subjects = {f"life_events/{event}", f"items/{item}"}
    whole = {one for one in check(changed) if one.subject in subjects}
    parts = {*check_event(changed, event), *check_item(changed, item)}
    codes = {one.code for one in parts}
    assert {"catalogue.unknown_role", "catalogue.role_not_played", "law.item_over_promise"} <= codes
    assert {"catalogue.code_not_in_list", "catalogue.unknown_code"} <= codes
    assert {one for one in parts if one.subject in subjects} == whole
    assert check_event(base, "nothing") == check_item(base, "nothing") == []
