"""Sentences about the commune itself: hours, addresses, numbers, people, receptions and their reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from domain import lunar
from domain.profile import Neighbour, Person, Reception
from domain.texts.base import capital, clock, moment, on, say, weekday

_MONDAY = date(2024, 1, 1)


def weekday_name(number: int) -> str:
    """Monday = 0."""
    return weekday(date.fromordinal(_MONDAY.toordinal() + number))


def open_now(unit: str, until: datetime) -> str:
    return say("directory-open-now", Unit=capital(unit), until=clock(until))


def closed(unit: str, opens: datetime) -> str:
    """The office is shut now; `opens` is on the commune's clock. Hand-over messages add this line too."""
    return say("directory-closed", unit=unit, opens=_moment(opens))


def opens_again(opens: datetime) -> str:
    return say("directory-opens-again", opens=_moment(opens))


def if_off_opens(opens: datetime) -> str:
    """After a day off that nobody has confirmed."""
    return say("directory-if-off-opens", opens=_moment(opens))


def _moment(at: datetime) -> str:
    return say("directory-moment", at=clock(at), on=_with_tet(at.date()))


def hours_head(desk: str) -> str:
    return say("directory-hours-head", desk=desk)


def hours_line(days: str, hours: str) -> str:
    return say("directory-hours-line", days=capital(days), hours=hours)


def hours_else() -> str:
    return say("directory-hours-else")


def hours_of_desk_only(desk: str, office: str, phone: str) -> str:
    """The hours that were told are the desk's; another office was asked about."""
    if phone:
        return say("directory-hours-desk-only", desk=desk, office=office, phone=phone)
    return say("directory-hours-desk-only-no-phone", desk=desk, office=office)


def from_to(first: str, last: str) -> str:
    return say("directory-from-to", first=first, last=last)


def ranges(spans: Sequence[tuple[datetime, datetime]]) -> str:
    """ "7 giờ 30 đến 11 giờ 30, 13 giờ đến 17 giờ"; midnight as a closing time is 24 giờ."""
    return ", ".join(from_to(clock(begins), _closing(begins, ends)) for begins, ends in spans)


def _closing(begins: datetime, ends: datetime) -> str:
    return say("directory-midnight") if ends.date() > begins.date() else clock(ends)


def day_open(day: date, unit: str, hours: str) -> str:
    return say("directory-day-open", On=capital(_with_tet(day)), unit=unit, hours=hours)


def day_worked_instead(name: str) -> str:
    return say("directory-day-worked-instead", name=name)


def day_shut(day: date, unit: str, reason: str) -> str:
    if not reason:
        return say("directory-day-shut", On=capital(_with_tet(day)), unit=unit)
    return say("directory-day-shut-why", On=capital(_with_tet(day)), unit=unit, reason=reason)


def desk_days_head(desk: str) -> str:
    return say("directory-desk-days-head", desk=desk)


def weekend() -> str:
    return say("directory-weekend")


def no_such_day() -> str:
    return say("directory-no-such-day")


def then(open_then: bool, part: str, unit: str) -> str:
    """`part`: morning, noon, afternoon, evening."""
    return say(_PARTS_OPEN[part] if open_then else _PARTS_SHUT[part], unit=unit)


def at_hour(open_then: bool, at: datetime, unit: str) -> str:
    return say("directory-hour-open" if open_then else "directory-hour-shut", at=clock(at), unit=unit)


def unconfirmed(first: date, last: date, name: str, hotline: str) -> str:
    """Days off that nobody has confirmed."""
    ask = say("directory-ask-first", hotline=hotline) if hotline else say("directory-ask-first-no-hotline")
    if first == last:
        return f"{say('directory-unconfirmed', on=_with_tet(first), name=name)} {ask}"
    told = say("directory-unconfirmed-days", first=_with_tet(first), last=_with_tet(last), name=name)
    return f"{told} {ask}"


def days_off(name: str, first: date, last: date, *, planned: bool) -> str:
    """`planned`: not announced yet."""
    name = say("directory-planned", name=name) if planned else name
    if first == last:
        return say("directory-day-off", name=name, on=_with_tet(first))
    days = (last - first).days + 1
    return say("directory-days-off", name=name, first=_with_tet(first), last=_with_tet(last), days=days)


def _with_tet(day: date) -> str:
    """ "thứ Năm, 11/02/2027 (mùng 6 Tết)": the days around Tết as people count them."""
    known = lunar.named(day)
    if known is None:
        return on(day)
    lunar_day = say("directory-before-tet" if known.before else "directory-tet-day", number=known.number)
    return say("directory-day-and-tet", on=on(day), tet=lunar_day)


def days_off_unconfirmed(hotline: str) -> str:
    if hotline:
        return say("directory-days-off-unconfirmed", hotline=hotline)
    return say("directory-days-off-unconfirmed-no-hotline")


def days_off_head() -> str:
    return say("directory-days-off-head")


def address(unit_name: str, address: str) -> str:
    return say("directory-address", unit_name=unit_name, address=address)


def desk_address(desk: str, address: str) -> str:
    return say("directory-desk-address", desk=desk, address=address)


def address_of_office(office: str, phone: str) -> str:
    """The office asked about has no address of its own here."""
    if phone:
        return say("directory-address-office", office=office, phone=phone)
    return say("directory-address-office-no-phone", office=office)


def contacts_head(unit_name: str) -> str:
    return say("directory-contacts-head", unit_name=unit_name)


