from itertools import pairwise

import pytest

from tongban.kernel.errors import InvalidInput, NotFound
from tongban.kernel.regions import Tier, _table, ancestors, children, history, region, resolve


def test_the_demonstration_city_is_there() -> None:
    """芙蓉区 lies in 长沙市, which lies in 湖南省."""
    assert region("430102").name == "芙蓉区"
    assert [(above.code, above.name) for above in ancestors("430102")] == [
        ("430100", "长沙市"),
        ("430000", "湖南省"),
    ]
    assert {"430102", "430103", "430104", "430105", "430111", "430112", "430121", "430181", "430182"} <= {
        below.code for below in children("430100")
    }
    assert "430100" in {below.code for below in children("430000")}


def test_a_code_can_have_had_two_names() -> None:
    """430102 was 东区 until 1995; abolished 望城县 is no child any more."""
    east, furong = history("430102")

    assert (east.name, east.valid_from, east.valid_to) == ("东区", 1983, 1995)
    assert (furong.valid_from, furong.valid_to) == (1996, None)
    assert east.in_force(1990)
    assert not east.in_force(1996)
    assert "430122" not in {below.code for below in children("430100")}
    assert region("430122").valid_to == 2011


def test_a_handler_is_found_along_the_tree() -> None:
    """A county's city and province are found by tier; a city lies in no county."""
    assert resolve("430102", Tier.CITY).code == "430100"
    assert resolve("430102", "province").code == "430000"
    assert resolve("430102", "county").code == "430102"
    with pytest.raises(NotFound) as caught:
        resolve("430100", "county")
    assert caught.value.code == "region.tier"


def test_every_region_has_its_parents_and_years_in_order() -> None:
    """The whole table hangs together: 34 provinces, every parent exists, names follow each other in time."""
    table = _table()
    provinces = [code for code, known in table.items() if known[-1].tier is Tier.PROVINCE]

    assert len(provinces) == 34
    assert len(table) > 5000
    for code, known in table.items():
        assert all(part.name and "[" not in part.name for part in known)
        assert (known[-1].parent is None) == (code in provinces)
        assert known[-1].parent is None or known[-1].parent in table
        for earlier, later in pairwise(known):
            assert earlier.valid_to is not None
            assert later.valid_from is not None
            assert earlier.valid_to <= later.valid_from


@pytest.mark.parametrize("code", ["", "43", "4301020", "43010x", "４３０１０２"])
def test_what_is_no_code_is_refused(code: str) -> None:
    """A code that is not six digits is refused with an example."""
    with pytest.raises(InvalidInput) as caught:
        region(code)
    assert caught.value.code == "region.format"


def test_a_code_that_never_was_is_not_found() -> None:
    """No region has the code 999999."""
    with pytest.raises(NotFound):
        children("999999")
