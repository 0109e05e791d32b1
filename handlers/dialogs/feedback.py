"""A report from the first word to the receipt: what, which kind, where, photos, consent, contact, a last look.

The order is written once, in `go_on`: it asks for the first thing that is missing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from domain import report_words
from domain.feedback import CategoryHint, screen, suggest_category
from domain.fold import fold
from domain.messages import Choice, Incoming, Outgoing
from domain.phones import read_phone
from domain.texts import common
from domain.texts import feedback as texts
from handlers.actions import case_notes as notes
from handlers.actions.acting import acting
from handlers.actions.cases import Report, open_case
from handlers.context import Context, Turn
from handlers.dialogs import draft
from handlers.dialogs.draft import Draft
from handlers.dialogs.menus import state_of
from handlers.dialogs.start import link_code_in
from handlers.registry import COMMANDS, STEPS, command, said, step
from storage import cases, communes, paused
from storage.tables import Category
from storage.unsaid import undecided

EMERGENCY_CATEGORY = "khan-cap"
_SUGGESTIONS = 4
_ENOUGH_LETTERS = 8
_MAX_NAME = 80
_MAX_PLACE = 300
_SKIPS = {"khong", "ko", "k", "khong biet", "khong co", "bo qua", "skip", "no", "thoi khoi", "khoi"}
_DONE = {"xong", "xong roi", "het", "het roi", "done", "du roi", "khong con", "xong a", "ok", *_SKIPS}
_YES = {"dong y", "co", "co a", "ok", "oke", "okay", "dung", "dung roi", "gui", "gui di", "duoc", "vang", "u", "uh",
        "yes", "da", "da dung", "phai"}  # fmt: skip

said("phản ánh", "góp ý", "kiến nghị", "gửi phản ánh", "phản ánh kiến nghị", "report", data="feedback.start")


@command("feedback.start")
def start(ctx: Context, said: Incoming, argument: str) -> Turn:
    if not communes.categories(ctx.session, ctx.tenant.id):
        phone = ctx.profile.hotline or ctx.profile.desk
        return Turn((Outgoing(texts.no_categories(ctx.tenant.unit, phone)),))
    if report := draft.unfinished(state_of(ctx), ctx.kept):
        return Turn((_offer_unfinished(),), state="feedback.unfinished", keep={**dict.fromkeys(ctx.kept), **report})
    if report := paused.newest(ctx.memory):
        keep, remember = {**dict.fromkeys(ctx.kept), **report}, paused.taken_up(ctx.memory)
        return Turn((_offer_unfinished(),), state="feedback.unfinished", keep=keep, remember=remember)
    return go_on(ctx, draft.hear(ctx, said, draft.new(ctx)))


def _offer_unfinished() -> Outgoing:
    choices = (Choice("resume", texts.choice_resume()), Choice("new", texts.choice_new()))
    return Outgoing(texts.emergency_resume(), choices=choices)


@step("feedback.unfinished")
def unfinished(ctx: Context, said: Incoming) -> Turn:
    """A report was asked for while another is half-written: that one, or a new one instead of it."""
    kept = draft.hear(ctx, said) | {"paused_at": None}
    if turn := _told_elsewhere(ctx, kept, said):
        return turn
    if said.choice == "new":
        draft.forget(ctx, ctx.kept)
        return go_on(ctx, draft.new(ctx))
    if said.choice == "resume" or said.media or said.location or fold(said.text) in _YES:
        return go_on(ctx, kept)
    return Turn((Outgoing(common.not_a_choice()), _offer_unfinished()), state="feedback.unfinished")


def looks_like_report(ctx: Context, text: str) -> bool:
    """Words between dialogs that belong to `begin`: a report, khiếu nại or tố cáo, an officer's link code."""
    if link_code_in(text):
        return True
    if ctx.kept.get("question"):
        return False  # the person has just said that it is one
    return bool(screen(text).kind) or report_words.looks_like_report(text)


def begin(ctx: Context, said: Incoming) -> Turn:
    """Start with words or files that came without the menu: a report, or after all a question?"""
    if code := link_code_in(said.text):
        return COMMANDS["start"].handler(ctx, said, f"cb-{code}")
    kept = draft.hear(ctx, said, draft.new(ctx))
    draft.add_words(kept, said.text)
    if not said.text or screen(said.text).kind:
        return go_on(ctx, kept)
    return Turn((_offer_report(),), state="feedback.begin", keep=kept)


def _offer_report() -> Outgoing:
    choices = (Choice("report", texts.choice_report()), Choice("question", texts.choice_question()))
    return Outgoing(texts.looks_like(), choices=choices)


