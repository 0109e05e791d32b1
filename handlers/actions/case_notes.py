"""What an action on a case makes other people hear: the officers in charge, and the citizen who filed it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import select

from domain.feedback import OPEN
from domain.messages import NOTICE, Choice, Outgoing
from domain.texts import cases as texts
from domain.texts import desk
from domain.texts import feedback as intake
from domain.texts.base import speaking
from handlers.actions import notify
from handlers.actions.acting import Acting, holder_name, watch
from storage import attachments, cases, outbox
from storage.tables import Category, Citizen, FeedbackCase, Officer

_WORDS_CHARS = 500  # of a citizen's words in a message to officers; the rest is one choice away
_HOURS = ("hours", "working_hours")
_PICTURES = ("photo", "document")  # where a paper may have been sent by mistake


def counts_hours(kind: Category) -> bool:
    """The category promises hours, so its due moment is said with the clock."""
    return kind.limit_unit in _HOURS


def promised(act: Acting, case: FeedbackCase) -> str:
    """The promised day, with its hour where the category's limit is one of hours."""
    in_hours = counts_hours(category(act, case)) and not case.extended
    return intake.promised(case.due_on, act.local(case.due_at) if in_hours else None)


def status(act: Acting, case: FeedbackCase) -> str:
    """The state in a citizen's words."""
    return texts.status(case.status, department_shown(act, case))


def late_days(act: Acting, case: FeedbackCase, on: date | None = None) -> int:
    """Working days after the promised day, at the answer or now."""
    at = on or (act.local(case.answered_at).date() if case.answered_at else act.today)
    return act.calendar.working_days_between(case.due_on, at)


def category(act: Acting, case: FeedbackCase) -> Category:
    return cases.category(act.session, act.tenant.id, case.category_id)


def department_shown(act: Acting, case: FeedbackCase) -> str:
    """Who handles it, as a citizen reads it: for a restricted case a leader's title, never a name."""
    if not case.restricted:
        return cases.department(act.session, act.tenant.id, case.department_id).name
    above = notify.handlers_of(act.session, act.tenant.id, None, restricted=True)
    return next((officer.title for officer in above if officer.title), intake.restricted_head(act.tenant.unit))


def in_charge(act: Acting, case: FeedbackCase) -> list[Officer]:
    """Who hears about a case: the officer who holds it, or else everybody who could take it."""
    holder = cases.officer(act.session, act.tenant.id, case.officer_id)
    if holder and holder in notify.reachable(act.session, act.tenant.id):
        return [holder]
    found = notify.handlers_of(act.session, act.tenant.id, case.department_id, restricted=case.restricted)
    return with_duty(act, found) if case.emergency else found


def with_duty(act: Acting, officers: Sequence[Officer]) -> list[Officer]:
    """The officers and whoever is on duty; with nobody on duty, the leaders."""
    duty = notify.reachable(act.session, act.tenant.id, role="duty") or notify.leaders(act.session, act.tenant.id)
    return list({officer.id: officer for officer in (*duty, *officers)}.values())


def tell(act: Acting, officers: Sequence[Officer], message: Outgoing, reason: str, case_id: int | None) -> int:
    """Owe officers a message; `reason` names it within this action. The one who acts is not told of it."""
    others = [officer for officer in officers if act.officer is None or officer.id != act.officer.id]
    key = f"{act.key}:{reason}"
    return notify.tell_all(act.session, act.tools, others, message, key, act.now, case_id=case_id)


def tell_in_charge(act: Acting, case: FeedbackCase, message: Outgoing, reason: str) -> int:
    return tell(act, in_charge(act, case), message, reason, case.id)


def tell_citizen(
    act: Acting, case: FeedbackCase, write: Callable[[], Outgoing], reason: str, *, important: bool = False
) -> bool:
    """Owe the citizen a message in their language. False when the case has no chat (any more)."""
    if case.channel_id is None or case.peer is None:
        return False
    person = citizen(act, case)
    with speaking(person.language if person else "vi"):
        message = write()
    outbox.add(
        act.session, act.tenant.id, act.tools.ids(), channel_id=case.channel_id, peer=case.peer, message=message,
        key=f"{act.key}:{reason}:citizen", now=act.now, lane=NOTICE, case_id=case.id, important=important,
    )  # fmt: skip
    return True


def citizen(act: Acting, case: FeedbackCase) -> Citizen | None:
    query = select(Citizen).where(
        Citizen.tenant_id == act.tenant.id, Citizen.channel_id == case.channel_id, Citizen.peer == case.peer
    )
    return act.session.scalar(query) if case.peer else None


