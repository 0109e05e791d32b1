"""A person's own data in the chat: look, correct, withdraw, erase. And the officer's way to drop a photo of a paper.

Asking in the middle of a report (its consent text says so) does not lose the report: it goes on where it stood.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.feedback import OPEN
from domain.fold import fold
from domain.messages import Choice, Incoming, Outgoing
from domain.phones import read_phone
from domain.texts import feedback as feedback_texts
from domain.texts import my_data as texts
from handlers.actions import my_data as actions
from handlers.actions.acting import acting, see_as_officer
from handlers.context import Context, Turn
from handlers.dialogs import draft, feedback
from handlers.dialogs.menus import state_of
from handlers.registry import STEPS, command, said, step
from storage import attachments, cases, paused
from storage.tables import Attachment

VALID = timedelta(minutes=10)
_DIGITS_BITS = 32  # many more than needed, so that every four digits are as likely
_TRIES = re.compile(r"\b(?:xoa|erase|delete)\b.*\d{4}(?!\d)")  # meant for it, with more words around
_CONFIRMED = re.compile(r"(?:xoa|erase|delete)(?:dulieu|dulieucuatoi|mydata)?(\d+)")
_FEW_WORDS = 3  # so short an answer to "write XOA 4821" was meant for it
_MAX_NAME = 80
_PHOTOS_SHOWN = 8
_YES = {"co", "dung", "dong y", "rut", "yes", "bo anh", "ok", "oke", "vang", "da", "u", "duoc"}

said("dữ liệu của tôi", "xem dữ liệu của tôi", "dữ liệu cá nhân", "my data", data="mydata")
said("rút đồng ý", "rút lại đồng ý", "withdraw consent", data="mydata.withdraw")
said("xóa dữ liệu", "xóa dữ liệu của tôi", "xóa hết dữ liệu", "erase", "erase my data", "delete my data",
     data="mydata.erase")  # fmt: skip
said("xóa ảnh giấy tờ", "bỏ ảnh giấy tờ", "ảnh giấy tờ", data="case.papers")


@command("mydata")
def show(ctx: Context, said: Incoming, argument: str) -> Turn:
    held, person, unit = actions.held(acting(ctx)), ctx.citizen, ctx.tenant.unit
    text = texts.screen(
        unit=unit,
        name=person.name,
        phone=person.phone,
        consent_version=person.consent_version,
        consent_on=ctx.local(person.consent_at).date() if person.consent_at and person.consent_version else None,
        questions=held.questions,
        cases=held.cases,
        files=held.files,
        open_codes=held.open_codes,
        keep_until_on=held.keep_until_on,
        keep_chat_days=ctx.profile.keep_chat_days,
        staff=ctx.officer is not None,
    )
    choices = [Choice("erase", texts.choice_erase()), Choice("stop", texts.choice_stop())]
    if person.consent_version:  # without it nothing may be kept that could be corrected
        choices[:0] = [Choice("correct", texts.choice_correct()), Choice("withdraw", texts.choice_withdraw())]
    return Turn((Outgoing(text, choices=tuple(choices)),), state="mydata.menu", keep={"resume": _resume(ctx)})


@step("mydata.menu")
def chosen(ctx: Context, said: Incoming) -> Turn:
    match said.choice:
        case "correct" if ctx.citizen.consent_version:
            return _ask_name(ctx)
        case "withdraw":
            return ask_withdraw(ctx, said, "")
        case "erase":
            return ask_erase(ctx, said, "")
        case "stop":
            return _back(ctx, texts.stopped())
    return _go_on_talking(ctx, said)


@step("mydata.name")
def name(ctx: Context, said: Incoming) -> Turn:
    if turn := _accused(ctx, said):
        return turn
    if said.choice == "remove":
        return _ask_phone(ctx, "")
    if said.choice == "keep":
        return _ask_phone(ctx, ctx.citizen.name)
    typed = " ".join(said.text.split())[:_MAX_NAME]
    return _ask_phone(ctx, typed) if any(map(str.isalpha, typed)) else _ask_name(ctx)


@step("mydata.phone")
def phone(ctx: Context, said: Incoming) -> Turn:
    if turn := _accused(ctx, said):
        return turn
    number = read_phone(said.phone or said.text)
    if said.choice in ("keep", "remove"):
        number = ctx.citizen.phone if said.choice == "keep" else ""
    elif not number:
        asked = Outgoing(feedback_texts.bad_phone(), _keep_or_remove(ctx.citizen.phone), ask="contact")
        return Turn((asked,), state="mydata.phone")
    new_name = str(ctx.kept.get("new_name") or "")
    changed = actions.correct(acting(ctx), ctx.citizen, new_name, number)
    turn = _back(ctx, texts.corrected(new_name, number, changed), {"phone": None, "name": None})
    return replace(turn, remember=paused.without(ctx.memory, "phone", "name"))


@command("mydata.withdraw")
def ask_withdraw(ctx: Context, said: Incoming, argument: str) -> Turn:
    text = texts.ask_withdraw(ctx.tenant.unit, actions.held(acting(ctx)).open_codes)
    choices = (Choice("yes", texts.choice_withdraw_yes()), Choice("no", texts.choice_withdraw_no()))
    keep = {"resume": _resume(ctx)}
    return Turn((Outgoing(text, choices=choices),), state="mydata.withdraw", keep=keep)


@step("mydata.withdraw")
def withdraw_or_not(ctx: Context, said: Incoming) -> Turn:
    if turn := _accused(ctx, said):
        return turn
    if said.choice == "yes" or fold(said.text).strip(" .!") in _YES:
        code = actions.withdraw_consent(acting(ctx), ctx.citizen)
        again = {"agreed": None, "phone": None, "name": None, "contact_known": None}
        turn = _back(ctx, texts.withdrawn(ctx.local(ctx.now), code), again)
        return replace(turn, remember=paused.without(ctx.memory, *again))
    if said.choice == "no" or len(said.text.split()) <= _FEW_WORDS:
        return _back(ctx, texts.not_withdrawn())
    return _go_on_talking(ctx, said)


@command("mydata.erase")
def ask_erase(ctx: Context, said: Incoming, argument: str) -> Turn:
    """The first step: what goes, what must stay, and four digits to type. No button erases."""
    left = actions.fate(acting(ctx))
    digits = f"{ctx.tools.random_bits(_DIGITS_BITS) % 10_000:04d}"
    text = texts.ask_erase(
        unit=ctx.tenant.unit, kept_codes=left.kept_codes, until_on=left.until_on, open_codes=left.open_codes,
        digits=digits, staff=ctx.officer is not None,
    )  # fmt: skip
    keep = {"digits": digits, "until": (ctx.now + VALID).isoformat(), "resume": _resume(ctx)}
    return Turn((Outgoing(text, choices=_no_erase()),), state="mydata.erase", keep=keep)


@step("mydata.erase")
def erase_or_not(ctx: Context, said: Incoming) -> Turn:
    """The second step. Anything but the word with the right digits in time erases nothing, and says so."""
    if said.choice:
        return _back(ctx, texts.stopped())
    if turn := _accused(ctx, said):
        return turn
    letters = "".join(c for c in fold(said.text) if c.isalnum())
    typed, digits = _CONFIRMED.fullmatch(letters), str(ctx.kept["digits"])
    if not (typed or _TRIES.search(fold(said.text)) or _is_short(said)):
        turn = _go_on_talking(ctx, said)
        return replace(turn, say=(Outgoing(texts.nothing_erased()), *turn.say))
    if ctx.now > datetime.fromisoformat(ctx.kept["until"]):
        return _back(ctx, texts.too_late())
    if typed is None or typed[1] != digits:
        why = texts.wrong_digits(digits) if typed else texts.not_confirmed(digits)
        return Turn((Outgoing(why, choices=_no_erase()),), state="mydata.erase")
    done = actions.erase(acting(ctx), ctx.citizen, draft.inbox_id(ctx))
    text = texts.erased(
        at=ctx.local(ctx.now), kept_codes=done.fate.kept_codes, until_on=done.fate.until_on, files=done.files,
        request_code=done.request_code,
    )  # fmt: skip
    return Turn((Outgoing(text),), welcome=False)


@command("case.papers")
def papers(ctx: Context, said: Incoming, argument: str) -> Turn:
    """An officer's cases with photos. Anybody else who says these words means their own data."""
    if ctx.officer is None:
        return show(ctx, said, "")
    mine, _ = cases.for_desk(
        ctx.session, ctx.tenant.id, statuses=OPEN, officer_id=ctx.officer.id, restricted=True, limit=50
    )
    found = [row for row in mine if _photos(ctx, row.id)][:_PHOTOS_SHOWN]
    choices = tuple(Choice(f"/case.photos {row.id}", texts.choice_photos(row.code)) for row in found)
    return Turn((Outgoing(texts.papers_list() if choices else texts.papers_none(), choices=choices),))


