"""Approving what the commune will answer from now on: read, edit, approve by its number, reject, take back."""

from __future__ import annotations

from domain.messages import Choice, Incoming, Outgoing
from domain.texts import gaps as texts
from domain.texts import question as question_texts
from handlers.actions import gaps as actions
from handlers.actions import proposals
from handlers.actions import questions as question_actions
from handlers.actions.acting import acting
from handlers.context import Context, Turn
from handlers.registry import command, said, step
from knowledge.pages import shortened
from storage import gaps

_LISTED = 8
_LABEL_CHARS = 70

said("đề xuất", "đề xuất chờ duyệt", "duyệt câu trả lời", data="gaps.proposals")
said("mục đã duyệt", "câu trả lời của xã", data="gaps.entries")


@command("gaps.proposals", staff=True)
def listed(ctx: Context, message: Incoming, argument: str) -> Turn:
    return _listed(ctx, gaps.PROPOSED)


@command("gaps.entries", staff=True)
def entries(ctx: Context, message: Incoming, argument: str) -> Turn:
    """What the commune answers in its own words today."""
    return _listed(ctx, gaps.APPROVED)


@command("gaps.proposal", staff=True)
def show(ctx: Context, message: Incoming, argument: str) -> Turn:
    act = acting(ctx)
    return Turn((proposals.card(act, proposals.see(act, _number(argument))),))


@command("gaps.approve", staff=True)
def approve(ctx: Context, message: Incoming, argument: str) -> Turn:
    gap = proposals.approve(acting(ctx), _number(argument))
    text = texts.approved(gap.number, gap.name, proposals.code_of(gap))
    choices = (Choice(f"/gaps.withdraw {gap.number}", texts.choice_withdraw(gap.number)),)
    return Turn((Outgoing(text, choices),))


@command("gaps.rewrite", staff=True)
def rewrite(ctx: Context, message: Incoming, argument: str) -> Turn:
    gap = proposals.to_rewrite(acting(ctx), _number(argument))
    text = texts.ask_rewrite(gap.name, gap.answer)
    return Turn((Outgoing(text, (_later(),)),), state="gaps.rewrite", keep={"number": gap.number, "answer": ""})


@step("gaps.rewrite")
def rewritten(ctx: Context, message: Incoming) -> Turn:
    """The new words are read before anybody gets them; whoever was given the old ones may be told."""
    act = acting(ctx)
    if message.choice == "later":
        return _card(ctx)
    if message.choice in ("tell", "quiet"):
        gap, told = proposals.rewrite(act, _kept(ctx), str(ctx.kept["answer"]), tell=message.choice == "tell")
        asked = proposals.announce(act, gap)
        lines = [texts.sent(told)] if told else []
        lines.append(texts.proposed(gap.number) if asked else texts.proposed_nobody())
        return Turn((Outgoing("\n".join(lines)), proposals.card(act, gap)))
    gap = proposals.to_rewrite(act, _kept(ctx))
    if not message.text:
        return rewrite(ctx, message, str(gap.number))
    written = question_actions.checked_answer(message.text)
    told = proposals.told(act, gap)
    choices = (
        *((Choice("tell", texts.choice_tell_again(told)),) if told else ()),
        Choice("quiet", texts.choice_change_only()),
        Choice("again", question_texts.rewrite()),
        _later(),
    )
    shown = "\n".join((texts.proposal_answer(written), texts.ask_tell_again(told)))
    return Turn((Outgoing(shown, choices),), state="gaps.rewrite", keep={"answer": written})


@command("gaps.name", staff=True)
def name(ctx: Context, message: Incoming, argument: str) -> Turn:
    gap = proposals.to_edit(acting(ctx), _number(argument))
    return Turn((Outgoing(texts.ask_name(gap.name), (_later(),)),), state="gaps.name", keep={"number": gap.number})


@step("gaps.name")
def name_typed(ctx: Context, message: Incoming) -> Turn:
    act = acting(ctx)
    if message.choice == "later":
        return _card(ctx)
    return Turn((proposals.card(act, proposals.rename(act, _kept(ctx), message.text)),))


@command("gaps.words", staff=True)
def words(ctx: Context, message: Incoming, argument: str) -> Turn:
    act = acting(ctx)
    gap = proposals.to_edit(act, _number(argument))
    text = "\n".join((texts.ask_words(), *proposals.words_of(act, gap)))
    return Turn((Outgoing(text, (_later(),)),), state="gaps.words", keep={"number": gap.number})


@step("gaps.words")
def words_typed(ctx: Context, message: Incoming) -> Turn:
    act = acting(ctx)
    if message.choice == "later":
        return _card(ctx)
    return Turn((proposals.card(act, proposals.reword(act, _kept(ctx), message.text.splitlines())),))


@command("gaps.reject", staff=True)
def reject(ctx: Context, message: Incoming, argument: str) -> Turn:
    gap = proposals.to_decide(acting(ctx), _number(argument))
    return Turn(
        (Outgoing(texts.ask_reject(gap.number), (_later(),)),), state="gaps.reject", keep={"number": gap.number}
    )  # fmt: skip


@step("gaps.reject")
def reject_why(ctx: Context, message: Incoming) -> Turn:
    if message.choice == "later":
        return _card(ctx)
    gap = proposals.reject(acting(ctx), _kept(ctx), message.text)
    return Turn((Outgoing(texts.rejected(gap.number)),))


@command("gaps.withdraw", staff=True)
def withdraw(ctx: Context, message: Incoming, argument: str) -> Turn:
    gap = proposals.to_withdraw(acting(ctx), _number(argument))
    text = texts.ask_withdraw(gap.number, gap.name)
    return Turn((Outgoing(text, (_later(),)),), state="gaps.withdraw", keep={"number": gap.number})


@step("gaps.withdraw")
def withdraw_why(ctx: Context, message: Incoming) -> Turn:
    if message.choice == "later":
        return _card(ctx)
    gap = proposals.withdraw(acting(ctx), _kept(ctx), message.text)
    return Turn((Outgoing(texts.withdrawn(gap.number, gap.name)),))


def _listed(ctx: Context, status: str) -> Turn:
    actions.staff(acting(ctx))
    rows = [gap for gap in gaps.with_status(ctx.session, ctx.tenant.id, status) if gap.kind != gaps.DROP]
    choices = tuple(
        Choice(f"/gaps.proposal {gap.number}", texts.proposal_item(gap.number, shortened(gap.name, _LABEL_CHARS)))
        for gap in rows[:_LISTED]
    )
    head = texts.proposals_head(len(rows)) if status == gaps.PROPOSED else texts.entries_head(len(rows))
    return Turn((Outgoing(head, choices),))


def _card(ctx: Context) -> Turn:
    act = acting(ctx)
    return Turn((proposals.card(act, proposals.see(act, _kept(ctx))),))


def _kept(ctx: Context) -> int:
    return int(ctx.kept.get("number") or 0)


def _number(argument: str) -> int:
    return int(argument) if argument.isdecimal() else 0


def _later() -> Choice:
    return Choice("later", question_texts.later())
