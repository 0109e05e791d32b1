"""Questions about the commune itself, answered from its data: hours, numbers, people, receptions and reminders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from domain import directory, opening
from domain.directory import Asked
from domain.messages import Choice, Incoming, Outgoing
from domain.opening import Sitting
from domain.texts import common
from domain.texts import directory as texts
from domain.texts import feedback as feedback_texts
from domain.texts import procedure as procedure_texts
from handlers.actions import proposals, receptions
from handlers.actions.acting import acting
from handlers.context import Context, Turn
from handlers.dialogs import english
from handlers.dialogs.aside import aside
from handlers.registry import command, said
from knowledge.search import Found
from storage import communes, questions, reminders
from storage.tables import Question

_SHOWN = 3  # people or offices that fit a question

said("danh bạ", "liên hệ", "số điện thoại", "đường dây nóng", "hotline", data="directory.show contacts")
said("giờ làm việc", "giờ mở cửa", data="directory.show hours")
said("địa chỉ", data="directory.show address")
said("bỏ nhắc", "hủy nhắc", "thôi nhắc", "không nhắc nữa", "no reminder", data="directory.forget")


@dataclass(frozen=True)
class Told:
    """An answer from the commune's data; no text = the data has not been entered."""

    text: str = ""
    choices: tuple[Choice, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


def answer(ctx: Context, said: Incoming) -> Turn | None:
    """The answer to a question about the commune, or a word to a foreigner; None when it is neither."""
    if not said.text or said.media or said.location:
        return None
    question = _asked(ctx, said.text)
    if question is None:
        return english.answer(ctx, said)
    if is_own(ctx.tools.library.index(ctx.session, ctx.tenant.id, ctx.today).find(said.text)):
        return None  # an officer has answered just this, and it was approved
    if question.remind:
        return remind_next(ctx, question.about)
    told = _told(ctx, question)
    if not told.text and _names_a_field(question):
        return None
    message = _message(ctx, question.topic, told)
    noted = _note(ctx, said.text, "answered" if told.text else "unanswered", message)
    if told.text:
        not_it = Choice(f"/helpful {noted.id} no", procedure_texts.helpful_no())
        message = replace(message, choices=(*message.choices, not_it))
    return Turn((message,), question_id=noted.id)


def perhaps(ctx: Context, text: str) -> Turn | None:
    """No procedure answers this: what the commune's data says to it, if it is likely asked, and the way to a person."""
    question = _asked(ctx, text, lenient=True)
    told = _told(ctx, question) if question else Told()
    if question is None or not told.text:
        return None
    noted = _note(ctx, text, "answered", Outgoing(told.text))
    officer = Choice(f"/question.hand {noted.id}", procedure_texts.to_officer())
    return Turn((Outgoing(told.text, choices=(*told.choices, officer), links=told.links),), question_id=noted.id)


def is_own(found: Found) -> bool:
    """The search is sure of an answer that the commune gave in its own words."""
    return found.action == "answer" and bool(found.hits) and proposals.is_own_code(found.hits[0].code)


def _asked(ctx: Context, text: str, *, lenient: bool = False) -> Asked | None:
    names = [row.name for row in communes.departments(ctx.session, ctx.tenant.id)]
    return directory.asked(text, ctx.profile, ctx.tenant.name, names, lenient=lenient)


def _names_a_field(question: Asked) -> bool:
    """A field ("chứng thực") whose officer nobody entered; not a title or an office, which is nothing else."""
    return question.topic == "who" and directory.is_field(question.about)


def _note(ctx: Context, text: str, status: str, message: Outgoing) -> Question:
    return questions.add(
        ctx.session, ctx.tools.ids, ctx.tenant.id, channel_id=ctx.who.channel_id, peer=ctx.who.peer, text=text,
        status=status, now=ctx.now, aspect="directory", answer=message.text,
    )  # fmt: skip


@command("directory.show")
def show(ctx: Context, said: Incoming, argument: str) -> Turn:
    """ "/directory.show hours": one topic of the commune; an unknown one shows how to reach it."""
    topic = argument if argument in ("address", "hours", "holidays", "reception", "website", "email", "bank") else ""
    topic = topic or "contacts"
    return aside(ctx, Turn((_message(ctx, topic, _told(ctx, Asked(topic))),)))


@command("directory.remind")
def remind(ctx: Context, said: Incoming, argument: str) -> Turn:
    """ "/directory.remind 2026-11-26T08:00": the reception that begins then, if it still stands in the schedule."""
    try:
        begins = datetime.fromisoformat(argument).replace(tzinfo=ctx.calendar.zone)
    except ValueError:
        return aside(ctx, Turn((Outgoing(common.old_button()),)))
    sitting = opening.sitting_at(ctx.profile.receptions, ctx.calendar, begins)
    if sitting is None:
        return aside(ctx, Turn((Outgoing(texts.remind_gone()),)))
    return aside(ctx, Turn((Outgoing(_set_reminders(ctx, sitting)),)))


def remind_next(ctx: Context, host: str) -> Turn:
    """Remind of the next reception that has not begun."""
    sitting = opening.next_reception(ctx.profile.receptions, ctx.calendar, ctx.now, host)
    if sitting and sitting.begins <= ctx.now:
        sitting = opening.next_reception(ctx.profile.receptions, ctx.calendar, sitting.ends, host)
    if sitting is None:
        return Turn((_message(ctx, "reception", Told()),))
    told = texts.reception_next(sitting.row, sitting.begins, sitting.ends)
    return Turn((Outgoing(f"{told}\n{_set_reminders(ctx, sitting)}"),))


@command("directory.forget")
def forget(ctx: Context, said: Incoming, argument: str) -> Turn:
    dropped = reminders.drop_all(ctx.session, ctx.tenant.id, ctx.citizen.id, ctx.now)
    return aside(ctx, Turn((Outgoing(texts.remind_dropped() if dropped else texts.remind_none()),)))


def _set_reminders(ctx: Context, sitting: Sitting) -> str:
    """Asking twice adds nothing."""
    coming, new = receptions.set_reminders(acting(ctx), ctx.citizen.id, sitting)
    if not coming:
        return texts.remind_too_late(sitting.begins)
    return texts.remind_set(coming) if new else texts.remind_already()


def _message(ctx: Context, topic: str, told: Told) -> Outgoing:
    if told.text:
        return Outgoing(told.text, choices=told.choices, links=told.links)
    officer = Choice("/question.officer", common.menu_officer())
    return Outgoing(texts.missing(topic, ctx.profile.hotline), choices=(officer,))


def _told(ctx: Context, asked: Asked) -> Told:
    profile = ctx.profile
    match asked.topic:
        case "hours":
            return _hours(ctx, asked)
        case "holidays":
            unit = ctx.tenant.unit
            held = opening.holidays_told(profile, unit, ctx.calendar, asked.time, ctx.now)
            on_day = "" if held else opening.hours_told(profile, unit, ctx.calendar, asked.time, ctx.now)
            return Told(held or (on_day if "/" in asked.time.day else ""), _more("hours"))
        case "desk_days":
            notes = opening.desk_days_told(profile)
            return Told("\n".join([texts.desk_days_head(profile.desk), *notes]) if notes else "", _more("hours"))
        case "address":
            return _address(ctx, asked.about)
        case "phone":
            return _phone(ctx, asked.about)
        case "who":
            return _who(ctx, asked.about)
        case "reception":
            return _reception(ctx, asked)
        case "old_place":
            return _old_place(ctx, asked.about)
        case "merged":
            old = [name for name, unit in profile.old_names.items() if unit == ctx.tenant.name]
            return Told(texts.merged(ctx.tenant.name, old) if old else "")
        case "speak":
            officer = Choice("/question.officer", common.menu_officer())
            return Told(english.speakers(ctx, directory.language_of(asked.about)), (officer, english.choice()))
        case "duty":
            return _duty(ctx)
        case "neighbour":
            found = next((one for one in profile.neighbours if one.name == asked.about), None)
            return Told(texts.neighbour(found)) if found else Told()
        case "website":
            link = ((profile.website, profile.website),) if profile.website.startswith("https://") else ()
            return Told(texts.website(profile.website), links=link) if profile.website else Told()
        case "social":
            return Told("\n".join(texts.number_of(name, page) for name, page in profile.social.items()))
        case "email":
            return Told(texts.email(profile.email)) if profile.email else Told()
        case "bank":
            safety = common.safety(ctx.tenant.unit, profile.hotline)
            return Told(f"{texts.bank(profile.bank)}\n{safety}") if profile.bank else Told()
    return _contacts(ctx)


def _hours(ctx: Context, asked: Asked) -> Told:
    told = opening.hours_told(ctx.profile, ctx.tenant.unit, ctx.calendar, asked.time, ctx.now)
    found = _offices(ctx, asked.about)[:1] if told else []
    told += "".join(
        "\n" + texts.hours_of_desk_only(ctx.profile.desk, name, phone or ctx.profile.hotline)
        for name, phone in found
        if name.casefold() not in ctx.profile.desk.casefold()
    )
    return Told(told, _more("address", "contacts"))


def _address(ctx: Context, about: str) -> Told:
    profile, lines = ctx.profile, []
    for name, phone in _offices(ctx, about)[:1]:
        if name.casefold() not in profile.desk.casefold():
            lines.append(texts.address_of_office(name, phone or profile.hotline))
    lines += [texts.desk_address(profile.desk, profile.desk_address)] if profile.desk_address else []
    lines += [texts.address(ctx.tenant.name, profile.address)] if profile.address else []
    known = profile.desk_address or profile.address
    return Told("\n".join([*lines, *_shut_now(ctx)]) if known else "", _more("hours", "contacts"))


def _phone(ctx: Context, about: str) -> Told:
    lines = [texts.person(one) for one in directory.people_for(about, ctx.profile.people) if one.phone][:_SHOWN]
    for name, phone in _offices(ctx, about)[:_SHOWN]:
        lines.append(texts.number_of(name, phone) if phone else texts.number_missing(name))
        if not phone and ctx.profile.hotline:
            lines.append(texts.hotline(ctx.profile.hotline))
    return Told("\n".join([*lines, *_shut_now(ctx, duty=True)]) if lines else "", _more("contacts"))


def _duty(ctx: Context) -> Told:
    """Who is there when the office is shut."""
    profile = ctx.profile
    lines = [texts.duty(profile.duty_phone)] if profile.duty_phone else []
    lines += [texts.hotline(profile.hotline)] if profile.hotline else []
    return Told("\n".join([*lines, *_shut_now(ctx)]) if lines else "", _more("contacts"))


def _who(ctx: Context, about: str) -> Told:
    people = directory.people_for(about, ctx.profile.people)
    if people:
        return Told("\n".join(texts.person(one) for one in people), _more("reception", "contacts"))
    offices = _offices(ctx, about)[:_SHOWN]
    return Told("\n".join(texts.office_handles(name, phone) for name, phone in offices), _more("contacts"))


def _reception(ctx: Context, asked: Asked) -> Told:
    """The next one, after a word on the day that was asked about where that has none."""
    rows = ctx.profile.receptions
    sitting = opening.next_reception(rows, ctx.calendar, ctx.now, asked.about)
    if sitting is None:
        return Told()
    day = asked.time.on(ctx.today) if asked.time.day else None
    on_day = opening.reception_on(rows, ctx.calendar, day, ctx.now, asked.about) if day and day >= ctx.today else None
    sitting = on_day or sitting
    lines = [texts.reception_not_on(day)] if day and not on_day else []
    lines += [texts.reception_not_of()] if asked.about and not opening.receives(rows, asked.about) else []
    lines.append(texts.reception_next(sitting.row, sitting.begins, sitting.ends))
    lines += opening.skipped_told(ctx.calendar, sitting, ctx.profile.hotline)
    if len(rows) > 1:
        lines.append(feedback_texts.receptions(ctx.tenant.name, rows))
    key = f"/directory.remind {sitting.begins:%Y-%m-%dT%H:%M}"
    remind = (Choice(key, texts.remind_choice()),) if sitting.begins > ctx.now else ()
    return Told("\n".join(lines), (*remind, *_more("address", "contacts")))


def _old_place(ctx: Context, old: str) -> Told:
    unit = ctx.profile.old_names.get(old)
    if not unit:
        return Told()
    lines = [texts.old_place(old, unit)]
    lines += [texts.neighbour(one) for one in ctx.profile.neighbours if one.name == unit and unit != ctx.tenant.name]
    return Told("\n".join(lines))


def _contacts(ctx: Context) -> Told:
    profile = ctx.profile
    lines = [texts.hotline(profile.hotline)] if profile.hotline else []
    lines += [texts.duty(profile.duty_phone)] if profile.duty_phone else []
    offices = communes.departments(ctx.session, ctx.tenant.id)
    lines += [texts.number_of(row.name, row.phone) for row in offices if row.phone]
    lines += [texts.email(profile.email)] if profile.email else []
    lines += [texts.website(profile.website)] if profile.website else []
    if not lines:
        return Told()
    shown = [texts.contacts_head(ctx.tenant.name), *lines, *_shut_now(ctx)]
    return Told("\n".join(shown), _more("hours", "address", "reception"))


def _offices(ctx: Context, about: str) -> list[tuple[str, str]]:
    """(name, phone) of the offices meant."""
    rows = {row.id: row for row in communes.departments(ctx.session, ctx.tenant.id)}
    work: dict[int, list[str]] = {}
    for category in communes.categories(ctx.session, ctx.tenant.id):
        work.setdefault(category.department_id, []).extend([category.name, *category.words])
    found = directory.offices_for(about, {id: row.name for id, row in rows.items()}, work)
    return [(rows[id].name, rows[id].phone) for id in found]


def _shut_now(ctx: Context, *, duty: bool = False) -> list[str]:
    """While the office is shut: when it opens again, and who is on duty until then."""
    on_duty = ctx.profile.duty_phone if duty else ""
    return opening.shut_told(ctx.tenant.unit, ctx.calendar, ctx.now, ctx.profile.hotline, on_duty)


def _more(*topics: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"/directory.show {topic}", texts.choice(topic)) for topic in topics)
