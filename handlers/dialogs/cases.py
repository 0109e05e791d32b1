"""A citizen and what they have sent: look up, add, answer an officer, withdraw, rate, reopen, edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from domain import codes
from domain.feedback import OPEN, CaseStatus
from domain.fold import fold
from domain.messages import Choice, Incoming, Outgoing
from domain.phones import last_four
from domain.texts import cases as texts
from domain.texts import common, desk
from handlers.actions import case_notes as notes
from handlers.actions.acting import acting, find, is_own, may_see, see_own
from handlers.actions.cases import Sent, add_information, comment_rating, rate_case, reopen_case, withdraw_case
from handlers.actions.officers import link_chat
from handlers.context import Context, Turn
from handlers.dialogs import draft, feedback, my_questions
from handlers.dialogs.menus import just_talk, part_of_talk, staff_menu, state_of
from handlers.registry import COMMANDS, STEPS, command, said, step
from storage import attempts, cases, inbox_rows, outbox
from storage.tables import FeedbackCase

_TRIES_AN_HOUR = 10
_TRIES_AN_HOUR_ADDRESS = 60  # a whole village may share one network address
_EXAMPLE = "7K2M-9QXD"
_LOW = 2  # up to here the person is asked what should be better
_ADDING = "adding"  # in the memory of a talk: which case was added to, and when
_STILL_ADDING = timedelta(minutes=10)  # people send photos one by one
_NO_COMMENT = {"khong", "ko", "khong co", "khong can", "thoi", "no", "khong a", "het roi"}

said("việc của tôi", "xem việc đã gửi", "việc đã gửi", "phản ánh của tôi", "tra cứu phản ánh", data="case.mine")
said("tra mã", "xem mã", "tra cứu mã", data="case.code")


@command("case.mine")
def mine(ctx: Context, said: Incoming, argument: str) -> Turn:
    if ctx.officer:
        return COMMANDS["case.list"].handler(ctx, said, "mine")
    act = acting(ctx)
    rows = cases.of_person(ctx.session, ctx.tenant.id, ctx.who.channel_id, ctx.who.peer)
    asked = my_questions.own_choices(ctx, my_questions.waiting(ctx))
    if not rows and not asked:
        return Turn((Outgoing(texts.none()),), state="case.code")
    choices = tuple(
        Choice(f"/case.show {row.id}", texts.line(row.code, notes.category(act, row).name, notes.status(act, row)))
        for row in rows
    )
    return Turn((Outgoing(texts.listed(), choices=choices + asked),))


@command("case.code")
def ask_code(ctx: Context, said: Incoming, argument: str) -> Turn:
    return Turn((Outgoing(texts.ask_code()),), state="case.code")


@step("case.code")
def code_typed(ctx: Context, said: Incoming) -> Turn:
    """A right code alone never comes here; what does is mistyped, stands in a sentence, or is something else."""
    code = codes.find_code(said.text)
    if code is None and len(fold(said.text).split()) > 2:
        return STEPS["idle"](ctx, said)
    return status(ctx, said, code or said.text)


@command("case.status")
def status(ctx: Context, said: Incoming, code: str) -> Turn:
    """By code, for anybody who has it; the words and the result only for who filed it."""
    case = cases.by_code(ctx.session, ctx.tenant.id, code) if codes.read_code(code) else None
    if case is not None and is_own(case, ctx.who):
        return _own(ctx, case)
    if case is not None and ctx.officer and may_see(ctx.officer, case):
        return COMMANDS["case.view"].handler(ctx, said, str(case.id))
    if not _may_try(ctx, said):
        return Turn((Outgoing(common.too_many_tries()),))
    if case is None and (officer := link_chat(acting(ctx), code)):
        welcome = desk.welcome(officer.name, ctx.tenant.name)  # an officer's one-time code, typed alone
        return staff_menu(ctx, welcome, officer)
    if case is None:
        return Turn((Outgoing(texts.wrong_code(ctx.tenant.unit, _EXAMPLE)),))
    if not last_four(case.contact_phone):
        return Turn((Outgoing(_summary(ctx, case)), Outgoing(texts.private_no_phone())))
    return Turn((Outgoing(_summary(ctx, case)), Outgoing(texts.private())), state="case.digits", keep={"case": case.id})


@step("case.digits")
def digits(ctx: Context, said: Incoming) -> Turn:
    """The last four digits of the phone on the case open its words; a few tries only."""
    typed = "".join(c for c in said.text if not c.isspace())
    if not (len(typed) == 4 and typed.isdecimal()):
        return STEPS["idle"](ctx, said)
    case = find(acting(ctx), int(ctx.kept["case"]))
    if not _may_try(ctx, said):
        return Turn((Outgoing(common.too_many_tries()),))
    if typed != last_four(case.contact_phone):
        return Turn((Outgoing(texts.wrong_digits()),), state="case.digits")
    return Turn((Outgoing(_summary(ctx, case)), Outgoing(texts.own_part(case.description, case.answer))))


@command("case.show")
def show(ctx: Context, said: Incoming, argument: str) -> Turn:
    return _own(ctx, see_own(acting(ctx), _number(argument)))


@command("case.proof")
def proof(ctx: Context, said: Incoming, argument: str) -> Turn:
    """Why that date: day by day, which counted and which did not."""
    case = find(acting(ctx), _number(argument))
    if not (is_own(case, ctx.who) or (ctx.officer and may_see(ctx.officer, case))):
        return Turn((Outgoing(texts.not_yours()),))
    pages = texts.proof(case.code, [str(row) for row in case.proof])
    return Turn(tuple(Outgoing(page) for page in pages))


@command("case.add")
def add(ctx: Context, said: Incoming, argument: str) -> Turn:
    case = see_own(acting(ctx), _number(argument))
    if case.status not in OPEN:
        return Turn((Outgoing(texts.not_open(case.code)),))
    return Turn((Outgoing(texts.ask_add()),), state="case.add", keep={"case": case.id, "reply": False})


@command("case.tell")
def tell(ctx: Context, said: Incoming, argument: str) -> Turn:
    """The citizen answers the officer's question."""
    case = see_own(acting(ctx), _number(argument))
    if case.status not in OPEN:
        return Turn((Outgoing(texts.not_open(case.code)),))
    return Turn((Outgoing(texts.ask_add()),), state="case.add", keep={"case": case.id, "reply": True})


