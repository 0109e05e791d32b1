"""The leader's chat: the digest when asked for, the lists behind its numbers, a department's numbers, approvals.

These words are ordinary ones ("hôm nay"), so they mean the digest only to an officer who is in no dialog.
"""

from __future__ import annotations

from domain.messages import Choice, Incoming, Outgoing
from domain.texts import desk
from domain.texts import digest as texts
from handlers.actions.acting import acting, may_approve
from handlers.actions.leading import OPENED, digest_message, late_message, numbers, why_messages
from handlers.context import Context, Turn
from handlers.registry import COMMANDS, STEPS, command, said
from storage import communes, conversations, digest

_IDLE = "idle"

said("báo cáo", "báo cáo nhanh", "hôm nay", "số liệu", data="leader.word digest")
said("trễ hạn", data="leader.word late")
said("vì sao", "tại sao", data="leader.word why")
said("duyệt", "chờ duyệt", "phê duyệt", data="leader.word approvals")
said("từng nơi", "số liệu từng nơi", data="leader.word departments")


@command("leader.word")
def word(ctx: Context, message: Incoming, argument: str) -> Turn:
    """A word of this dialog: from an officer between dialogs it is one; to anybody else it is part of the talk."""
    talk = conversations.lock_or_add(
        ctx.session, ctx.tools.ids, ctx.tenant.id, ctx.who.channel_id, ctx.who.peer, ctx.now
    )
    if talk.state in STEPS:
        return STEPS[talk.state](ctx, message)
    if ctx.officer is None:
        return STEPS[_IDLE](ctx, message)
    return COMMANDS[f"leader.{argument}"].handler(ctx, message, "")


@command("leader.digest", staff=True)
def show_digest(ctx: Context, message: Incoming, argument: str) -> Turn:
    found, department = numbers(acting(ctx), _number(argument))
    return Turn((digest_message(found, ctx.tenant, department=department),))


@command("leader.why", staff=True)
def why(ctx: Context, message: Incoming, argument: str) -> Turn:
    act = acting(ctx)
    found, department = numbers(act, _number(argument))
    return Turn(why_messages(act, found, department))


@command("leader.late", staff=True)
def late(ctx: Context, message: Incoming, argument: str) -> Turn:
    found, _ = numbers(acting(ctx), _number(argument))
    return Turn((late_message(found),))


@command("leader.departments", staff=True)
def departments(ctx: Context, message: Incoming, argument: str) -> Turn:
    rows = communes.departments(ctx.session, ctx.tenant.id)
    choices = tuple(Choice(f"/leader.digest {row.id}", row.name) for row in rows)
    return Turn((Outgoing(texts.pick_department(), choices=choices),))


@command("leader.approvals", staff=True)
def approvals(ctx: Context, message: Incoming, argument: str) -> Turn:
    """Dates that wait for this officer's agreement. Agreeing repeats the case's code."""
    rows = digest.waiting_for_approval(ctx.session, ctx.tenant.id)
    mine = [case for case in rows if ctx.officer and may_approve(ctx.officer, case)]
    choices: list[Choice] = []
    for case in mine[: OPENED // 2]:
        choices.append(Choice(f"/case.approve {case.id}", desk.choice_approve(case.code)))
        choices.append(Choice(f"/case.view {case.id}", desk.choice_view(case.code)))
    return Turn((Outgoing(texts.approvals(len(mine)), choices=tuple(choices)),))


def _number(argument: str) -> int | None:
    return int(argument) if argument.isdecimal() else None
