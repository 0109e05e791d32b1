"""The first screen: welcome and menu, deep links, how an officer links a chat, and stopping a dialog."""

from __future__ import annotations

from domain import codes
from domain.fold import fold
from domain.messages import Choice, Incoming, Outgoing
from domain.texts import common, desk, english
from handlers.actions.acting import acting
from handlers.actions.officers import link_chat
from handlers.context import Context, Turn
from handlers.dialogs import draft
from handlers.dialogs.menus import just_talk, staff_menu, state_of
from handlers.registry import COMMANDS, command, said, step
from storage import attempts

_TRIES_AN_HOUR = 10

said("menu", "bắt đầu", "trang chủ", "danh mục", "trợ giúp", "help", data="start")
said("hủy", "hủy bỏ", "thôi", "thôi không gửi", "dừng", "dừng lại", "thoát", "cancel", "stop", data="cancel")
said("liên kết", "liên kết cán bộ", "cb", data="officer.link")


@command("start")
def start(ctx: Context, said: Incoming, argument: str) -> Turn:
    kind, _, value = argument.partition("-")
    match kind:
        case "tt" if value and "procedure.show" in COMMANDS:
            return COMMANDS["procedure.show"].handler(ctx, said, value.replace("_", "."))
        case "pa":
            return COMMANDS["feedback.start"].handler(ctx, said, "")
        case "cb":
            return _link(ctx, value)
        case "ma":
            return COMMANDS["case.status"].handler(ctx, said, codes.read_code(value) or value)
    if ctx.officer:
        return staff_menu(ctx, desk.menu())
    if ctx.first_contact or fold(said.text) != "menu":
        text = common.welcome(ctx.tenant.name, ctx.tenant.unit, ctx.profile.hotline)
        way = () if ctx.citizen.language == "en" else (Choice("/english.on", english.english(), key="9"),)
        return Turn((Outgoing(text, choices=menu_choices() + way),), welcome=False, elsewhere=True)
    return Turn((Outgoing(common.menu(), choices=menu_choices()),), welcome=False, elsewhere=True)


def menu_choices() -> tuple[Choice, ...]:
    return (
        Choice("/procedure.ask", common.menu_procedures()),
        Choice("/feedback.start", common.menu_feedback()),
        Choice("/case.mine", common.menu_cases()),
        Choice("/question.officer", common.menu_officer()),
    )


@command("cancel", decides=True)
def cancel(ctx: Context, said: Incoming, argument: str) -> Turn:
    """Stop the running dialog. "đúng" and the name "Huy" look like "dừng" and "hủy" without accents: they go on."""
    state = state_of(ctx)
    word = said.text.casefold().strip(" .!?")
    if (word == "đúng" or (word == "huy" and state == "feedback.name")) and not said.choice:
        return just_talk(ctx, said)
    if not state:
        if ctx.officer:
            return staff_menu(ctx, desk.menu())
        return Turn((Outgoing(common.menu(), choices=menu_choices()),))
    if state.startswith(("feedback.", "mydata.")):
        draft.forget(ctx, ctx.kept)
    return Turn((Outgoing(common.cancelled()),))


@command("officer.link")
def how_to_link(ctx: Context, said: Incoming, argument: str) -> Turn:
    return Turn((Outgoing(desk.link_how()),), state="officer.code")


@step("officer.code")
def link_by_words(ctx: Context, said: Incoming) -> Turn:
    return _link(ctx, said.text)


def link_code_in(text: str) -> str:
    """The code in "CB 7K2M9QXD" or "liên kết 7K2M-9QXD"; "" when the text is not such a message."""
    folded = fold(text)
    for lead in ("cb ", "lien ket can bo ", "lien ket "):
        if folded.startswith(lead):
            return codes.read_code(folded.removeprefix(lead)) or ""
    return ""


def _link(ctx: Context, typed: str) -> Turn:
    """Try a one-time code. Tries are counted, so that codes cannot be guessed."""
    key = f"link:{ctx.who.channel_id}:{ctx.who.peer}"
    if not attempts.allowed(ctx.session, ctx.tools.ids, ctx.tenant.id, key, ctx.now, limit=_TRIES_AN_HOUR):
        return Turn((Outgoing(common.too_many_tries()),))
    officer = link_chat(acting(ctx), typed)
    if officer is None:
        return Turn((Outgoing(desk.link_wrong()),))
    return staff_menu(ctx, desk.welcome(officer.name, ctx.tenant.name), officer)