@step("case.add")
def added(ctx: Context, said: Incoming) -> Turn:
    case_id, replies = int(ctx.kept["case"]), bool(ctx.kept.get("reply"))
    if feedback.accuses(said.text):
        see_own(acting(ctx), case_id)
        return _ask_kind(ctx, said, {"adds_to": case_id, "replies": replies})
    return _add(ctx, case_id, said.text or _place_words(said), draft.sent_now(ctx, said), replies=replies)


def add_meant(ctx: Context, kept: draft.Draft) -> Turn | None:
    """The words were asked about and are no accusation: they go where they were meant to go. None for a new report."""
    words = str(kept.get("what") or "")
    if kept.get("comments_on"):
        comment_rating(acting(ctx), int(kept["comments_on"]), words)
        return Turn((Outgoing(texts.comment_thanks()),))
    if kept.get("adds_to"):
        return _add(ctx, int(kept["adds_to"]), words, draft.files(kept), replies=bool(kept.get("replies")))
    return None


def _add(ctx: Context, case_id: int, words: str, files: tuple[Sent, ...], *, replies: bool) -> Turn:
    case, told = add_information(acting(ctx), case_id, words, files)
    text = texts.told(case.code) if replies and told else texts.added(case.code, told)
    adding = {"case": case.id, "at": ctx.now.isoformat()}
    return Turn((Outgoing(text),), case_id=case.id, remember={_ADDING: adding})