@command("case.photos", staff=True)
def photos(ctx: Context, said: Incoming, argument: str) -> Turn:
    case, _ = see_as_officer(acting(ctx), _number(argument))
    found = _photos(ctx, case.id)
    if not found:
        return Turn((Outgoing(texts.photos_none(case.code)),), case_id=case.id)
    choices = tuple(Choice(f"/case.drop-photo {row.id}", texts.choice_drop(n)) for n, row in enumerate(found, 1))
    shown = Outgoing(texts.photos_of(case.code, len(found)), choices=choices, media=_refs(found))
    return Turn((shown,), case_id=case.id)


@command("case.drop-photo", staff=True)
def drop_photo(ctx: Context, said: Incoming, argument: str) -> Turn:
    row, case = actions.photo(acting(ctx), _number(argument))
    choices = (Choice("yes", texts.choice_drop_yes()), Choice("no", texts.choice_drop_no()))
    asked = Outgoing(texts.ask_drop(case.code), choices=choices, media=_refs([row]))
    return Turn((asked,), state="mydata.drop", keep={"photo": row.id}, case_id=case.id)


@step("mydata.drop")
def drop_or_not(ctx: Context, said: Incoming) -> Turn:
    if said.choice == "yes" or fold(said.text).strip(" .!") in _YES:
        case = actions.drop_photo(acting(ctx), int(ctx.kept["photo"]))
        return Turn((Outgoing(texts.dropped(case.code)),), case_id=case.id)
    return Turn((Outgoing(texts.not_dropped()),))