def announce(act: Acting, case: FeedbackCase, reason: str, first: Sequence[str] = ()) -> int:
    """Tell everybody who could take the case. How many people are told."""
    with speaking("vi"):
        return tell_in_charge(act, case, card(act, case, first=first), reason)


def card(act: Acting, case: FeedbackCase, *, first: Sequence[str] = (), identity: bool = False) -> Outgoing:
    """Everything an officer needs. `identity`: with name and phone number, and the look is written down."""
    lines = [*first, desk.new_emergency(case.code) if case.emergency else _head(case)]
    kind = category(act, case)
    lines.append(desk.category(kind.name))
    lines.append(desk.what(_cut(case.description)))
    lines += [desk.where(case.place)] if case.place else []
    files = attachments.of_case(act.session, act.tenant.id, case.id)
    if files:
        waiting = any(row.status == attachments.PENDING for row in files)
        lines.append(desk.files_waiting(len(files)) if waiting else desk.files(len(files)))
    lines.append(_sender(act, case, identity))
    if case.status in OPEN:
        late = late_days(act, case)
        lines.append(desk.due_late(promised(act, case), late) if late else desk.due(promised(act, case)))
    if case.officer_id is not None:
        lines.append(desk.holder(holder_name(act, case)))
    lines += [desk.answer(_cut(case.answer))] if case.answer else []
    return Outgoing(
        "\n".join(lines),
        choices=card_choices(case, photos=any(row.kind in _PICTURES for row in files)),
        media=attachments.ready_refs(act.session, act.tenant.id, case.id),
        links=_map_links(case),
    )


def card_choices(case: FeedbackCase, *, photos: bool = False) -> tuple[Choice, ...]:
    """What an officer may do with the case, from any message and at any time."""
    look = Choice(f"/case.view {case.id}", desk.choice_view(case.code))
    pictures = (Choice(f"/case.photos {case.id}", desk.choice_photos()),) if photos else ()
    if case.status not in OPEN:
        return (look, Choice(f"/case.history {case.id}", desk.choice_history()), *pictures)
    take = (Choice(f"/case.take {case.id}", desk.choice_take(case.code)),) if case.officer_id is None else ()
    ask = (Choice(f"/case.ask {case.id}", desk.choice_ask()),) if case.peer else ()
    return (
        *take,
        *ask,
        Choice(f"/case.forward {case.id}", desk.choice_forward()),
        Choice(f"/case.answer {case.id}", desk.choice_answer(case.code)),
        look,
        *(() if case.extended else (Choice(f"/case.extend {case.id}", desk.choice_extend()),)),
        *(() if case.status == "forwarded" else (Choice(f"/case.direct {case.id}", desk.choice_direct()),)),
        *pictures,
    )


def result(act: Acting, case: FeedbackCase, answer: str, files: Sequence[str]) -> Outgoing:
    """The answer exactly as the citizen gets it, with the choices that rate it."""
    department = department_shown(act, case)
    text = texts.result(
        case_code=case.code, unit=act.tenant.unit, answer=answer, department=department, answered_on=act.today,
        late_days=late_days(act, case, act.today), files=len(files),
    )  # fmt: skip
    return Outgoing(text, choices=rating_choices(case), media=tuple(files))


def rating_choices(case: FeedbackCase) -> tuple[Choice, ...]:
    return tuple(Choice(f"/rate {case.id} {level}", texts.rate(level), str(level)) for level in texts.RATINGS)


def _head(case: FeedbackCase) -> str:
    if case.status in ("received", "assigned") and not case.reopened:
        return desk.new(case.code)
    if case.status == "assigned":
        return f"{texts.head(case.code)}: {desk.status_reopened()}"
    return f"{texts.head(case.code)}: {desk.status_name(case.status)}"


def _sender(act: Acting, case: FeedbackCase, identity: bool) -> str:
    if not (case.contact_name or case.contact_phone):
        return desk.contact_none()
    if not identity:
        return desk.contact_later()
    watch(act, case, "identity seen")
    return desk.contact(", ".join(part for part in (case.contact_name, case.contact_phone) if part))


def _map_links(case: FeedbackCase) -> tuple[tuple[str, str], ...]:
    if case.latitude is None or case.longitude is None:
        return ()
    at = f"{case.latitude:.6f}/{case.longitude:.6f}"
    url = f"https://www.openstreetmap.org/?mlat={case.latitude:.6f}&mlon={case.longitude:.6f}#map=18/{at}"
    return ((desk.map(), url),)


def _cut(words: str) -> str:
    return words if len(words) <= _WORDS_CHARS else words[: _WORDS_CHARS - 1].rstrip() + "…"
