"""Khiếu nại and tố cáo are not reports: where they are taken, and an officer who finds that a case is one.

Of a tố cáo nothing stays but the code, the dates and that the person was shown where to go.
"""

from __future__ import annotations

from datetime import date, timedelta

from domain.feedback import CaseEvent, CaseStatus, next_status
from domain.messages import Choice, Outgoing
from domain.profile import WEEKDAYS
from domain.texts import feedback as texts
from handlers.actions import case_notes as notes
from handlers.actions.acting import Acting, handle
from storage import cases, conversations, my_data
from storage.tables import FeedbackCase
from storage.unsaid import unsay_case

COMPLAINT, DENUNCIATION = "complaint", "denunciation"
_SCREEN = 600  # characters that a small phone shows at once


def direct_case(act: Acting, case_id: int, kind: str) -> FeedbackCase:
    """The case ends; the person reads where a complaint or a denunciation is taken. `kind`: COMPLAINT, DENUNCIATION.

    Raises NotAllowed, also for a case that another agency has.
    """
    case, officer = handle(act, case_id)
    case.status = next_status(CaseStatus(case.status), CaseEvent.DIRECT)
    case.officer_id = case.officer_id or officer.id
    cases.append_event(
        act.session, act.tools.ids, act.tools.random_bits, case, "directed", act.now, officer_id=officer.id
    )
    if kind == DENUNCIATION:
        _forget(act, case)
    else:
        notes.tell_citizen(act, case, lambda: complaint(act, case.code), "directed", important=True)
    return case


def _forget(act: Acting, case: FeedbackCase) -> None:
    """Words, files, copies at officers and in the person's own chat; then the person is told."""
    if case.channel_id is None or case.peer is None:
        my_data.erase_case(act.session, case, act.now)
        return
    talk = conversations.lock_or_add(
        act.session, act.tools.ids, act.tenant.id, case.channel_id, case.peer, act.now
    )  # fmt: skip
    turns = unsay_case(act.session, act.tools.ids, talk, case, act.now)
    chat = my_data.Chat(act.tenant.id, case.channel_id, case.peer)
    gone = frozenset({case.id})
    my_data.scrub_copies(act.session, chat, my_data.Copies(gone_cases=gone, gone_turns=turns))
    notes.tell_citizen(act, case, lambda: denunciation(act), "directed", important=True)
    my_data.erase_case(act.session, case, act.now)


def complaint(act: Acting, code: str = "") -> Outgoing:
    """What khiếu nại needs and where it is taken; with a code for a case that an officer found to be one."""
    found = texts.complaint_found(code, act.tenant.unit) if code else ""
    text = texts.complaint(complaint_place(act), next_reception(act), found=found)
    reception: tuple[Choice, ...] = ()
    if len(text) > _SCREEN:
        text = texts.complaint(complaint_place(act), "", found=found)
        reception = (Choice("/directory.show reception", texts.denunciation_choice_reception()),)
    choices = (
        Choice("/feedback.complaint how", texts.complaint_choice_how()),
        *reception,
        Choice("/question.officer", texts.choice_officer()),
    )
    return Outgoing(text, choices=choices)


def denunciation(act: Acting) -> Outgoing:
    """Where tố cáo is taken; without any word of it."""
    place = act.profile.denounce_place or _desk(act)
    choices = (
        Choice("/directory.show reception", texts.denunciation_choice_reception()),
        Choice("/feedback.start", texts.denunciation_choice_report()),
    )
    return Outgoing(texts.denunciation(act.tenant.unit, place, act.profile.denounce_place_above), choices=choices)


def complaint_place(act: Acting) -> str:
    return act.profile.complaint_place or _desk(act)


def next_reception(act: Acting) -> str:
    """The first reception that has not begun, on a day the commune works; "" when none is known."""
    clock = f"{act.local(act.now):%H:%M}"
    for ahead in range(60):
        day = act.today + timedelta(days=ahead)
        for row in sorted(act.profile.receptions, key=lambda row: row.begins):
            if _is_on(act, row.weekday, day) and (ahead or row.begins > clock):
                return texts.next_reception(day, row)
    return ""


def _desk(act: Acting) -> str:
    place = act.profile.desk_address or act.profile.address
    return ", ".join(part for part in (act.profile.desk, place) if part)


def _is_on(act: Acting, weekday: str, day: date) -> bool:
    return WEEKDAYS[day.weekday()] == weekday and day not in act.calendar.holidays
