import pickle

import pytest

from tongban.kernel import errors
from tongban.kernel.errors import Conflict, FieldFault, InvalidInput, TongbanError


def test_an_error_tells_a_client_everything_as_a_problem() -> None:
    """A wrong identity number comes back as a problem that names the field, the rule and the way out."""
    error = InvalidInput(
        "id_number.check_digit",
        "The check digit does not fit.",
        hint="Compare with the card.",
        address="mother.id_number",
    )

    assert error.to_problem("/applications/1") == {
        "type": "urn:tongban:problem:id_number.check_digit",
        "title": error.status.phrase,
        "status": 422,
        "detail": "The check digit does not fit.",
        "code": "id_number.check_digit",
        "hint": "Compare with the card.",
        "instance": "/applications/1",
        "address": "mother.id_number",
    }
    assert str(error) == "The check digit does not fit. Compare with the card."


def test_several_wrong_fields_are_listed_at_once() -> None:
    """Someone who sends two wrong fields hears of both."""
    faults = [
        InvalidInput("mobile.length", "Eleven digits.", hint="Without +86.").at("mother.mobile").fault(),
        FieldFault("child.birth_weight", "weight.range", "Between 0.3 and 9 kg."),
    ]

    problem = InvalidInput("form.faults", "Two fields need attention.", faults=faults).to_problem()

    assert problem["errors"] == [
        {
            "address": "mother.mobile",
            "code": "mobile.length",
            "detail": "Eleven digits.",
            "hint": "Without +86.",
        },
        {"address": "child.birth_weight", "code": "weight.range", "detail": "Between 0.3 and 9 kg."},
    ]
    assert "instance" not in problem


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("InvalidInput", 422),
        ("NotSignedIn", 401),
        ("NotAllowed", 403),
        ("NotFound", 404),
        ("Conflict", 409),
        ("TooLarge", 413),
        ("Unavailable", 503),
        ("Internal", 500),
    ],
)
def test_each_branch_has_its_status(kind: str, status: int) -> None:
    """The branch alone decides the status."""
    assert getattr(errors, kind)("a.b", "x").to_problem()["status"] == status


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    """A branch that is not drawn in the module's docstring does not exist, nor the other way round."""
    drawn = {
        line.split()[1] for line in (errors.__doc__ or "").splitlines() if line.strip().startswith(("├", "└"))
    }

    # Other rooms grow branches of their own; the docstring draws those of this module.
    here = {kind.__name__ for kind in TongbanError.__subclasses__() if kind.__module__ == errors.__name__}
    assert drawn == here


def test_a_status_can_be_narrowed() -> None:
    """A vanished draft may answer 410 instead of 409."""
    assert Conflict("draft.gone", "The draft was removed.", status=410).to_problem()["status"] == 410


def test_an_error_survives_the_way_between_processes() -> None:
    """A worker's error arrives with its hint and its parameters."""
    error = Conflict("case.moved", "The case has moved on.", hint="Reload.", status=410, state="decided")

    again = pickle.loads(pickle.dumps(error.at("mother.name")))  # noqa: S301 -- our own bytes

    assert again.to_problem() == error.at("mother.name").to_problem()
    assert again.params == {"state": "decided", "address": "mother.name"}


@pytest.mark.parametrize("code", ["", "Has Space", "UPPER", "a..b", ".a"])
def test_a_code_that_no_catalogue_could_translate_is_refused(code: str) -> None:
    """A sloppy code fails at once, not when a person should read it."""
    with pytest.raises(ValueError, match="dotted lower case"):
        InvalidInput(code, "x")
