"""Sentences about the commune itself: hours, addresses, numbers, people, receptions and their reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

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
    return say("directory-closed", unit=unit, opens=moment(opens))


def opens_again(opens: datetime) -> str:
    return say("directory-opens-again", opens=moment(opens))


def if_off_opens(opens: datetime) -> str:
    """After a day off that nobody has confirmed."""
    return say("directory-if-off-opens", opens=moment(opens))


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
    return say("directory-day-open", On=capital(on(day)), unit=unit, hours=hours)


def day_worked_instead(name: str) -> str:
    return say("directory-day-worked-instead", name=name)


def day_shut(day: date, unit: str, reason: str) -> str:
    if not reason:
        return say("directory-day-shut", On=capital(on(day)), unit=unit)
    return say("directory-day-shut-why", On=capital(on(day)), unit=unit, reason=reason)


def weekend() -> str:
    return say("directory-weekend")


def no_such_day() -> str:
    return say("directory-no-such-day")


def then(open_then: bool, part: str, unit: str) -> str:
    """`part`: morning, noon, afternoon, evening."""
    return say(_PARTS_OPEN[part] if open_then else _PARTS_SHUT[part], unit=unit)


def at_hour(open_then: bool, at: datetime, unit: str) -> str:
    return say("directory-hour-open" if open_then else "directory-hour-shut", at=clock(at), unit=unit)


def unconfirmed(day: date, name: str, hotline: str) -> str:
    """A day off that nobody has confirmed."""
    if hotline:
        return say("directory-unconfirmed", on=on(day), name=name, hotline=hotline)
    return say("directory-unconfirmed-no-hotline", on=on(day), name=name)


def days_off(name: str, first: date, last: date) -> str:
    if first == last:
        return say("directory-day-off", name=name, on=on(first))
    return say("directory-days-off", name=name, first=on(first), last=on(last), days=(last - first).days + 1)


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


def remind_dropped() -> str:
    return say("directory-remind-dropped")


def remind_none() -> str:
    return say("directory-remind-none")


def old_place(old: str, now: str) -> str:
    return say("directory-old-place", Old=capital(old), now=now)


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


def foreigner(unit_name: str, hotline: str) -> str:
    """The line for a message in English; English in every language."""
    if hotline:
        return say("directory-foreigner", unit_name=unit_name, hotline=hotline)
    return say("directory-foreigner-no-hotline", unit_name=unit_name)


def english() -> str:
    """The name of the language, on a button."""
    return say("directory-english")


def vietnamese() -> str:
    return say("directory-vietnamese")


def english_menu(unit_name: str) -> str:
    return say("directory-english-menu", unit_name=unit_name)


def english_not_understood() -> str:
    return say("directory-english-not-understood")


def english_about(unit_name: str, unit: str) -> str:
    return say("directory-english-about", unit_name=unit_name, Unit=capital(unit))


def english_choice(name: str) -> str:
    """`name`: about, urgent, speak, residence, marriage, birth."""
    return say(_ENGLISH_CHOICES[name])


_ENGLISH_CHOICES = {
    "about": "directory-english-choice-about",
    "urgent": "directory-english-choice-urgent",
    "speak": "directory-english-choice-speak",
    "residence": "directory-english-choice-residence",
    "marriage": "directory-english-choice-marriage",
    "birth": "directory-english-choice-birth",
}


def urgent(numbers: str, duty_phone: str) -> str:
    """`numbers`: the commune's own confirmed lines; "" = the national ones."""
    lines = [say("directory-urgent"), numbers or say("emergency-numbers")]
    return "\n".join([*lines, duty(duty_phone)] if duty_phone else lines)


def speakers_head() -> str:
    return say("directory-speakers")


def speakers_none() -> str:
    return say("directory-speakers-none")


def speaker(who: Person) -> str:
    spoken = ", ".join(say(_LANGUAGES[code]) for code in who.languages)
    return say("directory-speaker", languages=capital(spoken), person=person(who))


def speakers_ask() -> str:
    return say("directory-speakers-ask")


def back_to_vietnamese() -> str:
    return say("directory-back-to-vietnamese")


_LANGUAGES = {
    "en": "directory-language-en",
    "fr": "directory-language-fr",
    "zh": "directory-language-zh",
    "ja": "directory-language-ja",
    "ko": "directory-language-ko",
    "km": "directory-language-km",
    "lo": "directory-language-lo",
}
