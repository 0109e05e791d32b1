"""A small English door for foreigners: numbers, hours, an officer, and the procedures they need most."""

from __future__ import annotations

from domain.english import looks_english, wanted
from domain.messages import Choice, Incoming, Outgoing
from domain.texts import common
from domain.texts import directory as texts
from domain.texts.base import speaking
from handlers.context import Context, Turn
from handlers.dialogs.aside import aside, state_of
from handlers.registry import COMMANDS, STEPS, command, said

PROCEDURES = {  # what foreigners ask a commune for most
    "residence": "1.000253",
    "marriage": "2.000806",
    "birth": "2.000528",
}
_COMMANDS = {
    "urgent": "english.urgent",
    "hours": "directory.show hours",
    "address": "directory.show address",
    "contacts": "directory.show contacts",
    "speak": "english.speak",
}

said("english", "tiếng anh", "in english", data="english.on")
said("tiếng việt", "vietnamese", data="english.off")
said("9", data="english.nine")
said("0", data="english.zero")


def answer(ctx: Context, said: Incoming) -> Turn | None:
    """The foreigner's line for a message in English; its answer once English is the person's language. Else None."""
    chosen = ctx.citizen.language == "en"
    if not (looks_english(said.text) or (chosen and looks_english(said.text, 1))):
        return None
    if not chosen:
        line = texts.foreigner(ctx.tenant.name, ctx.profile.hotline)
        return Turn((Outgoing(line, choices=(Choice("/english.on", texts.english(), key="9"),)),), welcome=False)
    what = wanted(said.text)
    code = PROCEDURES.get(what, "")
    data = f"p {code} overview" if code and _is_known(ctx, code) else _COMMANDS.get(what, "")
    if not data:
        return Turn((Outgoing(texts.english_not_understood(), choices=_menu_choices(ctx)),))
    name, _, argument = data.partition(" ")
    return COMMANDS[name].handler(ctx, said, argument)


@command("english.on")
def begin(ctx: Context, said: Incoming, argument: str) -> Turn:
    """English from here on. This turn began in Vietnamese, so it opens the language by itself."""
    ctx.citizen.language = "en"
    with speaking("en"):
        menu = Outgoing(texts.english_menu(ctx.tenant.name), choices=_menu_choices(ctx))
    return aside(ctx, Turn((menu,), welcome=False))


@command("english.off")
def end(ctx: Context, said: Incoming, argument: str) -> Turn:
    ctx.citizen.language = "vi"
    with speaking("vi"):
        return aside(ctx, Turn((Outgoing(texts.back_to_vietnamese()),), welcome=False))


@command("english.nine")
def nine(ctx: Context, said: Incoming, argument: str) -> Turn:
    """ "9" opens English between dialogs only; inside one it is an answer."""
    return _elsewhere(ctx, said) or begin(ctx, said, argument)


@command("english.zero")
def zero(ctx: Context, said: Incoming, argument: str) -> Turn:
    if ctx.citizen.language == "en" and not state_of(ctx) and not ctx.officer:
        return end(ctx, said, argument)
    return _elsewhere(ctx, said) or STEPS["idle"](ctx, said)


@command("english.about")
def about(ctx: Context, said: Incoming, argument: str) -> Turn:
    return aside(ctx, Turn((Outgoing(texts.english_about(ctx.tenant.name, ctx.tenant.unit)),)))


@command("english.urgent")
def urgent(ctx: Context, said: Incoming, argument: str) -> Turn:
    numbers = "\n".join(ctx.profile.emergency)
    return aside(ctx, Turn((Outgoing(texts.urgent(numbers, ctx.profile.duty_phone)),)))


@command("english.speak")
def speak(ctx: Context, said: Incoming, argument: str) -> Turn:
    """Who speaks which language, from the commune's data, and the way to an officer."""
    speakers = [texts.speaker(one) for one in ctx.profile.people if one.languages]
    lines = [texts.speakers_head(), *speakers] if speakers else [texts.speakers_none()]
    officer = Choice("/question.officer", common.menu_officer())
    return aside(ctx, Turn((Outgoing("\n".join([*lines, texts.speakers_ask()]), choices=(officer,)),)))


def _menu_choices(ctx: Context) -> tuple[Choice, ...]:
    choices = [
        Choice("/english.about", texts.english_choice("about")),
        Choice("/english.urgent", texts.english_choice("urgent")),
        Choice("/directory.show hours", texts.choice("hours")),
        Choice("/directory.show address", texts.choice("address")),
        Choice("/english.speak", texts.english_choice("speak")),
    ]
    choices += [
        Choice(f"/p {code} overview", texts.english_choice(name))
        for name, code in PROCEDURES.items()
        if _is_known(ctx, code)
    ]
    return (*choices, Choice("/english.off", texts.vietnamese(), key="0"))


def _is_known(ctx: Context, code: str) -> bool:
    return ctx.tools.library.procedure(ctx.session, ctx.tenant.id, code, ctx.today) is not None


def _elsewhere(ctx: Context, said: Incoming) -> Turn | None:
    """What a bare digit means inside a dialog, or to an officer; None for a citizen between dialogs."""
    state = state_of(ctx)
    if state in STEPS:
        return STEPS[state](ctx, said)
    return STEPS["officer.idle"](ctx, said) if ctx.officer else None