@step("feedback.begin")
def begin_or_ask(ctx: Context, said: Incoming) -> Turn:
    kept = draft.hear(ctx, said)
    if said.choice == "question":
        words = said.text or str(kept.get("what") or "")
        question = replace(said, text=words, choice="", media=())
        return STEPS["idle"](replace(ctx, kept={"question": True}), question)
    if said.text and fold(said.text) not in _YES:
        draft.add_words(kept, said.text)
    return go_on(ctx, kept)


def accuses(text: str) -> bool:
    """Words that may be khiếu nại or tố cáo, wherever in a dialog they stand: the person is asked what they are."""
    return screen(text).kind in ("complaint", "denunciation")


def _told_elsewhere(ctx: Context, kept: Draft, said: Incoming) -> Turn | None:
    """An accusation typed where a place or a name was asked for belongs to the story, never into the file as it is."""
    if kept.get("kind_known") or not accuses(said.text):
        return None
    draft.add_words(kept, said.text)
    return go_on(ctx, kept)


def go_on(ctx: Context, kept: Draft, first: str = "") -> Turn:
    """Ask for the first thing that is missing. `first` is said before."""
    ask = _missing(ctx, kept)
    if first:
        ask = replace(ask, say=(Outgoing(first), *ask.say))
    return replace(ask, keep=kept)


def ask_again(ctx: Context, state: str) -> Turn:
    """The question of that state once more, as after an answer to something else."""
    kept = dict(ctx.kept)
    match state:
        case "feedback.begin":
            return Turn((_offer_report(),), state=state)
        case "feedback.unfinished":
            return Turn((_offer_unfinished(),), state=state)
        case "feedback.kind":  # the day until it is forgotten runs from when it was asked first
            return replace(ask_kind(ctx, kept), remember={})
    return go_on(ctx, kept)


def _missing(ctx: Context, kept: Draft) -> Turn:
    if not kept.get("what") and not draft.has_voice(kept):
        n = draft.n_pictures(kept)
        return Turn((Outgoing(texts.photos_without_words(n) if n else texts.ask_what()),), state="feedback.what")
    if not kept.get("kind_known") and screen(kept.get("what") or "").kind:
        return ask_kind(ctx, kept)
    if not kept.get("category"):
        return Turn((_ask_category(ctx, kept),), state="feedback.category")
    if not kept.get("place_known"):
        skip = (Choice("skip", texts.choice_skip()),)
        return Turn((Outgoing(texts.ask_where(), choices=skip, ask="location"),), state="feedback.where")
    if not kept.get("files_known"):
        return Turn((_ask_photos(kept),), state="feedback.photos")
    if not kept.get("agreed"):
        if ctx.citizen.consent_version != ctx.profile.consent_version:
            return Turn((_ask_consent(ctx),), state="feedback.consent")
        kept["agreed"] = "named"
    if kept["agreed"] == "named" and not kept.get("contact_known"):
        if not ctx.citizen.phone and not kept.get("phone"):
            skip = (Choice("skip", texts.choice_skip()),)
            return Turn((Outgoing(texts.ask_phone(), choices=skip, ask="contact"),), state="feedback.phone")
        if not ctx.citizen.name and not kept.get("name"):
            return Turn((Outgoing(texts.ask_name(), choices=(Choice("skip", texts.choice_skip()),)),), "feedback.name")
    return Turn((_read_back(ctx, kept),), state="feedback.check")


@step("feedback.what")
def what(ctx: Context, said: Incoming) -> Turn:
    kept = draft.hear(ctx, said)
    draft.add_words(kept, said.text)
    words = kept.get("what") or ""
    if (
        words
        and not kept.get("files")
        and not kept.get("asked_more")
        and sum(map(str.isalnum, words)) < _ENOUGH_LETTERS
    ):
        return Turn((Outgoing(texts.tell_more()),), state="feedback.what", keep={**kept, "asked_more": True})
    voice = any(item.kind == "voice" for item in said.media)
    return go_on(ctx, kept, texts.voice() if voice else "")


@step("feedback.category")
def category(ctx: Context, said: Incoming) -> Turn:
    kept = draft.hear(ctx, said)
    if turn := _told_elsewhere(ctx, kept, said):
        return turn
    if said.choice == "all":
        kept["all_categories"] = True
    elif said.choice.isdecimal():
        kept["category"] = int(said.choice)
    elif said.text:
        found = _suggested(ctx, said.text)
        kept |= {"hint": said.text, "all_categories": None} if found else {"all_categories": True}
        return go_on(ctx, kept, "" if found else common.not_a_choice())
    return go_on(ctx, kept)


