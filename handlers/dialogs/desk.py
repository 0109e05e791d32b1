"""An officer's work in the chat: lists, take, ask, pass on, answer with a preview, move a date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.errors import DomainError
from domain.feedback import OPEN
from domain.fold import fold
from domain.messages import TALK, Choice, Incoming, Outgoing
from domain.texts import common, why
from domain.texts import desk as texts
from domain.texts.base import day as show_day
from handlers.actions import case_notes as notes
from handlers.actions.acting import acting, handle, see_as_officer
from handlers.actions.cases import (
    answer_case,
    approve_extension,
    ask_citizen,
    extend_case,
    forward_case,
    take_case,
    unreachable_note,
)
from handlers.actions.officers import unlink_chat
from handlers.context import Context, Turn
from handlers.dialogs import draft
from handlers.dialogs.menus import just_talk, staff_choices, staff_menu
from handlers.dialogs.start import link_code_in
from handlers.registry import COMMANDS, command, said, step
from storage import attachments, cases, communes, outbox

_LISTED = 9
_HISTORY_CHARS = 300  # of one event's words
_A_QUESTION = 4  # letters
_AN_ANSWER = 3  # words
_SEND = {"gui", "gui di", "gui luon", "ok", "oke", "okay", "dong y", "dung", "dung roi", "duoc", "vang", "u", "yes"}
_DROP = {"khong", "ko", "khong gui", "bo", "bo di"}
_DATE = re.compile(r"\b(\d{1,2})[/\-.](\d{1,2})(?:[/\-.](\d{4}|\d{2}))?\b")
_NEW, _MINE = ("received", "assigned"), tuple(OPEN)

said("việc mới", data="desk.word new")
said("việc trễ", "trễ hẹn", "quá hạn", data="desk.word late")
said("thoát cán bộ", "hủy liên kết", data="officer.unlink")


@step("officer.idle")
def idle(ctx: Context, said: Incoming) -> Turn:
    """Words right after a notice are the answer to it, shown before they go out; other words get the menu."""
    if link_code_in(said.text):
        return COMMANDS["start"].handler(ctx, said, f"cb-{link_code_in(said.text)}")
    return _answer_to_notice(ctx, said) or staff_menu(ctx, texts.unknown())


def _answer_to_notice(ctx: Context, said: Incoming) -> Turn | None:
    """Where a chat has no way to reply to a message, people write below it. None when the last message was no notice,
    or its case or question is not theirs to answer.
    """
    row = outbox.newest(ctx.session, ctx.tenant.id, ctx.who.channel_id, ctx.who.peer)
    if row is None or row.lane == TALK or len(said.text.split()) < _AN_ANSWER:
        return None
    to, about = ("question.reply", row.question_id) if row.question_id else ("case.reply", row.case_id)
    if about is None:
        return None
    try:
        return COMMANDS[to].handler(ctx, said, str(about))
    except DomainError:
        return None


@command("desk.word")
def word(ctx: Context, said: Incoming, argument: str) -> Turn:
    """A list by its name, whatever an officer was doing; to anybody else these are ordinary words."""
    return just_talk(ctx, said) if ctx.officer is None else listed(ctx, said, argument)


@command("case.list", staff=True)
def listed(ctx: Context, said: Incoming, argument: str) -> Turn:
    act = acting(ctx)
    officer = ctx.officer
    assert officer is not None
    above = bool({"director", "leader"} & set(officer.roles))
    mine = argument == "mine"
    rows, total = cases.for_desk(
        ctx.session,
        ctx.tenant.id,
        statuses=_NEW if argument == "new" else _MINE,
        department_id=None if above or mine else officer.department_id,
        officer_id=officer.id if mine else None,
        unheld=argument == "new",
        due_before=ctx.now if argument == "late" else None,
        restricted=above,
        emergencies="duty" in officer.roles,
        limit=_LISTED,
    )
    head = {"new": texts.list_new, "late": texts.list_late}.get(argument, texts.list_mine)(total)
    if not rows:
        return staff_menu(ctx, f"{head}\n{texts.list_empty()}")
    choices = []
    for row in rows:
        name, late = notes.category(act, row).name, notes.late_days(act, row)
        line = (
            texts.list_line_late(row.code, name, late)
            if late
            else texts.list_line(row.code, name, show_day(row.due_on))
        )
        choices.append(Choice(f"/case.view {row.id}", line))
    lines = [head, *([texts.list_more(len(rows))] if total > len(rows) else [])]
    return Turn((Outgoing("\n".join(lines), choices=tuple(choices)),))


@command("case.view", staff=True)
def view(ctx: Context, said: Incoming, argument: str) -> Turn:
    act = acting(ctx)
    case, officer = see_as_officer(act, _number(argument))
    identity = case.officer_id == officer.id or bool({"head", "director", "leader"} & set(officer.roles))
    return Turn((notes.card(act, case, identity=identity),), case_id=case.id)


@command("case.history", staff=True)
def history(ctx: Context, said: Incoming, argument: str) -> Turn:
    act = acting(ctx)
    case, _ = see_as_officer(act, _number(argument))
    lines = [
        texts.history_line(act.local(told.event.at), told.event.kind, told.words[:_HISTORY_CHARS])
        for told in cases.history(ctx.session, ctx.tenant.id, case.id)
    ]
    return Turn(tuple(Outgoing(page) for page in texts.history(case.code, lines)), case_id=case.id)


@command("case.take", staff=True)
def take(ctx: Context, said: Incoming, argument: str) -> Turn:
    act = acting(ctx)
    case, fresh = take_case(act, _number(argument))
    first = texts.taken(case.code) if fresh else texts.already_yours(case.code)
    return Turn((notes.card(act, case, first=(first,), identity=True),), case_id=case.id)


@command("case.ask", staff=True)
def ask(ctx: Context, said: Incoming, argument: str) -> Turn:
    case, _ = handle(acting(ctx), _number(argument))
    if case.peer is None:
        return Turn((Outgoing(common.refused(why.no_chat(case.code))),))
    return Turn((Outgoing(texts.ask_question(case.code)),), state="desk.ask", keep={"case": case.id}, case_id=case.id)


@step("desk.ask")
def asked(ctx: Context, said: Incoming) -> Turn:
    if sum(map(str.isalpha, said.text)) < _A_QUESTION:  # a menu's number must not reach the person as a question
        code = handle(acting(ctx), int(ctx.kept["case"]))[0].code
        return Turn((Outgoing(texts.ask_question(code)),), state="desk.ask")
    case = ask_citizen(acting(ctx), int(ctx.kept["case"]), said.text)
    return Turn((Outgoing(texts.asked(case.code)),), case_id=case.id)


@command("case.forward", staff=True)
def forward(ctx: Context, said: Incoming, argument: str) -> Turn:
    case, _ = handle(acting(ctx), _number(argument))
    return Turn((_departments(ctx, case.code, case.department_id),), state="desk.forward", keep={"case": case.id})


@step("desk.forward")
def forward_where(ctx: Context, said: Incoming) -> Turn:
    case, _ = handle(acting(ctx), int(ctx.kept["case"]))
    if said.choice == "back":
        return view(ctx, said, str(case.id))
    names = {row.id: row.name for row in communes.departments(ctx.session, ctx.tenant.id)}
    to = int(said.choice) if said.choice.isdecimal() else 0
    if to not in names:
        again = _departments(ctx, case.code, case.department_id)
        return Turn((Outgoing(texts.pick_again()), again), state="desk.forward")
    return Turn((Outgoing(texts.ask_reason(names[to])),), state="desk.reason", keep={"to": to})


@step("desk.reason")
def forward_why(ctx: Context, said: Incoming) -> Turn:
    act = acting(ctx)
    case, told = forward_case(act, int(ctx.kept["case"]), int(ctx.kept["to"]), said.text)
    name = cases.department(ctx.session, ctx.tenant.id, case.department_id).name
    text = texts.forwarded(case.code, name) if told else texts.forwarded_nobody(case.code, name)
    return Turn((Outgoing(text),), case_id=case.id)


@command("case.answer", staff=True)
def answer(ctx: Context, said: Incoming, argument: str) -> Turn:
    case, _ = handle(acting(ctx), _number(argument))
    keep = {"case": case.id, "answer": "", "files": []}
    return Turn((Outgoing(texts.ask_answer(case.code)),), state="desk.answer", keep=keep, case_id=case.id)


@command("case.reply", staff=True)
def reply(ctx: Context, said: Incoming, argument: str) -> Turn:
    """An officer answered our message about a case in the platform's own way: that is the answer's draft."""
    case, _ = handle(acting(ctx), _number(argument))
    return _drafted(ctx, said, {"case": case.id, "answer": "", "files": []})


@step("desk.answer")
def answer_words(ctx: Context, said: Incoming) -> Turn:
    return _drafted(ctx, said, dict(ctx.kept))


@step("desk.preview")
def answer_or_not(ctx: Context, said: Incoming) -> Turn:
    act = acting(ctx)
    case_id = int(ctx.kept["case"])
    words = fold(said.text).strip(" .!")
    if said.choice == "send" or words in _SEND:
        return _answer(ctx, case_id)
    case, _ = handle(act, case_id)
    if said.choice == "drop" or words in _DROP:
        return Turn((Outgoing(texts.answer_dropped(case.code)),), case_id=case.id)
    if said.choice == "change":
        keep = {"answer": "", "files": ctx.kept.get("files") or []}
        return Turn((Outgoing(texts.ask_answer(case.code)),), state="desk.answer", keep=keep)
    return _drafted(ctx, said, dict(ctx.kept))


@command("case.extend", staff=True)
def extend(ctx: Context, said: Incoming, argument: str) -> Turn:
    act = acting(ctx)
    case, _ = handle(act, _number(argument))
    if case.extended:
        return Turn((Outgoing(common.refused(why.extended(case.code))),))
    if ctx.now > case.due_at:
        return Turn((Outgoing(common.refused(why.past_due(case.code, ctx.tenant.unit))),))
    text = texts.ask_extend_reason(case.code, notes.promised(act, case))
    return Turn((Outgoing(text),), state="desk.extend_reason", keep={"case": case.id}, case_id=case.id)


@step("desk.extend_reason")
def extend_why(ctx: Context, said: Incoming) -> Turn:
    case, _ = handle(acting(ctx), int(ctx.kept["case"]))
    if not said.text:
        text = texts.ask_extend_reason(case.code, notes.promised(acting(ctx), case))
        return Turn((Outgoing(text),), state="desk.extend_reason")
    example = show_day(ctx.calendar.next_working_day(case.due_on))
    return Turn((Outgoing(texts.ask_extend_date(example)),), state="desk.extend_date", keep={"reason": said.text})


@step("desk.extend_date")
def extend_when(ctx: Context, said: Incoming) -> Turn:
    act = acting(ctx)
    case, _ = handle(act, int(ctx.kept["case"]))
    new_on = read_day(said.text, after=case.due_on)
    if new_on is None or new_on <= case.due_on or not ctx.calendar.is_working_day(new_on):
        example = show_day(ctx.calendar.next_working_day(case.due_on))
        return Turn((Outgoing(texts.bad_date(show_day(case.due_on), example)),), state="desk.extend_date")
    case, done = extend_case(act, case.id, str(ctx.kept["reason"]), new_on)
    text = texts.extended(case.code, notes.promised(act, case)) if done else texts.extend_asked(case.code)
    return Turn((Outgoing(text),), case_id=case.id)


@command("case.approve", staff=True)
def approve(ctx: Context, said: Incoming, argument: str) -> Turn:
    act = acting(ctx)
    case = approve_extension(act, _number(argument))
    return Turn((Outgoing(texts.extended(case.code, notes.promised(act, case))),), case_id=case.id)


@command("officer.unlink", staff=True)
def unlink(ctx: Context, said: Incoming, argument: str) -> Turn:
    choices = (Choice("yes", texts.choice_unlink_yes()), Choice("no", texts.choice_unlink_no()))
    return Turn((Outgoing(texts.ask_unlink(), choices=choices),), state="desk.unlink")


@step("desk.unlink")
def unlink_or_not(ctx: Context, said: Incoming) -> Turn:
    if said.choice == "yes" or fold(said.text) in {"co", "dung", "thoat"}:
        unlink_chat(acting(ctx))
        return Turn((Outgoing(texts.unlinked()),))
    return Turn((Outgoing(texts.unlink_kept(), choices=staff_choices(ctx)),))


def read_day(text: str, *, after: date) -> date | None:
    """The day in "20/3", "20-03-2026" or "ngày 20.3.26"; without a year the first such day after `after`."""
    match = _DATE.search(text)
    if not match:
        return None
    number, month, year = int(match[1]), int(match[2]), match[3]
    years = [int(year) if len(year) == 4 else 2000 + int(year)] if year else [after.year, after.year + 1]
    for candidate in years:
        try:
            found = date(candidate, month, number)
        except ValueError:
            continue
        if year or found > after:
            return found
    return None


def _drafted(ctx: Context, said: Incoming, kept: draft.Draft) -> Turn:
    """Keep the words and files of an answer; with words, show what the citizen will see."""
    act = acting(ctx)
    case, _ = handle(act, int(kept["case"]))
    if said.media:
        new = draft.sent_now(ctx, said)
        for file in new:
            attachments.add(
                ctx.session, ctx.tools.ids, ctx.tenant.id, (file.media,), ctx.now, channel_id=ctx.who.channel_id,
                peer=ctx.who.peer, inbox_id=file.inbox_id, case_id=case.id,
            )  # fmt: skip
        kept["files"] = [*(kept.get("files") or []), *(file.media.ref for file in new)]
    kept["answer"] = "\n".join(part for part in (kept.get("answer") or "", said.text) if part)
    if not kept["answer"]:
        return Turn((Outgoing(texts.answer_words()),), state="desk.answer", keep=kept)
    shown = notes.result(act, case, str(kept["answer"]), _ready_files(ctx, case.id, kept)[0])
    choices = (
        Choice("send", texts.choice_send()),
        Choice("change", texts.choice_change()),
        Choice("drop", texts.choice_drop()),
    )
    say = (
        Outgoing(texts.preview()),
        Outgoing(shown.text, media=shown.media),
        Outgoing(texts.preview_choose(case.code), choices=choices),
    )
    return Turn(say, state="desk.preview", keep=kept, case_id=case.id)


def _answer(ctx: Context, case_id: int) -> Turn:
    act = acting(ctx)
    files, waiting = _ready_files(ctx, case_id, ctx.kept)
    if waiting:
        choices = (Choice("send", texts.choice_send()), Choice("drop", texts.choice_drop()))
        return Turn((Outgoing(texts.files_on_the_way(waiting), choices=choices),), state="desk.preview")
    case = answer_case(act, case_id, str(ctx.kept["answer"]), files)
    lines = [texts.answered(case.code), unreachable_note(act, case)]
    return Turn((Outgoing("\n".join(line for line in lines if line)),), case_id=case.id)


def _ready_files(ctx: Context, case_id: int, kept: Mapping[str, Any]) -> tuple[tuple[str, ...], int]:
    """References of the draft's files that we hold, and how many are still being fetched."""
    wanted = kept.get("files") or []
    rows = [row for row in attachments.of_case(ctx.session, ctx.tenant.id, case_id) if row.ref in wanted]
    ready = tuple(f"sha256:{row.sha256}" for row in rows if row.status == attachments.READY)
    return ready, sum(row.status == attachments.PENDING for row in rows)


def _departments(ctx: Context, code: str, now_at: int) -> Outgoing:
    rows = [row for row in communes.departments(ctx.session, ctx.tenant.id) if row.id != now_at]
    choices = (*(Choice(str(row.id), row.name) for row in rows), Choice("back", texts.choice_back()))
    return Outgoing(texts.pick_department(code), choices=choices)


def _number(argument: str) -> int:
    return int(argument) if argument.isdecimal() else 0