def _ask_kind(ctx: Context, said: Incoming, meant: draft.Draft, since: int | None = None) -> Turn:
    """What may be khiếu nại or tố cáo is asked about before anybody reads it."""
    kept = {**draft.hear(ctx, said, draft.new(ctx)), **meant}
    draft.add_words(kept, said.text)
    return feedback.ask_kind(ctx, kept | {"since": since or kept["since"]})


@command("case.mentioned")
def mentioned(ctx: Context, said: Incoming, code: str) -> Turn:
    """A code inside a sentence: the case, and for who filed it a way to add the sentence; else just words."""
    case = cases.by_code(ctx.session, ctx.tenant.id, code)
    if case is not None and is_own(case, ctx.who):
        shown = _own(ctx, case)
        if case.status not in OPEN:
            return shown
        (message,) = shown.say
        choices = (Choice("words", texts.choice_add_words()), *message.choices)
        keep = {"case": case.id, "words": said.text, "since": draft.inbox_id(ctx)}
        return replace(shown, say=(replace(message, choices=choices),), state="case.words", keep=keep)
    if case is not None and ctx.officer and may_see(ctx.officer, case):
        return COMMANDS["case.view"].handler(ctx, said, str(case.id))
    return just_talk(ctx, said)


@step("case.words")
def add_words_or_not(ctx: Context, said: Incoming) -> Turn:
    if said.choice != "words":
        return STEPS["idle"](replace(ctx, kept={}), said)
    case_id, words = int(ctx.kept["case"]), str(ctx.kept["words"])
    if feedback.accuses(words):
        return _ask_kind(ctx, replace(said, text=words), {"adds_to": case_id}, int(ctx.kept["since"]))
    return _add(ctx, case_id, words, (), replies=False)


@command("case.withdraw")
def withdraw(ctx: Context, said: Incoming, argument: str) -> Turn:
    case = see_own(acting(ctx), _number(argument))
    if case.status not in OPEN:
        return Turn((Outgoing(texts.not_open(case.code)),))
    choices = (Choice("yes", texts.choice_withdraw_yes()), Choice("no", texts.choice_withdraw_no()))
    text = texts.ask_withdraw(case.code, ctx.tenant.unit)
    return Turn((Outgoing(text, choices=choices),), state="case.withdraw", keep={"case": case.id})


@step("case.withdraw")
def withdraw_or_not(ctx: Context, said: Incoming) -> Turn:
    act = acting(ctx)
    case_id = int(ctx.kept["case"])
    if said.media and not said.text:  # a photo that was on its way
        return added(ctx, said)
    if said.choice == "yes" or fold(said.text) in {"dung", "co", "dong y", "rut", "rut lai", "yes"}:
        case = withdraw_case(act, case_id)
        return Turn((Outgoing(texts.withdrawn(case.code, ctx.tenant.unit)),), case_id=case.id)
    return Turn((Outgoing(texts.kept(see_own(act, case_id).code)),))


@command("rate")
def rate(ctx: Context, said: Incoming, argument: str) -> Turn:
    """ "/rate <case> <5…0>": 0 opens the case again."""
    number, _, level = argument.partition(" ")
    if level == "0":
        return reopen(ctx, said, number)
    if level not in {"1", "2", "3", "4", "5"}:
        return Turn((Outgoing(common.old_button()),))
    case = rate_case(acting(ctx), _number(number), int(level))
    if turn := _back_to_report(ctx, texts.thanks(False)):
        return turn
    if int(level) > _LOW:
        return Turn((Outgoing(texts.thanks(False)),))
    choices = (Choice("none", texts.choice_no_comment()),)
    return Turn((Outgoing(texts.thanks(True), choices=choices),), state="case.comment", keep={"case": case.id})


