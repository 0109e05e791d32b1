"""What a citizen reads while reporting something: the intake, its receipt, what is directed elsewhere, emergencies."""

from __future__ import annotations

from datetime import date, datetime

from domain.profile import WEEKDAYS, Reception
from domain.texts.base import capital, clock, code, day, hour, on, say, weekday
from domain.texts.base import code as show

_SHOWN_CHARS = 240  # of a person's own words in a summary


def ask_what() -> str:
    return say("feedback-ask-what")


def photos_without_words(n: int) -> str:
    return say("feedback-photos-without-words", n=n)


def tell_more() -> str:
    return say("feedback-tell-more")


def voice() -> str:
    return say("feedback-voice")


def looks_like() -> str:
    return say("feedback-looks-like")


def choice_report() -> str:
    return say("feedback-choice-report")


def choice_question() -> str:
    return say("feedback-choice-question")


def angry() -> str:
    return say("feedback-angry")


def ask_kind() -> str:
    return say("feedback-ask-kind")


def kind_report(unit: str) -> str:
    return say("feedback-kind-report", unit=unit)


def kind_complaint() -> str:
    return say("feedback-kind-complaint")


def kind_denunciation() -> str:
    return say("feedback-kind-denunciation")


def complaint_choice_how() -> str:
    return say("feedback-complaint-choice-how")


def complaint_choice_report(unit: str) -> str:
    return say("feedback-complaint-choice-report", unit=unit)


def choice_officer() -> str:
    return say("feedback-choice-officer")


def denunciation_choice_reception() -> str:
    return say("feedback-denunciation-choice-reception")


def denunciation_choice_report() -> str:
    return say("feedback-denunciation-choice-report")


def ask_category() -> str:
    return say("feedback-ask-category")


def choice_other_category() -> str:
    return say("feedback-choice-other-category")


def ask_where() -> str:
    return say("feedback-ask-where")


def choice_skip() -> str:
    return say("feedback-choice-skip")


def where_again() -> str:
    return say("feedback-where-again")


def ask_photos() -> str:
    return say("feedback-ask-photos")


def photos_so_far(n: int) -> str:
    return say("feedback-photos-so-far", n=n)


def choice_photos_done() -> str:
    return say("feedback-choice-photos-done")


def noted() -> str:
    return say("feedback-noted")


def consent_yes() -> str:
    return say("feedback-consent-yes")


def consent_anonymous() -> str:
    return say("feedback-consent-anonymous")


def consent_no() -> str:
    return say("feedback-consent-no")


def ask_phone() -> str:
    return say("feedback-ask-phone")


def bad_phone() -> str:
    return say("feedback-bad-phone")


def ask_name() -> str:
    return say("feedback-ask-name")


def voice_words() -> str:
    return say("feedback-voice-words")


def shared_place() -> str:
    return say("feedback-shared-place")


def choice_send() -> str:
    return say("feedback-choice-send")


def choice_change_what() -> str:
    return say("feedback-choice-change-what")


def choice_change_where() -> str:
    return say("feedback-choice-change-where")


def choice_more_photos() -> str:
    return say("feedback-choice-more-photos")


def choice_no_contact() -> str:
    return say("feedback-choice-no-contact")


def dropped() -> str:
    return say("feedback-dropped")


def restricted_head(unit: str) -> str:
    return say("feedback-restricted-head", unit=unit)


def no_categories(unit: str, hotline: str) -> str:
    return say("feedback-no-categories", Unit=capital(unit), hotline=hotline)


def emergency_not() -> str:
    return say("feedback-emergency-not")


def emergency_question() -> str:
    return say("feedback-emergency-question")


def emergency_passed() -> str:
    return say("feedback-emergency-passed")


def emergency_passed_case() -> str:
    return say("feedback-emergency-passed-case")


def emergency_none() -> str:
    return say("feedback-emergency-none")


def emergency_nobody() -> str:
    return say("feedback-emergency-nobody")


def emergency_place_again() -> str:
    return say("feedback-emergency-place-again")


def emergency_resume() -> str:
    return say("feedback-emergency-resume")


def choice_resume() -> str:
    return say("feedback-choice-resume")


def choice_new() -> str:
    return say("feedback-choice-new")


def put_aside() -> str:
    return say("feedback-put-aside")


def choice_drop_draft() -> str:
    return say("feedback-choice-drop-draft")


def consent(unit: str, keep_until: date) -> str:
    return say("feedback-consent", unit=unit, keep_until=day(keep_until))