@step("feedback.where")
def where(ctx: Context, said: Incoming) -> Turn:
    kept = draft.hear(ctx, said)
    if turn := _told_elsewhere(ctx, kept, said):
        return turn
    if said.text and fold(said.text) not in _SKIPS:
        kept |= {"place": said.text[:_MAX_PLACE], "place_known": True}
    elif said.choice == "skip" or said.text:
        kept["place_known"] = True
    elif not said.location:
        skip = (Choice("skip", texts.choice_skip()),)
        return Turn((Outgoing(texts.where_again(), skip, ask="location"),), state="feedback.where", keep=kept)
    return go_on(ctx, kept)


@step("feedback.photos")
def photos(ctx: Context, said: Incoming) -> Turn:
    kept = draft.hear(ctx, said)
    if said.choice == "done" or fold(said.text).strip(" .!") in _DONE:
        kept["files_known"] = True
        return go_on(ctx, kept)
    if said.text:
        draft.add_words(kept, said.text)
        return go_on(ctx, kept, texts.noted())
    return go_on(ctx, kept)


@step("feedback.consent")
def consent(ctx: Context, said: Incoming) -> Turn:
    kept = draft.hear(ctx, said)
    if turn := _told_elsewhere(ctx, kept, said):
        return turn
    answer = said.choice or {"yes": "yes", "no": "no"}.get(_yes_or_no(said.text), "")
    if answer == "no":
        draft.forget(ctx, kept)
        refused = texts.consent_refused(ctx.tenant.unit, ctx.profile.hotline, ctx.profile.address)
        return Turn((Outgoing(refused),))
    if answer not in ("yes", "anonymous"):
        return go_on(ctx, kept, common.not_a_choice())
    kept["agreed"] = "anonymous" if answer == "anonymous" else "named"
    ctx.citizen.consent_version, ctx.citizen.consent_at = ctx.profile.consent_version, ctx.now
    return go_on(ctx, kept)


@step("feedback.phone")
def phone(ctx: Context, said: Incoming) -> Turn:
    kept = draft.hear(ctx, said)
    if turn := _told_elsewhere(ctx, kept, said):
        return turn
    number = read_phone(said.phone or said.text)
    if number:
        kept["phone"] = number
    elif said.choice == "skip" or fold(said.text) in _SKIPS:
        kept["contact_known"] = True
    else:
        skip = (Choice("skip", texts.choice_skip()),)
        return Turn((Outgoing(texts.bad_phone(), skip, ask="contact"),), state="feedback.phone", keep=kept)
    return go_on(ctx, kept)


@step("feedback.name")
def name(ctx: Context, said: Incoming) -> Turn:
    kept = draft.hear(ctx, said)
    if turn := _told_elsewhere(ctx, kept, said):
        return turn
    if said.text and fold(said.text) not in _SKIPS:
        kept["name"] = " ".join(said.text.split())[:_MAX_NAME]
    kept["contact_known"] = bool(said.text or said.choice)
    return go_on(ctx, kept)


@step("feedback.check")
def check(ctx: Context, said: Incoming) -> Turn:
    kept = draft.hear(ctx, said)
    match said.choice or ("send" if fold(said.text).strip(" .!") in _YES else ""):
        case "send":
            return _send(ctx, kept)
        case "what":
            kept |= {"what": None, "kind_known": None, "category": None, "hint": None}
            return Turn((Outgoing(texts.ask_what()),), state="feedback.what", keep=kept)
        case "where":
            kept |= {"place": None, "lat": None, "lon": None, "place_known": None}
        case "photos":
            kept["files_known"] = None
        case "no-contact":
            kept |= {"agreed": "anonymous", "phone": None, "name": None}
        case "drop":
            draft.forget(ctx, kept)
            return Turn((Outgoing(texts.dropped()),))
        case _ if said.text:
            draft.add_words(kept, said.text)
            return go_on(ctx, kept, texts.noted())
    return go_on(ctx, kept)


