"""Reminders of a reception of citizens: set on request, and written anew when the calendar or the schedule changes."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from domain import opening
from domain.messages import Outgoing
from domain.opening import Sitting
from domain.profile import WEEKDAYS
from domain.texts import directory as texts
from domain.texts.base import speaking
from handlers.actions.acting import Acting
from storage import gaps, reminders

_EVE_AT, _MORNING_AT = time(16), time(7)
_MORNING_BEFORE = timedelta(hours=1)  # at the latest so long before it begins


def set_reminders(act: Acting, citizen_id: int, sitting: Sitting) -> tuple[list[datetime], bool]:
    """On the day before and that morning, where that is still to come. When, and whether any of it is new."""
    assert act.who is not None
    begins = sitting.begins
    eve = datetime.combine(begins.date() - timedelta(days=1), _EVE_AT, begins.tzinfo)
    morning = min(datetime.combine(begins.date(), _MORNING_AT, begins.tzinfo), begins - _MORNING_BEFORE)
    coming = [at for at in (eve, morning) if at > act.now]
    added = [
        reminders.add(
            act.session, act.tools.ids, act.tenant.id, citizen_id, channel_id=act.who.channel_id, peer=act.who.peer,
            begins=begins, message=_message(act, begins, at), at=at, now=act.now,
        )
        for at in coming
    ]  # fmt: skip
    return coming, any(added)


def rewrite_reminders(act: Acting) -> int:
    """Every reminder that is still to come says what the calendar says now. How many changed."""
    changed = 0
    for row, begins, at in reminders.pending(act.session, act.tenant.id, act.calendar.zone):
        person = gaps.people(act.session, act.tenant.id, [(row.channel_id, row.peer)], gone=True)
        language = next((one.language for one in person.values()), "vi")
        with speaking(language):
            changed += reminders.rewrite(row, _message(act, begins, at))
    return changed


def _message(act: Acting, begins: datetime, at: datetime) -> Outgoing:
    """It takes place as the schedule says, unless the day is off for certain or the schedule has changed."""
    rows = act.profile.receptions
    clock, weekday, day = f"{begins:%H:%M}", WEEKDAYS[begins.weekday()], begins.date()
    row = next((row for row in rows if (row.weekday, row.begins) == (weekday, clock)), None)
    off = day in act.calendar.holidays and day not in act.calendar.extra_workdays
    if row is None or (off and opening.is_confirmed(act.calendar, day)):
        name = opening.holiday_name(act.calendar, day) if off else ""
        return Outgoing(texts.remind_called_off(begins, name, act.profile.hotline))
    words = texts.remind_today if at.date() == day else texts.remind_tomorrow
    return Outgoing(words(row, begins, act.profile.hotline))
