"""Danger to life: the numbers first, the duty officer at once, then the place. No form, no question before.

An emergency ends any other dialog. A report that was being written is offered again when the emergency is over.
"""

from __future__ import annotations

import re
from dataclasses import replace

from domain.fold import fold
from domain.messages import Choice, Incoming, Outgoing
from domain.texts import common
from domain.texts import desk as desk_texts
from domain.texts import feedback as texts
from domain.texts.base import code as show_code
from domain.texts.base import speaking
from handlers.actions import case_notes as notes
from handlers.actions.acting import acting
from handlers.actions.cases import Report, open_case
from handlers.context import Context, Turn
from handlers.dialogs import draft, feedback
from handlers.dialogs.menus import state_of
from handlers.registry import STEPS, command, said, step
from storage import cases

said("khẩn cấp", "cấp cứu", "cứu", "sos", "emergency", data="emergency")

# The whole message must say so: "không phải thôn 3 mà là thôn 5" is a place, and the cost of a mistake is a life.
_NONE = re.compile(
    r"(?:(?:a|da|u|xin loi|toi|em|con|minh) )*"
    r"(?:khong (?:khan cap|phai khan cap|phai|sao|co gi|nguy hiem)|(?:nham|gui nham|nhan nham|bam nham)"
    r"|noi dua|dua thoi|thu thoi|dap (?:duoc|tat|tat duoc) roi|tat roi)"
    r"(?: (?:a|nhe|nha|dau|thoi|roi|tin|xin loi|cam on|ca|het))*"
)
_SHOWN_CHARS = 600
_DRAFT = ("since", "what", "files", "category", "place", "lat", "lon")  # of a report interrupted by the emergency


@command("emergency")
def emergency(ctx: Context, said: Incoming, argument: str) -> Turn:
    """Numbers now; what was said goes to the duty officers in the same commit."""
    state = state_of(ctx)
    if state == "emergency.place":
        return place(ctx, said)
    told = _page(ctx, said, desk_texts.emergency_page(_words(said)), "emergency")
    interrupted = {}
    if state.startswith("feedback.") and ctx.kept.get("since"):
        interrupted = {name: ctx.kept.get(name) for name in _DRAFT}
    kept = {**dict.fromkeys(ctx.kept), "alarm": said.text[:_SHOWN_CHARS], "draft": interrupted or None}
    kept |= {"files_now": draft.hear(ctx, said, {}).get("files")}
    numbers = common.emergency(ctx.tenant.unit, ctx.profile.duty_phone, "\n".join(ctx.profile.emergency))
    if not told:
        numbers += "\n" + texts.emergency_nobody()
    choices = (
        Choice("report", texts.emergency_not()),
        Choice("question", texts.emergency_question()),
    )
    message = Outgoing(numbers, choices=choices, ask="location")
    return Turn((message,), state="emergency.place", keep=kept, welcome=False)


@step("emergency.place")
def place(ctx: Context, said: Incoming) -> Turn:
    """The next words or the shared place go to the duty officers, with a case where the commune has the category."""
    if said.choice in ("report", "question"):
        return _false_alarm(ctx, said)
    if _NONE.fullmatch(fold(said.text).strip(" .!,")):
        _page(ctx, said, desk_texts.emergency_false(), "emergency-false", who=False)
        return _after(ctx, texts.emergency_none())
    if not (said.text or said.location or said.media):
        again = Outgoing(texts.emergency_place_again(), ask="location")
        return Turn((again,), state="emergency.place")
    act = acting(ctx)
    category = cases.category_by_key(ctx.session, ctx.tenant.id, feedback.EMERGENCY_CATEGORY)
    if category is None:
        told = _page(ctx, said, desk_texts.emergency_place(_place_words(said)), "emergency-place")
        return _after(ctx, texts.emergency_passed() if told else texts.emergency_nobody())
    alarm = str(ctx.kept.get("alarm") or "")
    report = Report(
        description=alarm or said.text or _place_words(said),
        category_id=category.id,
        place=said.text[:_SHOWN_CHARS],
        location=said.location,
        files=(*draft.sent(ctx.kept.get("files_now") or []), *draft.sent_now(ctx, said)),
        phone=said.phone or ctx.citizen.phone,
        name=ctx.citizen.name,
        emergency=True,
    )
    case, _ = open_case(act, report)
    told = bool(notes.in_charge(act, case))
    first = texts.emergency_passed_case() if told else texts.emergency_nobody()
    turn = _after(ctx, f"{first}\n{show_code(case.code)}")
    return replace(turn, case_id=case.id, important=True)


@step("emergency.resume")
def resume(ctx: Context, said: Incoming) -> Turn:
    """Back to the report that the emergency interrupted, or drop it."""
    kept = {name: ctx.kept.get(name) for name in _DRAFT}
    if said.choice == "drop":
        draft.forget(ctx, kept)
        return Turn((Outgoing(texts.dropped()),))
    return feedback.go_on(ctx, draft.hear(ctx, said, {**dict.fromkeys(ctx.kept), **kept}))


def _false_alarm(ctx: Context, said: Incoming) -> Turn:
    """The duty officers hear that it was none; the words go where they belong."""
    _page(ctx, said, desk_texts.emergency_false(), "emergency-false", who=False)
    words = replace(said, text=str(ctx.kept.get("alarm") or ""), choice="")
    if said.choice == "question":
        return STEPS["idle"](replace(ctx, kept={"question": True}), words)
    kept = draft.new(ctx)
    draft.add_words(kept, words.text)
    kept["files"] = ctx.kept.get("files_now")
    return feedback.go_on(ctx, kept)


def _after(ctx: Context, text: str) -> Turn:
    left = ctx.kept.get("draft")
    if not left or not (left.get("what") or left.get("files")):
        return Turn((Outgoing(text),), welcome=False)
    choices = (Choice("resume", texts.choice_resume()), Choice("drop", texts.choice_drop_draft()))
    say = (Outgoing(text), Outgoing(texts.emergency_resume(), choices=choices))
    return Turn(say, state="emergency.resume", keep={**dict.fromkeys(ctx.kept), **left}, welcome=False)


def _page(ctx: Context, said: Incoming, text: str, reason: str, *, who: bool = True) -> int:
    """How many duty officers (or, with nobody on duty, leaders) are told."""
    act = acting(ctx)
    with speaking("vi"):
        phone = said.phone or ctx.citizen.phone
        lines = [text, *([desk_texts.emergency_phone(phone)] if phone and who else [])]
        return notes.tell(act, notes.with_duty(act, ()), Outgoing("\n".join(lines)), reason, None)


def _words(said: Incoming) -> str:
    with speaking("vi"):
        return said.text[:_SHOWN_CHARS] or desk_texts.emergency_files()


def _place_words(said: Incoming) -> str:
    if said.text:
        return said.text[:_SHOWN_CHARS]
    if said.location:
        return f"{said.location.latitude:.6f}, {said.location.longitude:.6f}"
    with speaking("vi"):
        return desk_texts.emergency_files()