def _send(ctx: Context, kept: Draft) -> Turn:
    act = acting(ctx)
    named = kept.get("agreed") == "named"
    person = ctx.citizen
    if named:
        person.phone, person.name = kept.get("phone") or person.phone, kept.get("name") or person.name
    report = Report(
        description=kept.get("what") or texts.voice_words(),
        category_id=int(kept["category"]),
        place=kept.get("place") or "",
        location=draft.location(kept),
        files=draft.files(kept),
        anonymous=not named,
        name=person.name if named else "",
        phone=person.phone if named else "",
    )
    case, promise = open_case(act, report)
    kind = notes.category(act, case)
    later = promise.first_day_on if promise.reason_off else None
    text = texts.receipt(
        unit=ctx.tenant.unit,
        case_code=case.code,
        category=kind.name,
        place=case.place,
        files=draft.n_pictures(kept),
        department=notes.department_shown(act, case),
        due_on=case.due_on,
        due_at=act.local(case.due_at) if notes.counts_hours(kind) else None,
        first_day_on=later,
        reason=promise.reason_off,
        restricted=case.restricted,
        anonymous=case.anonymous,
        voice=draft.has_voice(kept),
    )
    return Turn((Outgoing(text),), case_id=case.id, important=True)


def ask_kind(ctx: Context, kept: Draft) -> Turn:
    """Which of the law's kinds is it? Nothing is decided from the words alone.

    What may be an accusation is remembered by its place only, so that it is blanked when nobody answers.
    """
    mark = undecided(int(kept.get("since") or draft.inbox_id(ctx)), ctx.now)
    choices = (
        Choice("report", texts.kind_report(ctx.tenant.unit)),
        Choice("complaint", texts.kind_complaint()),
        Choice("denunciation", texts.kind_denunciation()),
    )
    return Turn((Outgoing(texts.ask_kind(), choices=choices),), state="feedback.kind", keep=kept, remember=mark)


def _ask_category(ctx: Context, kept: Draft) -> Outgoing:
    shown = [] if kept.get("all_categories") else _suggested(ctx, str(kept.get("hint") or kept.get("what") or ""))
    everything = [row for row in communes.categories(ctx.session, ctx.tenant.id) if row.key != EMERGENCY_CATEGORY]
    choices = [Choice(str(row.id), row.name) for row in shown or everything]
    if shown and len(shown) < len(everything):
        choices.append(Choice("all", texts.choice_other_category()))
    return Outgoing(texts.ask_category(), choices=tuple(choices))


def _suggested(ctx: Context, words: str) -> list[Category]:
    rows = [row for row in communes.categories(ctx.session, ctx.tenant.id) if row.key != EMERGENCY_CATEGORY]
    found = suggest_category(words, [CategoryHint(row.key, row.words) for row in rows])
    by_key = {row.key: row for row in rows}
    likely = [by_key[key] for key in found if key in by_key]
    if screen(words).restricted:
        likely = [row for row in rows if row.restricted] + [row for row in likely if not row.restricted]
    return likely[:_SUGGESTIONS]


def _ask_photos(kept: Draft) -> Outgoing:
    n = draft.n_pictures(kept)
    text = texts.photos_so_far(n) if n else texts.ask_photos()
    return Outgoing(text, choices=(Choice("done", texts.choice_photos_done()),))


def _ask_consent(ctx: Context) -> Outgoing:
    keep_until = ctx.today + timedelta(days=ctx.profile.keep_case_days)
    choices = (
        Choice("yes", texts.consent_yes()),
        Choice("anonymous", texts.consent_anonymous()),
        Choice("no", texts.consent_no()),
    )
    return Outgoing(texts.consent(ctx.tenant.unit, keep_until), choices=choices)


def _read_back(ctx: Context, kept: Draft) -> Outgoing:
    named = kept.get("agreed") == "named"
    person = ctx.citizen
    reach = (kept.get("name") or person.name, kept.get("phone") or person.phone) if named else ()
    contact = ", ".join(part for part in reach if part)
    kind = cases.category(ctx.session, ctx.tenant.id, int(kept["category"]))
    text = texts.readback(
        what=kept.get("what") or texts.voice_words(),
        category=kind.name,
        where=kept.get("place") or (texts.shared_place() if draft.location(kept) else ""),
        files=draft.n_pictures(kept),
        contact=contact,
    )
    choices = [
        Choice("send", texts.choice_send()),
        Choice("what", texts.choice_change_what()),
        Choice("where", texts.choice_change_where()),
        Choice("photos", texts.choice_more_photos()),
        Choice("drop", common.cancel_choice()),
    ]
    if contact:
        choices.append(Choice("no-contact", texts.choice_no_contact()))
    return Outgoing(text, choices=tuple(choices))


def _yes_or_no(text: str) -> str:
    folded = fold(text).strip(" .!")
    return "yes" if folded in _YES else "no" if folded in {"khong", "ko", "k", "no"} else ""
