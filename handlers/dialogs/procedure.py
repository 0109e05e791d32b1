"""Questions about procedures: the answer from the published record, one question back at most, or an officer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.choosing import chosen
from domain.messages import Choice, Incoming, Outgoing
from domain.texts import checklist as checklist_texts
from domain.texts import common
from domain.texts import procedure as texts
from domain.texts.base import day
from handlers.context import Context, Turn
from handlers.dialogs import directory, feedback
from handlers.dialogs.aside import standing_choices
from handlers.dialogs.cases import answer_to_officer
from handlers.dialogs.procedure_told import links_for, told_here
from handlers.dialogs.start import link_code_in
from handlers.registry import COMMANDS, command, said, step
from knowledge import validity
from knowledge.answer import Answer
from knowledge.answer_papers import papers_and_remarks
from knowledge.aspect import ASPECTS
from knowledge.library import Known
from knowledge.manners import corrected, leans_on, number_alone, place_in_list, small_talk
from knowledge.not_ours import Matter, not_ours
from knowledge.pages import named, shortened
from knowledge.search import Found, Hit
from storage import questions
from storage.communes import Commune
from storage.tables import Question

MEMORY = timedelta(minutes=30)  # after it, "còn phí?" no longer says of what
_SHOWN_PARTS, _SHOWN_CHOICES = 3, 3
_LABEL_CHARS = 80
_CODE = re.compile(r"(?<![\d.])\d\.\d{6}(?![\d.])")

said("hỏi thủ tục", "hỏi thủ tục, giấy tờ", "thủ tục", "hỏi giấy tờ", data="procedure.ask")


@dataclass(frozen=True)
class Memory:
    """What was spoken of last, while it is fresh."""

    code: str = ""
    choices: tuple[Hit, ...] = ()
    question_id: int = 0
    asked: str = ""  # the words that were asked back about


@step("idle")
def idle(ctx: Context, message: Incoming) -> Turn:
    """Anything a citizen writes outside a dialog."""
    if turn := answer_to_officer(ctx, message):
        return turn
    if not message.text:
        return feedback.begin(ctx, message)  # files, a place or a number by themselves
    if link_code := link_code_in(message.text):
        return COMMANDS["start"].handler(ctx, message, f"cb-{link_code}")
    if turn := directory.answer(ctx, message):
        return turn
    return ask(ctx, message, message.text)


def ask(ctx: Context, message: Incoming, text: str) -> Turn:
    """Answer free text: manners first, then what leans on the last answer, then the search."""
    memory = recall(ctx)
    if kind := small_talk(text):
        return _puzzled(ctx, memory) if kind == "puzzled" else Turn((Outgoing(_MANNERS[kind]()),))
    if number_alone(text):
        return _not_on_the_list(ctx)
    meant = corrected(text)
    if meant is not None:
        if not meant:
            return _not_it(ctx, memory)
        text = meant
        memory = replace(memory, asked="")  # what was asked before is not meant
    if place := place_in_list(text):
        if place <= len(memory.choices) > 0:
            return show(ctx, memory.choices[place - 1 if place > 0 else -1].code, "overview", text)
        return _not_on_the_list(ctx)
    elif memory.choices and (choice := chosen(text, _hit_choices(memory.choices, "overview"))):
        return _command(ctx, message, choice.data)
    if aspect := leans_on(text):
        return show(ctx, memory.code, aspect, text) if memory.code else _of_which(memory, aspect)
    if code := _CODE.search(text):
        return show(ctx, code[0], "", text)
    if turn := _as_report(ctx, message, text):
        return turn
    return _search(ctx, text, memory)


def _of_which(memory: Memory, aspect: str) -> Turn:
    """A follow-up before one of the offered procedures was chosen: the same choices, leading to the part asked for."""
    return Turn((Outgoing(texts.which(), choices=_hit_choices(memory.choices, aspect)),))


def _not_on_the_list(ctx: Context) -> Turn:
    """A number that stands before no choice, or a place in no list: the choices that are on offer, once more."""
    offered = standing_choices(ctx)
    return Turn((Outgoing(common.not_a_choice() if offered else texts.which(), choices=offered),))


def _puzzled(ctx: Context, memory: Memory) -> Turn:
    """ "Hả", "không hiểu": a person can explain, or the words can be others."""
    question = _own_question(ctx, str(memory.question_id))
    if question is None:
        return Turn((Outgoing(texts.hello()),))
    return Turn((Outgoing(texts.unclear(), choices=person_choices(question.id)),))


def recall(ctx: Context) -> Memory:
    """The memory of this person, when it is younger than half an hour."""
    raw = ctx.memory.get("procedure") or {}
    if not raw or ctx.now - datetime.fromisoformat(raw["at"]) > MEMORY:
        return Memory()
    hits = tuple(Hit(code, name, 0.0) for code, name in raw.get("choices", ()))
    return Memory(raw.get("code", ""), hits, raw.get("question", 0), raw.get("asked", ""))


def _search(ctx: Context, text: str, memory: Memory) -> Turn:
    index = ctx.tools.library.index(ctx.session, ctx.tenant.id, ctx.today)
    found = index.find(text)
    if not directory.is_own(found) and (matter := not_ours(text)):
        return _somebody_elses(ctx, text, matter)
    if found.action != "answer" and memory.asked:
        both = index.find(f"{memory.asked} {text}")  # the words answer our question back
        if both.action == "answer" or found.action == "handoff":
            found = both
    if found.action == "clarify" and memory.asked:
        found = replace(found, action="answer")  # asked back once already: the best answer with its name
    if found.action == "answer" and found.hits:
        return show(ctx, found.hits[0].code, found.aspect, text)
    if found.action == "clarify" and found.hits:
        return _ask_back(ctx, text, found)
    return directory.perhaps(ctx, text) or hand_off(ctx, text)


def show(ctx: Context, code: str, aspect: str, asked: str, *, page: int = 1) -> Turn:
    """One part of one procedure, written down with the version it came from."""
    known = ctx.tools.library.procedure(ctx.session, ctx.tenant.id, code, ctx.today)
    if known is None:
        return _gone(ctx, code) if code else Turn((Outgoing(texts.which()),))
    commune = Commune(ctx.tenant, ctx.profile, ctx.calendar)
    told = told_here(ctx.session, ctx.tools.library, commune, known, aspect or "overview", ctx.now)
    page = min(max(page, 1), len(told.screens))
    memory = recall(ctx)
    question_id = memory.question_id
    chosen_from = memory.choices if code in {hit.code for hit in memory.choices} else ()  # "còn cái thứ hai thì sao"
    if page == 1:
        question_id = _note(ctx, asked, "answered", told.screens[0], aspect=told.aspect, known=known).id
    message = Outgoing(
        told.screens[page - 1], choices=_next(told, known, page, question_id), links=links_for(told, known.procedure)
    )
    return Turn((message,), remember=_remember(ctx, code, chosen_from, question_id), question_id=question_id)


def hand_off(ctx: Context, text: str) -> Turn:
    """Nothing published fits: say so and offer a person."""
    question = _note(ctx, text, "unanswered", texts.not_found())
    return Turn(
        (Outgoing(texts.not_found(), choices=person_choices(question.id)),),
        remember=_remember(ctx, "", _spoken_of(ctx), question.id),  # "mất bao lâu" may still mean what was told before
        question_id=question.id,
    )


def _spoken_of(ctx: Context) -> tuple[Hit, ...]:
    """What was told or offered last, as choices for a follow-up that does not say of what it is one."""
    memory = recall(ctx)
    known = ctx.tools.library.procedure(ctx.session, ctx.tenant.id, memory.code, ctx.today) if memory.code else None
    return (Hit(memory.code, known.procedure.title, 0.0),) if known else memory.choices


def person_choices(question_id: int) -> tuple[Choice, ...]:
    return (
        Choice(f"/question.hand {question_id}", texts.to_officer()),
        Choice("/procedure.ask", texts.ask_again()),
        Choice(f"/question.phone {question_id}", texts.call_me()),
    )


@command("procedure.ask")
def ask_for_it(ctx: Context, message: Incoming, argument: str) -> Turn:
    return Turn((Outgoing(common.ask_a_question()),), remember={"procedure": {}}, elsewhere=True)


@command("procedure.show")
def show_card(ctx: Context, message: Incoming, argument: str) -> Turn:
    return show(ctx, argument.strip(), "overview", texts.choice("overview"))


@command("p")
def show_part(ctx: Context, message: Incoming, argument: str) -> Turn:
    """ "/p 1.001193 fee 2": a part of a procedure, from any old message."""
    code, aspect, page = (*argument.split(), "", "", "")[:3]
    aspect = aspect if aspect in ASPECTS else "overview"
    memory = recall(ctx)
    asked = memory.asked or texts.choice(aspect)
    return show(ctx, code, aspect, asked, page=int(page) if page.isdecimal() else 1)


@command("procedure.other")
def something_else(ctx: Context, message: Incoming, argument: str) -> Turn:
    """None of the offered procedures: the words again, or a person."""
    memory = recall(ctx)
    question = _own_question(ctx, argument)
    choices = person_choices(question.id)[::2] if question else ()
    again = {"procedure": {**ctx.memory.get("procedure", {}), "choices": []}} if memory.asked else {}
    return Turn((Outgoing(texts.other_words(), choices=choices),), remember=again, elsewhere=True)


@command("helpful")
def helpful(ctx: Context, message: Incoming, argument: str) -> Turn:
    """ "/helpful <question> yes|no": kept with the question; a "no" leads on at once."""
    number, _, opinion = argument.partition(" ")
    question = _own_question(ctx, number)
    if question is None:
        return Turn((Outgoing(common.old_button()),))
    question.helpful = opinion == "yes"
    if question.helpful:
        return Turn((Outgoing(texts.helpful_thanks()),))
    if question.status in ("replied", "closed"):
        return Turn((Outgoing(texts.not_enough(), choices=person_choices(question.id)[::2]),))
    return _instead(ctx, question)


def _instead(ctx: Context, question: Question) -> Turn:
    """The next likely procedures for a question whose answer was not it."""
    found = ctx.tools.library.index(ctx.session, ctx.tenant.id, ctx.today).find(question.text)
    refused = recall(ctx).choices if question.status == "asked_back" else ()  # the whole list was not it
    seen = {question.procedure_code, *(hit.code for hit in refused)}
    hits = [hit for hit in found.hits if hit.code not in seen][:_SHOWN_CHOICES]
    if not hits:
        return Turn((Outgoing(texts.not_found(), choices=person_choices(question.id)),))
    choices = (
        *_hit_choices(hits, found.aspect),
        Choice(f"/procedure.other {question.id}", texts.something_else()),
        Choice(f"/question.hand {question.id}", texts.to_officer()),
    )
    return Turn(
        (Outgoing(texts.not_it(), choices=choices),), remember=_remember(ctx, "", hits, question.id, question.text)
    )


def _not_it(ctx: Context, memory: Memory) -> Turn:
    question = _own_question(ctx, str(memory.question_id))
    return _instead(ctx, question) if question else Turn((Outgoing(texts.other_words()),))


def _ask_back(ctx: Context, text: str, found: Found) -> Turn:
    hits = found.hits[:_SHOWN_CHOICES]
    question = _note(ctx, text, "asked_back", texts.ask_back(), aspect=found.aspect)
    other = Choice(f"/procedure.other {question.id}", texts.something_else())
    return Turn(
        (Outgoing(texts.ask_back(), choices=(*_hit_choices(hits, found.aspect), other)),),
        remember=_remember(ctx, "", hits, question.id, text),
        question_id=question.id,
    )


def _somebody_elses(ctx: Context, text: str, matter: Matter) -> Turn:
    told = texts.not_ours(ctx.tenant.unit, matter.who)
    question = _note(ctx, text, "answered", told)
    known = (ctx.tools.library.procedure(ctx.session, ctx.tenant.id, code, ctx.today) for code in matter.near)
    near = [Hit(one.procedure.code, one.procedure.title, 0.0) for one in known if one]
    choices = (*_hit_choices(near, "overview"), Choice(f"/question.hand {question.id}", texts.to_officer()))
    return Turn(
        (Outgoing(told, choices=choices),), remember=_remember(ctx, "", near, question.id), question_id=question.id
    )


def _next(told: Answer, known: Known, page: int, question_id: int) -> tuple[Choice, ...]:
    """What may be wanted after an answer: the rest of it, other parts, or to say that it was not it."""
    choices, code = [], known.procedure.code
    if page < len(told.screens):
        choices.append(Choice(f"/p {code} {told.aspect} {page + 1}", texts.more()))
    shown = told.others[:_SHOWN_PARTS]
    whole_list = told.aspect == "documents" or (told.aspect == "overview" and "documents" not in shown)
    if whole_list and len(papers_and_remarks(known.procedure)[0]) > 1:
        choices.append(Choice(f"/papers {code}", checklist_texts.begin()))
    if told.missing or validity.of_some_province(known):
        choices.append(Choice(f"/question.hand {question_id}", texts.to_officer()))
    if told.missing:
        choices.append(Choice(f"/question.phone {question_id}", texts.call_me()))
    choices += [Choice(f"/p {code} {part}", texts.choice(part)) for part in shown]
    if page == 1 and texts.missing(texts.part(told.aspect)) not in told.screens[0]:
        choices.append(Choice(f"/helpful {question_id} yes", texts.helpful_yes()))
    choices.append(Choice(f"/helpful {question_id} no", texts.helpful_no()))
    return tuple(choices)


def _hit_choices(hits: Sequence[Hit], aspect: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"/p {hit.code} {aspect}", shortened(named(hit.name), _LABEL_CHARS), key=str(n))
        for n, hit in enumerate(hits, 1)
    )


def _gone(ctx: Context, code: str) -> Turn:
    ended = ctx.tools.library.ended_on(ctx.session, ctx.tenant.id, code, ctx.today)
    return Turn((Outgoing(texts.ended(day(ended)) if ended else texts.gone()),))


def _note(ctx: Context, text: str, status: str, told: str, *, aspect: str = "", known: Known | None = None) -> Question:
    return questions.add(
        ctx.session, ctx.tools.ids, ctx.tenant.id, channel_id=ctx.who.channel_id, peer=ctx.who.peer, text=text,
        status=status, now=ctx.now, aspect=aspect, answer=told, procedure_code=known.procedure.code if known else None,
        procedure_version_id=known.version_id if known else None,
    )  # fmt: skip


def _remember(ctx: Context, code: str, choices: Sequence[Hit], question_id: int, asked: str = "") -> dict[str, Any]:
    labels = [[hit.code, shortened(named(hit.name), _LABEL_CHARS)] for hit in choices]
    return {
        "procedure": {
            "code": code,
            "choices": labels,
            "question": question_id,
            "asked": asked,
            "at": ctx.now.isoformat(),
        }
    }


def _own_question(ctx: Context, number: str) -> Question | None:
    """A question of this very person; nobody else's number opens anything."""
    question = questions.get(ctx.session, ctx.tenant.id, int(number)) if number.isdecimal() else None
    mine = question is not None and (question.channel_id, question.peer) == (ctx.who.channel_id, ctx.who.peer)
    return question if mine else None


def _as_report(ctx: Context, message: Incoming, text: str) -> Turn | None:
    """Words that sound like a report, or come with a picture, begin one; unless the person has just said otherwise."""
    if ctx.kept.get("question"):
        return None
    if message.media or message.location or feedback.looks_like_report(ctx, text):
        return feedback.begin(ctx, replace(message, text=text))
    return None


def _command(ctx: Context, message: Incoming, data: str) -> Turn:
    name, _, argument = data.removeprefix("/").partition(" ")
    return COMMANDS[name].handler(ctx, message, argument)


_MANNERS = {"hello": texts.hello, "thanks": texts.thanks, "agreed": texts.yes, "bye": texts.bye}