@step("case.comment")
def comment(ctx: Context, said: Incoming) -> Turn:
    if said.choice == "none" or not said.text or fold(said.text).strip(" .!") in _NO_COMMENT:
        return Turn((Outgoing(texts.comment_none()),))
    if feedback.accuses(said.text):
        return _ask_kind(ctx, said, {"comments_on": int(ctx.kept["case"])})
    comment_rating(acting(ctx), int(ctx.kept["case"]), said.text)
    return Turn((Outgoing(texts.comment_thanks()),))


@command("case.reopen")
def reopen(ctx: Context, said: Incoming, argument: str) -> Turn:
    act = acting(ctx)
    case = reopen_case(act, _number(argument))
    text = texts.reopened(case.code, ctx.tenant.unit, notes.department_shown(act, case), notes.promised(act, case))
    if turn := _back_to_report(ctx, text, case):
        return turn
    return Turn((Outgoing(text),), state="case.add", keep={"case": case.id, "reply": False}, case_id=case.id)


def _back_to_report(ctx: Context, text: str, case: FeedbackCase | None = None) -> Turn | None:
    """An old button pressed while a report is being written: said, and the report goes on. None outside of one.

    `case`: more may be told about it, once the report is written.
    """
    state = state_of(ctx)
    if not state.startswith(("feedback.", "mydata.")):
        return None
    later = (Choice(f"/case.add {case.id}", texts.choice_add()),) if case else ()
    if not state.startswith("feedback.") or state in ("feedback.begin", "feedback.kind", "feedback.complaint"):
        return Turn((Outgoing(text),), state=state)  # the menu of that question stays the current one
    going_on = feedback.go_on(ctx, dict(ctx.kept), texts.back_to_report())
    return replace(going_on, say=(Outgoing(text, choices=later), *going_on.say))


def answer_to_officer(ctx: Context, said: Incoming) -> Turn | None:
    """Plain words right after an officer's question are the answer to it, a photo right after an addition belongs to
    it; None when nothing was asked or added last.
    """
    if turn := _one_more_file(ctx, said):
        return turn
    row = outbox.last_with_choices(ctx.session, ctx.tenant.id, ctx.who.channel_id, ctx.who.peer)
    if row is None or row.case_id is None or not row.key.endswith(":asked:citizen"):
        return None
    case = cases.get(ctx.session, ctx.tenant.id, row.case_id)
    if case is None or case.status != CaseStatus.WAITING_CITIZEN:
        return None
    return added(replace(ctx, kept={"case": case.id, "reply": True}), said)


def _one_more_file(ctx: Context, said: Incoming) -> Turn | None:
    adding = ctx.memory.get(_ADDING) or {}
    if said.text or not said.media or not adding or ctx.now - datetime.fromisoformat(adding["at"]) > _STILL_ADDING:
        return None
    case = cases.get(ctx.session, ctx.tenant.id, int(adding["case"]))
    if case is None or not is_own(case, ctx.who) or case.status not in OPEN:
        return None
    return _add(ctx, case.id, "", draft.sent_now(ctx, said), replies=False)


said("việc của tôi đến đâu rồi", "việc tôi đến đâu rồi", "việc của tôi tới đâu rồi", "việc tôi tới đâu rồi",
     "đến đâu rồi", "tới đâu rồi", "bao giờ xong", "bao giờ xong vậy", "khi nào xong", "chừng nào xong",
     "bao giờ có kết quả", "khi nào có kết quả", "có kết quả chưa", "xong chưa", "sao lâu vậy", "việc tôi đâu rồi",
     data="case.progress")  # fmt: skip


@command("case.progress", decides=True)
def progress(ctx: Context, said: Incoming, argument: str) -> Turn:
    """How far is it? The one open case, or the list; ordinary words to whoever has no case."""
    rows = cases.of_person(ctx.session, ctx.tenant.id, ctx.who.channel_id, ctx.who.peer)
    waiting = [row for row in rows if row.status in OPEN]
    if ctx.officer or not waiting:
        return my_questions.progress(ctx, said, "")
    if turn := part_of_talk(ctx, said):
        return turn
    return _own(ctx, waiting[0]) if len(waiting) == 1 else mine(ctx, said, "")