def hotline(number: str) -> str:
    return say("directory-hotline", number=number)


def duty(number: str) -> str:
    return say("directory-duty", number=number)


def number_of(name: str, number: str) -> str:
    return say("directory-number", name=name, number=number)


def number_missing(name: str) -> str:
    return say("directory-number-missing", name=name)


def email(email: str) -> str:
    return say("directory-email", email=email)


def website(website: str) -> str:
    return say("directory-website", website=website)


def bank(bank: str) -> str:
    return say("directory-bank", bank=bank)


def person(who: Person) -> str:
    """A title with the name and the phone, as far as they were entered."""
    if who.name and who.phone:
        return say("directory-person", title=who.title, name=who.name, phone=who.phone)
    if who.name:
        return say("directory-person-no-phone", title=who.title, name=who.name)
    return say("directory-number", name=who.title, number=who.phone)


def office_handles(office: str, phone: str) -> str:
    """Which office does it, when nobody's name was entered."""
    if phone:
        return say("directory-office-handles", office=office, phone=phone)
    return say("directory-office-handles-no-phone", office=office)


def reception_next(row: Reception, begins: datetime, ends: datetime) -> str:
    return say("directory-reception-next", begins=clock(begins), ends=clock(ends), on=on(begins.date()), host=row.host,
               place=row.place)  # fmt: skip


def reception_not_on(day: date) -> str:
    return say("directory-reception-not-on", On=capital(on(day)))


def reception_not_of() -> str:
    """The host asked about has none in the schedule."""
    return say("directory-reception-not-of")


def reception_skipped(day: date, name: str) -> str:
    return say("directory-reception-skipped", On=capital(on(day)), name=name)


def remind_choice() -> str:
    return say("directory-remind-choice")


def remind_set(moments: Sequence[datetime]) -> str:
    if len(moments) == 1:
        return say("directory-remind-set", first=moment(moments[0]))
    return say("directory-remind-set-twice", first=moment(moments[0]), last=moment(moments[-1]))


def remind_already() -> str:
    return say("directory-remind-already")


def remind_too_late(begins: datetime) -> str:
    return say("directory-remind-too-late", begins=clock(begins))


def remind_gone() -> str:
    return say("directory-remind-gone")


def remind_tomorrow(row: Reception, begins: datetime, hotline: str) -> str:
    return _reminder("directory-remind-tomorrow", row, begins, hotline)


def remind_today(row: Reception, begins: datetime, hotline: str) -> str:
    return _reminder("directory-remind-today", row, begins, hotline)


def _reminder(id: str, row: Reception, begins: datetime, hotline: str) -> str:
    first = say(id, begins=clock(begins), on=on(begins.date()), host=row.host, place=row.place)
    return "\n".join([first, *([say("directory-remind-ask", hotline=hotline)] if hotline else []),
                      say("directory-remind-stop")])  # fmt: skip


def remind_called_off(begins: datetime, holiday: str, hotline: str) -> str:
    """`holiday`: why; "" = the schedule has changed."""
    values = {"begins": clock(begins), "on": on(begins.date())}
    first = (
        say("directory-remind-off-day", **values, name=holiday) if holiday else say("directory-remind-off", **values)
    )
    return "\n".join([first, *([say("directory-remind-ask-new", hotline=hotline)] if hotline else [])])


def remind_dropped() -> str:
    return say("directory-remind-dropped")


def remind_none() -> str:
    return say("directory-remind-none")


def old_place(old: str, now: str) -> str:
    return say("directory-old-place", Old=capital(old), now=now)


def merged(unit_name: str, old: Sequence[str]) -> str:
    """Of which old places today's commune was made."""
    return say("directory-merged", Unit_name=capital(unit_name), old=", ".join(old))


def neighbour(other: Neighbour) -> str:
    return say("directory-neighbour", Other_unit=capital(other.name), other_contact=other.contact)


def missing(topic: str, hotline: str) -> str:
    """What was asked has not been entered; `topic` as in domain.directory.TOPICS."""
    what = say(_MISSING[topic])
    if hotline:
        return say("directory-missing", what=what, hotline=hotline)
    return say("directory-missing-no-hotline", what=what)


def choice(topic: str) -> str:
    return say(_CHOICES[topic])


_PARTS_OPEN = {
    "morning": "directory-morning-open",
    "noon": "directory-noon-open",
    "afternoon": "directory-afternoon-open",
    "evening": "directory-evening-open",
}
_PARTS_SHUT = {
    "morning": "directory-morning-shut",
    "noon": "directory-noon-shut",
    "afternoon": "directory-afternoon-shut",
    "evening": "directory-evening-shut",
}
_MISSING = {
    "contacts": "directory-what-contacts",
    "duty": "directory-what-contacts",
    "desk_days": "directory-what-desk-days",
    "merged": "directory-what-old-place",
    "social": "directory-what-social",
    "speak": "directory-what-speak",
    "address": "directory-what-address",
    "hours": "directory-what-hours",
    "holidays": "directory-what-holidays",
    "phone": "directory-what-phone",
    "who": "directory-what-who",
    "reception": "directory-what-reception",
    "old_place": "directory-what-old-place",
    "neighbour": "directory-what-neighbour",
    "website": "directory-what-website",
    "email": "directory-what-email",
    "bank": "directory-what-bank",
}
_CHOICES = {
    "contacts": "directory-choice-contacts",
    "hours": "directory-choice-hours",
    "address": "directory-choice-address",
    "reception": "directory-choice-reception",
}
