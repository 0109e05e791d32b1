"""Unanswered questions in an officer's chat: the list, one group, answering it once, attaching it, putting it away."""

from __future__ import annotations

import re
from dataclasses import replace

from domain.errors import NotAllowed
from domain.messages import Choice, Incoming, Outgoing
from domain.texts import common
from domain.texts import gaps as texts
from domain.texts import question as question_texts
from handlers.actions import gaps as actions
from handlers.actions import proposals
from handlers.actions import questions as question_actions
from handlers.actions.acting import acting
from handlers.actions.gaps import Asked, Sent
from handlers.context import Context, Turn
from handlers.registry import command, said, step
from knowledge.pages import shortened
from storage import gaps

_LISTED = 8
_LABEL_CHARS = 70
_HITS = 5
_CODE = re.compile(r"(?<![\d.])\d\.\d{6}(?![\d.])|\bDP-\d{1,6}\b", re.IGNORECASE)

said("câu hỏi chưa trả lời", "câu hỏi chưa có trả lời", "câu hỏi bị bỏ lỡ", data="gaps.list")


@command("gaps.list", staff=True)
def listed(ctx: Context, message: Incoming, argument: str) -> Turn:
    act = acting(ctx)
    found = actions.asked(act)
    waiting = gaps.with_status(ctx.session, ctx.tenant.id, gaps.PROPOSED)
    more = (Choice("/gaps.proposals", texts.choice_proposals(len(waiting))),) if waiting else ()
    if not found:
        return Turn((Outgoing(texts.list_none(), more),))
    choices = tuple(Choice(f"/gaps.show {one.ids[0]}", _label(one)) for one in found[:_LISTED])
    head = texts.list_head(len(found))
    if len(found) > _LISTED:
        head += "\n" + texts.list_more(_LISTED)
    return Turn((Outgoing(head, choices + more),))


@command("gaps.show", staff=True)
def show(ctx: Context, message: Incoming, argument: str) -> Turn:
    return _shown(ctx, actions.opened(acting(ctx), _number(argument)))


@command("gaps.answer", staff=True)
def answer(ctx: Context, message: Incoming, argument: str) -> Turn:
    one = actions.opened(acting(ctx), _number(argument))
    return _write(ctx, list(one.ids), actions.proposed_name(one))


@step("gaps.draft")
def draft(ctx: Context, message: Incoming) -> Turn:
    if message.choice == "later":
        return Turn((Outgoing(texts.dropped_nothing()),))
    return _preview(ctx, message.text)


@step("gaps.confirm")
def confirm(ctx: Context, message: Incoming) -> Turn:
    """The group as it was when it was opened: whoever has asked since is not answered unseen."""
    if message.choice == "later":
        return Turn((Outgoing(texts.dropped_nothing()),))
    if message.choice == "send":
        act = acting(ctx)
        try:
            sent = actions.answer(act, _ids(ctx), str(ctx.kept.get("answer", "")), str(ctx.kept.get("name", "")))
        except NotAllowed as error:
            return Turn((Outgoing(common.refused(str(error))),))  # a colleague was quicker
        asked = proposals.announce(act, sent.gap)
        return Turn((_told(ctx, sent, texts.proposed(sent.gap.number) if asked else texts.proposed_nobody()),))
    if message.choice == "again" or not message.text:
        return _write(ctx, _ids(ctx), str(ctx.kept.get("name", "")))
    return _preview(ctx, message.text)


@command("gaps.attach", staff=True)
def attach(ctx: Context, message: Incoming, argument: str) -> Turn:
    one = actions.opened(acting(ctx), _number(argument))
    kept = {"ids": list(one.ids), "name": actions.proposed_name(one), "code": ""}
    return Turn((Outgoing(texts.ask_procedure(), (_later(),)),), state="gaps.find", keep=kept)


@step("gaps.find")
def find(ctx: Context, message: Incoming) -> Turn:
    """By code or by name; a pressed hit is confirmed first."""
    if message.choice == "later":
        return Turn((Outgoing(texts.dropped_nothing()),))
    code = message.choice
    if not code and (typed := _CODE.search(message.text)):
        code = typed[0].upper()
    if code:
        known = ctx.tools.library.procedure(ctx.session, ctx.tenant.id, code, ctx.today)
        if known is None:
            return Turn((Outgoing(texts.no_such_procedure(), (_later(),)),), state="gaps.find")
        act = acting(ctx)
        reach = actions.reach(act, _ids(ctx))
        choices = (Choice("yes", texts.choice_attach(code)), Choice("other", texts.choice_other()), _later())
        text = texts.attach_sure(code, known.procedure.title, len(reach.to))
        return Turn((Outgoing(text, choices),), state="gaps.attach", keep={"code": code})
    hits = ctx.tools.library.index(ctx.session, ctx.tenant.id, ctx.today).find(message.text).hits[:_HITS]
    if not hits or not message.text:
        return Turn((Outgoing(texts.no_such_procedure(), (_later(),)),), state="gaps.find")
    offered = (Choice(hit.code, f"{hit.code}, {shortened(hit.name, _LABEL_CHARS)}") for hit in hits)
    return Turn((Outgoing(texts.pick_procedure(), (*offered, _later())),), state="gaps.find")


