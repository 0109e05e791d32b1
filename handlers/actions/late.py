"""Why a date was missed: written by an officer, approved by a head or leader, read by the citizen in the apology."""

from __future__ import annotations

from domain.errors import NotAllowed
from domain.messages import Choice, Outgoing
from domain.texts import desk, why
from domain.texts import reminders as texts
from domain.texts.base import speaking
from handlers.actions import case_notes as notes
from handlers.actions import notify
from handlers.actions.acting import Acting, handle, may_approve, see_as_officer
from storage import cases
from storage.tables import FeedbackCase, Officer

REASON, PROPOSED = "late_reason", "late_proposed"  # kinds of events


def write_reason(act: Acting, case_id: int, reason: str) -> tuple[FeedbackCase, bool]:
    """A head's or leader's reason stands at once (True); anybody else's is sent for approval. Raises NotAllowed."""
    case, officer = handle(act, case_id)
    if act.now <= case.due_at:
        raise NotAllowed(texts.late_not_late(case.code))
    reason = reason.strip()
    if not any(char.isalnum() for char in reason):
        raise NotAllowed(why.empty())
    if may_approve(officer, case):
        _event(act, case, REASON, reason)
        return case, True
    _event(act, case, PROPOSED, reason)
    with speaking("vi"):
        approve = Choice(f"/late.approve {case.id}", texts.late_choice_approve(case.code))
        look = Choice(f"/case.view {case.id}", desk.choice_view(case.code))
        message = Outgoing(texts.late_asks(officer.name, case.code, reason), choices=(approve, look))
        if not notes.tell(act, _approvers(act, case), message, "late reason", case.id):
            raise NotAllowed(desk.no_approver())
    return case, False


def approve_reason(act: Acting, case_id: int) -> FeedbackCase:
    """The reason proposed last may be told to the citizen. Raises NotAllowed."""
    case, officer = see_as_officer(act, case_id)
    if not may_approve(officer, case):
        raise NotAllowed(why.not_approver())
    told = [row for row in cases.history(act.session, act.tenant.id, case.id) if row.event.kind in (REASON, PROPOSED)]
    if not told or told[-1].event.kind == REASON or not told[-1].words:
        raise NotAllowed(texts.late_nothing(case.code))
    _event(act, case, REASON, told[-1].words)
    return case


def approved_reason(act: Acting, case: FeedbackCase) -> str:
    """The newest approved reason since the case was opened or reopened; "" = none."""
    history = cases.history(act.session, act.tenant.id, case.id)
    told = [row for row in history if row.event.kind in (REASON, "reopened")]
    return told[-1].words if told and told[-1].event.kind == REASON else ""


def _approvers(act: Acting, case: FeedbackCase) -> list[Officer]:
    heads = notify.heads_of(act.session, act.tenant.id, case.department_id)
    return heads or notify.leaders(act.session, act.tenant.id)


def _event(act: Acting, case: FeedbackCase, kind: str, words: str) -> None:
    officer_id = act.officer.id if act.officer else None
    cases.append_event(
        act.session, act.tools.ids, act.tools.random_bits, case, kind, act.now, words=words, officer_id=officer_id
    )
