"""A seeded clerk who decides workbench tasks in a demo walk, so that a case with such a step comes to an end.

The clerk uses the workbench's own actions with a seeded login of the department; nothing is skipped. Where
people work for real nobody calls this.
"""

from datetime import UTC, datetime
from uuid import UUID

from tongban.casework import tasks
from tongban.casework.actions import Fault, NewCertificate
from tongban.casework.domain.moves import State
from tongban.casework.queries import CaseView, DispatchView
from tongban.catalogue.domain import JointRule
from tongban.identity import queries as identity
from tongban.identity.domain import Post
from tongban.kernel.errors import Conflict, NotFound
from tongban.runtime.examples import example


class DemoClerk:
    """Takes one step per look at each workbench task of a case: accept, have it signed, approve."""

    def __init__(self) -> None:
        self.decided: list[str] = []
        """Items that this clerk approved."""
        self._objected: dict[UUID, str] = {}
        """How far the one objection of each joint review is."""

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
        elif self._review(post, one):
            return
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

    def _review(self, post: Post, one: DispatchView) -> bool:
        """One step of a joint review; False when there is nothing to do for it.

        Where a risk called for it the first department asked objects once: the lead asks for the paper that
        the rule shows, the applicant sends it, and the department agrees. Everybody else agrees at once.
        """
        risk = next((rule for rule in one.bound.item.joint_review if _holds(rule, one)), None)
        stage = self._objected.get(one.id, "")
        if one.review_waits_for:
            for code in one.review_waits_for:
                objects = risk is not None and code == risk.departments[0] and not stage
                _say(code, one, risk if objects else None)
                if objects:
                    stage = self._objected[one.id] = "objected"
            return True
        if risk is None or stage not in {"objected", "asked"}:
            return False
        if stage == "asked":
            _say(risk.departments[0], one, None)
            self._objected[one.id] = "settled"
            return True
        paper = next(key for key in (m.key for m in one.bound.materials) if key.startswith(risk.papers[0]))
        fault = Fault(
            target=paper,
            kind="material",
            what=risk.objections[0].text.zh_hans,
            why=risk.reason.zh_hans,
            how="请补办后把凭证一起上传。",
        )
        tasks.ask_correction(post, one.id, one.version, [fault])
        self._objected[one.id] = "asked"
        return True


def _holds(rule: JointRule, one: DispatchView) -> bool:
    """Whether a risk rule that can be objected to has called its departments."""
    shown = not rule.always and rule.objections and rule.papers
    return bool(shown) and set(rule.departments) <= set(one.reviewed_by)


def _say(department: str, one: DispatchView, against: JointRule | None) -> None:
    """A department's word: agreement, or an objection by a rule's first reason."""
    if against is None:
        tasks.sign(_post(department), one.id, agrees=True)
        return
    first = against.objections[0]
    tasks.sign(_post(department), one.id, agrees=False, reasons=[first.code], reason=first.text.zh_hans)


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