said("chưa xong", "chưa giải quyết xong", "chưa được", "mở lại", data="case.unsolved")


@command("case.unsolved", decides=True)
def unsolved(ctx: Context, said: Incoming, argument: str) -> Turn:
    """ "Chưa xong" without a code: the newest answered case of this chat; with none answered, how far it is."""
    if turn := part_of_talk(ctx, said):
        return turn
    rows = cases.of_person(ctx.session, ctx.tenant.id, ctx.who.channel_id, ctx.who.peer)
    answered = next((row for row in rows if row.answered_at and row.status not in OPEN), None)
    if answered is None:
        return progress(ctx, said, "")
    return reopen(ctx, said, str(answered.id))


@command("edited", decides=True)
def edited(ctx: Context, said: Incoming, argument: str) -> Turn:
    """A changed message that belongs to the newest open case is added to it; any other is a new message."""
    rows = cases.of_person(ctx.session, ctx.tenant.id, ctx.who.channel_id, ctx.who.peer, limit=1)
    if rows and rows[0].status in OPEN and said.text:
        case = rows[0]
        wrote = inbox_rows.by_message_id(ctx.session, ctx.tenant.id, ctx.who.channel_id, ctx.who.peer, said.message_id)
        if wrote and wrote.body.get("text") and wrote.body["text"] in case.description and wrote.id <= opener(case):
            add_information(acting(ctx), case.id, said.text)
            return Turn((Outgoing(common.edited_noted()),), case_id=case.id)
    return just_talk(ctx, said)


def opener(case: FeedbackCase) -> int:
    """The inbox row whose turn opened the case."""
    number = case.opened_by_key.partition(":")[2]
    return int(number) if number.isdecimal() else 0


def _own(ctx: Context, case: FeedbackCase) -> Turn:
    choices: tuple[Choice, ...] = ()
    why = Choice(f"/case.proof {case.id}", texts.choice_why())
    if case.status == "waiting_citizen":
        choices = (Choice(f"/case.tell {case.id}", texts.choice_tell()),)
    if case.status in OPEN:
        choices = (
            *choices,
            Choice(f"/case.add {case.id}", texts.choice_add()),
            Choice(f"/case.withdraw {case.id}", texts.choice_withdraw()),
            why,
        )
    elif case.answered_at:
        choices = notes.rating_choices(case)
    own = texts.own_part(case.description, case.answer)
    return Turn((Outgoing(f"{_summary(ctx, case)}\n{own}", choices=choices),), case_id=case.id)


def _summary(ctx: Context, case: FeedbackCase) -> str:
    act = acting(ctx)
    return texts.summary(
        case_code=case.code,
        status=notes.status(act, case),
        category=notes.category(act, case).name,
        department=notes.department_shown(act, case),
        received_on=act.local(case.received_at).date(),
        due=notes.promised(act, case),
        answered_on=act.local(case.answered_at).date() if case.answered_at else None,
        late=case.status in OPEN and case.due_at < ctx.now,
        unit=ctx.tenant.unit,
        restricted=case.restricted,
    )


def _may_try(ctx: Context, said: Incoming) -> bool:
    """Count a look at somebody else's case: ten an hour for a person, more for an address that many share."""

    def count(key: str, limit: int) -> bool:
        return attempts.allowed(ctx.session, ctx.tools.ids, ctx.tenant.id, key, ctx.now, limit=limit)

    if not count(f"code:{ctx.who.channel_id}:{ctx.who.peer}", _TRIES_AN_HOUR):
        return False
    return not said.address or count(f"code-from:{said.address}", _TRIES_AN_HOUR_ADDRESS)


def _place_words(said: Incoming) -> str:
    return f"{said.location.latitude:.6f}, {said.location.longitude:.6f}" if said.location else said.phone


def _number(argument: str) -> int:
    return int(argument) if argument.isdecimal() else 0