@step("gaps.attach")
def attach_sure(ctx: Context, message: Incoming) -> Turn:
    if message.choice == "later":
        return Turn((Outgoing(texts.dropped_nothing()),))
    if message.choice != "yes":
        again = replace(message, choice="", text="" if message.choice else message.text)
        return find(ctx, again) if again.text else Turn(
            (Outgoing(texts.ask_procedure(), (_later(),)),), state="gaps.find"
        )  # fmt: skip
    act = acting(ctx)
    sent = actions.attach(act, _ids(ctx), str(ctx.kept.get("code", "")), str(ctx.kept.get("name", "")))
    asked = proposals.announce(act, sent.gap)
    return Turn((_told(ctx, sent, texts.attached(sent.gap.number) if asked else texts.proposed_nobody()),))


@command("gaps.same", staff=True)
def same(ctx: Context, message: Incoming, argument: str) -> Turn:
    """ "/gaps.same <question> <number>": the answer that was sent to the others goes to those who asked since."""
    question, _, number = argument.partition(" ")
    act = acting(ctx)
    one = actions.opened(act, _number(question))
    return Turn((_told(ctx, actions.answer_again(act, one.ids, _number(number)), ""),))


@command("gaps.drop", staff=True)
def drop(ctx: Context, message: Incoming, argument: str) -> Turn:
    one = actions.opened(acting(ctx), _number(argument))
    choices = (Choice("yes", texts.choice_drop_yes()), _later())
    kept = {"ids": list(one.ids), "name": actions.proposed_name(one)}
    text = texts.drop_sure(actions.proposed_name(one))
    return Turn((Outgoing(text, choices),), state="gaps.drop", keep=kept)


@step("gaps.drop")
def drop_sure(ctx: Context, message: Incoming) -> Turn:
    if message.choice != "yes":
        return Turn((Outgoing(texts.dropped_nothing()),))
    _, waiting = actions.drop(acting(ctx), _ids(ctx), str(ctx.kept.get("name", "")))
    lines = [texts.dropped(), *([texts.still_waiting(waiting)] if waiting else [])]
    return Turn((Outgoing("\n".join(lines), (Choice("/gaps.list", texts.choice_list()),)),))


def _shown(ctx: Context, one: Asked) -> Turn:
    first = one.ids[0]
    lines = [texts.group_head(one.group.people, len(one.ids)), *(texts.wording(text) for text in one.wordings)]
    choices = []
    if one.earlier:
        lines.append(texts.group_earlier(one.earlier.number))
        choices.append(Choice(f"/gaps.same {first} {one.earlier.number}", texts.choice_same(one.earlier.number)))
    choices += [
        Choice(f"/gaps.answer {first}", texts.choice_answer()),
        Choice(f"/gaps.attach {first}", texts.choice_find()),
        Choice(f"/gaps.drop {first}", texts.choice_drop()),
        Choice("/gaps.list", texts.choice_list()),
    ]
    return Turn((Outgoing("\n".join(lines), tuple(choices)),))


def _write(ctx: Context, ids: list[int], name: str) -> Turn:
    kept = {"ids": ids, "name": name, "answer": ""}
    return Turn((Outgoing(texts.write(name), (_later(),)),), state="gaps.draft", keep=kept)


def _preview(ctx: Context, text: str) -> Turn:
    act = acting(ctx)
    written = question_actions.checked_answer(text)
    reach = actions.reach(act, _ids(ctx))
    if not reach.to:
        return _nobody(ctx, written, reach)
    shown = actions.as_read(act, reach.to[0][0], gaps.ANSWER, written, None)
    return Turn(
        (Outgoing(question_texts.preview() + "\n" + shown.text), _sure(reach)), state="gaps.confirm",
        keep={"answer": written},
    )  # fmt: skip


def _nobody(ctx: Context, written: str, reach: actions.Reach) -> Turn:
    """Nobody of the group can be written to any more; the entry is still worth having."""
    return Turn((_sure(reach),), state="gaps.confirm", keep={"answer": written})


def _sure(reach: actions.Reach) -> Outgoing:
    lines = [texts.reaches(len(reach.to))]
    lines += [texts.away(reach.away)] if reach.away else []
    lines += [texts.unreachable(reach.unreachable)] if reach.unreachable else []
    lines += [texts.left(reach.left)] if reach.left else []
    choices = (
        Choice("send", texts.choice_send(len(reach.to))),
        Choice("again", question_texts.rewrite()),
        _later(),
    )
    return Outgoing("\n".join(lines), choices)


def _told(ctx: Context, sent: Sent, last: str) -> Outgoing:
    lines = [texts.sent(sent.told)]
    lines += [texts.away(sent.away)] if sent.away else []
    lines += [texts.unreachable(sent.unreachable)] if sent.unreachable else []
    lines += [texts.left(sent.left)] if sent.left else []
    lines += [last] if last else []
    choices = (
        Choice(f"/gaps.proposal {sent.gap.number}", texts.choice_read()),
        Choice("/gaps.list", texts.choice_list()),
    )
    return Outgoing("\n".join(lines), choices)


def _label(one: Asked) -> str:
    headline = shortened(one.group.headline, _LABEL_CHARS)
    label = texts.list_item(one.group.people, headline)
    return texts.list_item_earlier(one.group.people, headline, one.earlier.number) if one.earlier else label


def _later() -> Choice:
    return Choice("later", question_texts.later())


def _ids(ctx: Context) -> list[int]:
    return [int(one) for one in ctx.kept.get("ids") or ()]


def _number(argument: str) -> int:
    return int(argument) if argument.isdecimal() else 0
