"""A seeded clerk who decides workbench tasks in a demo walk, so that a case with such a step comes to an end.

The clerk uses the workbench's own actions with a seeded login of the department; nothing is skipped. Where
people work for real nobody calls this.
"""

from datetime import UTC, datetime

from tongban.casework import tasks
from tongban.casework.actions import NewCertificate
from tongban.casework.domain.moves import State
from tongban.casework.queries import CaseView, DispatchView
from tongban.identity import queries as identity
from tongban.identity.domain import Post
from tongban.kernel.errors import Conflict, NotFound
from tongban.runtime.examples import example


class DemoClerk:
    """Takes one step per look at each workbench task of a case: accept, have it signed, approve."""

    def __init__(self) -> None:
        self.decided: list[str] = []
        """Items that this clerk approved."""

    def look(self, view: CaseView) -> None:
        """Do what can be done now. Raises NotFound `demo.no_clerk` where no clerk was seeded."""
        for one in view.dispatches:
            if one.via != "workbench" or one.state not in {State.READY, State.ACCEPTED}:
                continue
            try:
                self._step(view, one)
            except Conflict:
                continue  # a person at the workbench was quicker: the next look shows what is left

    def _step(self, view: CaseView, one: DispatchView) -> None:
        post = _post_of(one)
        if one.state is State.READY:
            tasks.accept(post, one.id, one.version)
        elif one.review_waits_for:
            for code in one.review_waits_for:
                tasks.sign(_post(code), one.id, agrees=True)
        else:
            tasks.decide(
                post,
                one.id,
                one.version,
                approve=True,
                produced={
                    address: example(view.catalogue, view.catalogue.element(address))
                    for address in one.bound.produces
                },
                certificates=[
                    NewCertificate(code=code, number=f"DEMO-{datetime.now(UTC):%Y}-{one.id.hex[-8:].upper()}")
                    for code in one.bound.certificates
                ],
            )
            self.decided.append(one.bound.code)


def _post_of(one: DispatchView) -> Post:
    """The post of whoever has the task, else of the department's first clerk."""
    department = one.department.code
    if one.assigned_to is None:
        return _post(department)
    held = identity.posts_of_account(one.assigned_to)
    return next((post for post in held if post.department == department), None) or _post(department)


def _post(department: str) -> Post:
    found = identity.posts_of(f"clerk-{department}-a")
    if not found:
        raise NotFound(
            "demo.no_clerk", f"No clerk of {department} was seeded.", hint="Decide the task in the workbench."
        )
    return found[0]