def consent_refused(unit: str, hotline: str, address: str) -> str:
    """`hotline` and `address` may be empty."""
    if hotline and address:
        contact = say("feedback-hotline-or-address", hotline=hotline, address=address)
    else:
        contact = hotline or address
    lines = [say("feedback-consent-refused", unit=unit)]
    if contact:
        lines.append(say("feedback-consent-refused-speak", contact=contact))
    return "\n".join(lines)


def readback(*, what: str, category: str, where: str, files: int, contact: str) -> str:
    """The whole report as it will be sent. `contact` "" = without name and phone number."""
    lines = [
        say("feedback-readback"),
        say("feedback-line-what", what=short(what)),
        say("feedback-line-category", category=category),
    ]
    if where:
        lines.append(say("feedback-line-where", where=short(where)))
    if files:
        lines.append(say("feedback-line-photos", n=files))
    lines.append(say("feedback-line-contact", contact=contact) if contact else say("feedback-line-anonymous"))
    return "\n".join(lines)


def receipt(
    *,
    unit: str,
    case_code: str,
    category: str,
    place: str,
    files: int,
    department: str,
    due_on: date,
    due_at: datetime | None = None,
    first_day_on: date | None = None,
    reason: str = "",
    restricted: bool = False,
    anonymous: bool = False,
    voice: bool = False,
) -> str:
    """One per case. `due_at` (on the commune's clock) only for limits in hours; `first_day_on` when it starts later.

    For a `restricted` case `department` is the title of who handles it.
    """
    due = promised(due_on, due_at)
    lines = [say("feedback-received", Unit=capital(unit)), code(case_code)]
    if restricted:
        lines.append(say("feedback-about-restricted", head=department))
    else:
        about = [category, *([short(place, 80)] if place else [])]
        about += [say("feedback-n-photos", n=files)] if files else []
        lines.append(say("feedback-about", about=", ".join(about), department=department))
    if first_day_on and reason:
        lines.append(say("feedback-promise-later", due=due, first_day=on(first_day_on), reason=reason))
    else:
        lines.append(say("feedback-promise", due=due))
    if voice:
        lines.append(say("feedback-voice-kept", due=due))
    lines.append(say("feedback-anonymous-note", unit=unit) if anonymous else say("feedback-follow"))
    return "\n".join(lines)


def promised(due_on: date, due_at: datetime | None = None) -> str:
    """ "thứ Sáu, 27/11/2026", with the hour where the limit is one of hours."""
    return f"{clock(due_at)}, {on(due_at.date())}" if due_at else on(due_on)


def complaint_found(code: str, unit: str) -> str:
    return say("feedback-complaint-found", code=show(code), unit=unit)


def complaint(place: str, reception: str, *, found: str = "") -> str:
    """`found`: what an officer found a case to be, said in place of what the person wants."""
    lines = [found] if found else [say("feedback-complaint-is")]
    lines.append(say("feedback-complaint"))
    lines += [say("feedback-place-to-go", place=place)] if place else []
    lines += [reception] if reception else []
    lines.append(say("feedback-complaint-limit"))
    return "\n".join(lines)


def complaint_how(place: str) -> str:
    lines = [say("feedback-complaint-how")]
    lines += [say("feedback-place-to-go", place=place)] if place else []
    return "\n".join(lines)


def denunciation(unit: str, place: str, place_above: str) -> str:
    lines = [say("feedback-denunciation", unit=unit)]
    lines += [say("feedback-place-to-go", place=place)] if place else []
    lines += [say("feedback-denunciation-above", unit=unit, place=place_above)] if place_above else []
    lines.append(say("feedback-denunciation-safety"))
    return "\n".join(lines)


def next_reception(on_day: date, row: Reception) -> str:
    return say("feedback-next-reception", on=on(on_day), begins=hour(row.begins), host=row.host, place=row.place)


def receptions(unit_name: str, rows: tuple[Reception, ...]) -> str:
    """The week's receptions of citizens."""
    lines = [say("feedback-receptions", unit_name=unit_name)]
    for row in rows:
        name = weekday(date(2024, 1, 1 + WEEKDAYS.index(row.weekday)))  # 1 January 2024 was a Monday
        lines.append(
            say("feedback-reception-line", weekday=capital(name), begins=hour(row.begins), ends=hour(row.ends),
                host=row.host, place=row.place)
        )  # fmt: skip
    return "\n".join(lines)


def short(words: str, chars: int = _SHOWN_CHARS) -> str:
    """The beginning of a person's words on one line."""
    flat = " ".join(words.split())
    return flat if len(flat) <= chars else flat[: chars - 1].rstrip() + "…"