def _ask_name(ctx: Context) -> Turn:
    asked = Outgoing(texts.ask_name(ctx.citizen.name), choices=_keep_or_remove(ctx.citizen.name))
    return Turn((asked,), state="mydata.name")


def _ask_phone(ctx: Context, new_name: str) -> Turn:
    number = ctx.citizen.phone
    asked = Outgoing(texts.ask_phone(number), choices=_keep_or_remove(number), ask="contact")
    return Turn((asked,), state="mydata.phone", keep={"new_name": new_name})


def _keep_or_remove(value: str) -> tuple[Choice, ...]:
    remove = (Choice("remove", texts.choice_remove()),) if value else ()
    return (Choice("keep", texts.choice_keep()), *remove)


def _no_erase() -> tuple[Choice, ...]:
    return (Choice("stop", texts.choice_no_erase()),)


def _is_short(said: Incoming) -> bool:
    return bool(said.text) and len(said.text.split()) <= _FEW_WORDS


def _resume(ctx: Context) -> str:
    """The step of a report that is being written, also when several of these questions followed each other."""
    state = state_of(ctx)
    if state.startswith("mydata."):
        return str(ctx.kept.get("resume") or "")
    return state if state.startswith("feedback.") else ""


def _back(ctx: Context, text: str, forget: Mapping[str, Any] | None = None) -> Turn:
    """Said, and on with the report that was being written. `forget`: values of it that are not true any more."""
    if not ctx.kept.get("resume"):
        return Turn((Outgoing(text),))
    return feedback.go_on(ctx, {**ctx.kept, **(forget or {}), "resume": None}, text)


def _go_on_talking(ctx: Context, said: Incoming) -> Turn:
    """Words that were not for us: the report's, or a new question."""
    resume = str(ctx.kept.get("resume") or "")
    name = resume if resume in STEPS else "officer.idle" if ctx.officer else "idle"
    return STEPS[name](ctx, said)


def _accused(ctx: Context, said: Incoming) -> Turn | None:
    """What may be an accusation is asked about first, wherever it is typed, and never kept as a name or as anything."""
    if not feedback.accuses(said.text):
        return None
    if not ctx.kept.get("resume"):
        return feedback.begin(ctx, said)
    kept = {**ctx.kept, "resume": None, "kind_known": None}
    draft.add_words(kept, said.text)
    return feedback.go_on(ctx, kept)


def _photos(ctx: Context, case_id: int) -> list[Attachment]:
    rows = attachments.of_case(ctx.session, ctx.tenant.id, case_id)
    return [row for row in rows if row.kind in ("photo", "document")][:_PHOTOS_SHOWN]


def _refs(rows: list[Attachment]) -> tuple[str, ...]:
    return tuple(f"sha256:{row.sha256}" for row in rows if row.status == attachments.READY)


def _number(argument: str) -> int:
    return int(argument) if argument.isdecimal() else 0
