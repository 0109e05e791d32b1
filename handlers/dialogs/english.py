"""A small English door for foreigners: numbers, hours, an officer, and the procedures they need most."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from domain.english import SCRIPTS, language_in, looks_english, script_of, wanted
from domain.messages import Choice, Incoming, Outgoing
from domain.texts import common
from domain.texts import directory as directory_texts
from domain.texts import english as texts
from domain.texts import procedure as procedure_texts
from domain.texts.base import speaking
from handlers.context import Context, Turn
from handlers.dialogs.aside import aside, state_of
from handlers.registry import COMMANDS, STEPS, command, said
from knowledge.manners import small_talk
from storage import questions

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
_ASKED, _FRESH = "english", timedelta(minutes=30)  # in the memory of a talk: the question that English is offered for

said("english", "tiếng anh", "in english", data="english.on")
said("tiếng việt", "vietnamese", data="english.off")
said("opening hours", data="english.show hours")
said("address", data="english.show address")
said("phone number", "phone numbers", "contact", "contacts", data="english.show contacts")
said("9", data="english.nine")
said("0", data="english.zero")


def answer(ctx: Context, said: Incoming) -> Turn | None:
    """The foreigner's line for a message in English; its answer once English is the person's language. Else None."""
    script = script_of(said.text)
    if script is not None:
        return _in_another_script(ctx, said, script)
    chosen = ctx.citizen.language == "en"
    if chosen and small_talk(said.text):
        return None  # "thanks" is answered as it is in Vietnamese
    if not (looks_english(said.text) or (chosen and looks_english(said.text, 1))):
        return None
    return _answered(ctx, said) if chosen else Turn((_offer(ctx),), welcome=False, remember=_asked(ctx, said))


def speakers(ctx: Context, language: str = "") -> str:
    """Who speaks a language ("" = any besides Vietnamese), from the commune's data."""
    people = [one for one in ctx.profile.people if (language in one.languages if language else one.languages)]
    if people:
        return "\n".join([texts.speakers_head(), *map(texts.speaker, people), texts.speakers_ask()])
    return f"{texts.speakers_none(language)} {texts.speakers_ask()}"


def choice() -> Choice:
    """The way into English."""
    return Choice("/english.on", texts.english(), key="9")


@command("english.on")
def begin(ctx: Context, said: Incoming, argument: str) -> Turn:
    """English from here on, and the answer to what was asked before. This turn began in Vietnamese."""
    ctx.citizen.language = "en"
    before = ctx.memory.get(_ASKED) or {}
    with speaking("en"):
        menu = Outgoing(texts.english_menu(ctx.tenant.name), choices=_menu_choices(ctx))
        if not before or ctx.now - datetime.fromisoformat(before["at"]) > _FRESH or state_of(ctx):
            return aside(ctx, Turn((menu,), welcome=False))
        turn = _answered(ctx, replace(said, text=before["text"], choice=""))
    more = () if any(message.choices for message in turn.say) else (menu,)
    return replace(turn, say=(*turn.say, *more), welcome=False, remember={**turn.remember, _ASKED: None})


@command("english.show")
def show(ctx: Context, said: Incoming, argument: str) -> Turn:
    """ "opening hours": answered in English, whatever language the person has."""
    with speaking("en"):
        turn = COMMANDS["directory.show"].handler(ctx, said, argument)
    if ctx.citizen.language == "en" or state_of(ctx):
        return turn
    return replace(turn, say=(replace(turn.say[0], choices=(choice(),)), *turn.say[1:]))


@command("english.off")
def end(ctx: Context, said: Incoming, argument: str) -> Turn:
    ctx.citizen.language = "vi"
    with speaking("vi"):
        return aside(ctx, Turn((Outgoing(texts.back_to_vietnamese()),), welcome=False))


@command("english.nine", decides=True)
def nine(ctx: Context, said: Incoming, argument: str) -> Turn:
    """ "9" opens English between dialogs only; inside one it is an answer."""
    return _elsewhere(ctx, said) or begin(ctx, said, argument)


@command("english.zero", decides=True)
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
    """Who speaks which language, and the way to an officer."""
    officer = Choice("/question.officer", common.menu_officer())
    return aside(ctx, Turn((Outgoing(speakers(ctx, language_in(said.text)), choices=(officer,)),)))


def _answered(ctx: Context, said: Incoming) -> Turn:
    what = wanted(said.text)
    code = PROCEDURES.get(what, "")
    data = f"p {code} overview" if code and _is_known(ctx, code) else _COMMANDS.get(what, "")
    if data:
        name, _, argument = data.partition(" ")
        return COMMANDS[name].handler(ctx, said, argument)
    question = questions.add(
        ctx.session, ctx.tools.ids, ctx.tenant.id, channel_id=ctx.who.channel_id, peer=ctx.who.peer, text=said.text,
        status="unanswered", now=ctx.now, answer=texts.english_not_understood(),
    )  # fmt: skip
    officer = Choice(f"/question.hand {question.id}", procedure_texts.to_officer())
    choices = (officer, *_menu_choices(ctx))
    return Turn((Outgoing(texts.english_not_understood(), choices=choices),), question_id=question.id)


def _in_another_script(ctx: Context, said: Incoming, language: str) -> Turn:
    """A line in English, and who in the office speaks the language of the script."""
    people = [one for one in ctx.profile.people if language and language in one.languages]
    with speaking("en"):
        offer = _offer(ctx)
        lines = [directory_texts.number_of(SCRIPTS[language][0], texts.speaker_at(one)) for one in people]
    return Turn((replace(offer, text="\n".join([offer.text, *lines])),), welcome=False, remember=_asked(ctx, said))


def _offer(ctx: Context) -> Outgoing:
    return Outgoing(texts.foreigner(ctx.tenant.name, ctx.profile.hotline), choices=(choice(),))


def _asked(ctx: Context, said: Incoming) -> dict[str, object]:
    return {_ASKED: {"text": said.text, "at": ctx.now.isoformat()}}


def _menu_choices(ctx: Context) -> tuple[Choice, ...]:
    choices = [
        Choice("/english.about", texts.english_choice("about")),
        Choice("/english.urgent", texts.english_choice("urgent")),
        Choice("/directory.show hours", directory_texts.choice("hours")),
        Choice("/directory.show address", directory_texts.choice("address")),
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
