"""What a person reads about their own data: what is held, correcting it, taking consent back, erasing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from domain.texts.base import capital, clock, day, moment, on, say
from domain.texts.base import code as show

_CODES_SHOWN = 8


def screen(
    *,
    unit: str,
    name: str,
    phone: str,
    consent_version: str,
    consent_on: date | None,
    questions: int,
    cases: int,
    files: int,
    open_codes: Sequence[str],
    keep_until_on: date | None,
    keep_chat_days: int,
    staff: bool,
) -> str:
    """Everything held about a chat on one screen. `phone` is shown masked: somebody else may hold the device."""
    lines = [say("mydata-held", Unit=capital(unit))]
    lines.append(say("mydata-name", name=name) if name else say("mydata-no-name"))
    lines.append(say("mydata-phone", phone=masked(phone)) if phone else say("mydata-no-phone"))
    if consent_on:
        lines.append(say("mydata-consent", version=consent_version, date=day(consent_on)))
    else:
        lines.append(say("mydata-no-consent"))
    lines.append(say("mydata-counts", questions=questions, cases=cases, files=files))
    lines += [say("mydata-open", codes=_listed(open_codes))] if open_codes else []
    lines.append(say("mydata-keep-chat", days=keep_chat_days))
    lines += [say("mydata-keep-cases", date=day(keep_until_on))] if keep_until_on else []
    lines += [say("mydata-staff")] if staff else []
    return "\n".join(lines)


def masked(phone: str) -> str:
    """ "09xx xxx 678"."""
    return f"{phone[:2]}xx xxx {phone[-3:]}"


def choice_correct() -> str:
    return say("mydata-choice-correct")


def choice_withdraw() -> str:
    return say("mydata-choice-withdraw")


def choice_erase() -> str:
    return say("mydata-choice-erase")


def choice_stop() -> str:
    return say("mydata-choice-stop")


def stopped() -> str:
    return say("mydata-stopped")


def ask_name(name: str) -> str:
    return say("mydata-ask-name", name=name) if name else say("mydata-ask-name-new")


def ask_phone(phone: str) -> str:
    return say("mydata-ask-phone", phone=masked(phone)) if phone else say("mydata-ask-phone-new")


def choice_keep() -> str:
    return say("mydata-choice-keep")


def choice_remove() -> str:
    return say("mydata-choice-remove")


def corrected(name: str, phone: str, cases: int) -> str:
    """`cases`: open ones that carry the new contact."""
    lines = [say("mydata-corrected")]
    lines.append(say("mydata-name", name=name) if name else say("mydata-no-name"))
    lines.append(say("mydata-phone", phone=masked(phone)) if phone else say("mydata-no-phone"))
    lines += [say("mydata-corrected-cases", n=cases)] if cases else []
    return "\n".join(lines)


def ask_withdraw(unit: str, open_codes: Sequence[str]) -> str:
    lines = [say("mydata-ask-withdraw", unit=unit)]
    lines += [say("mydata-ask-withdraw-open", codes=_listed(open_codes))] if open_codes else []
    return "\n".join([*lines, say("mydata-ask-withdraw-later", unit=unit)])


def choice_withdraw_yes() -> str:
    return say("mydata-choice-withdraw-yes")


def choice_withdraw_no() -> str:
    return say("mydata-choice-withdraw-no")


def withdrawn(at: datetime, request_code: str) -> str:
    """`at` on the commune's clock."""
    return "\n".join((say("mydata-withdrawn", time=clock(at), date=on(at.date())), _request(request_code)))


def not_withdrawn() -> str:
    return say("mydata-not-withdrawn")


def ask_erase(
    *, unit: str, kept_codes: Sequence[str], until_on: date | None, open_codes: Sequence[str], digits: str, staff: bool
) -> str:
    """Before anything is erased. `digits` is what the person must type."""
    lines = [say("mydata-ask-erase", Unit=capital(unit))]
    if kept_codes and until_on:
        lines.append(say("mydata-ask-erase-kept", codes=_listed(kept_codes), date=day(until_on)))
    lines.append(say("mydata-ask-erase-final"))
    lines += [say("mydata-ask-erase-open", codes=_listed(open_codes))] if open_codes else []
    lines += [say("mydata-staff")] if staff else []
    return "\n".join([*lines, confirm(digits)])


def confirm(digits: str) -> str:
    return say("mydata-confirm", digits=digits)


def choice_no_erase() -> str:
    return say("mydata-choice-no-erase")


def nothing_erased() -> str:
    return say("mydata-nothing-erased")


def not_confirmed(digits: str) -> str:
    return "\n".join((say("mydata-not-confirmed"), confirm(digits)))


def wrong_digits(digits: str) -> str:
    return "\n".join((say("mydata-wrong-digits"), confirm(digits)))


def too_late() -> str:
    return say("mydata-too-late")


def erased(
    *, at: datetime, kept_codes: Sequence[str], until_on: date | None, files: bool, request_code: str
) -> str:  # fmt: skip
    """After it is done; `at` on the commune's clock. `files`: the disk is cleared a little later."""
    lines = [say("mydata-erased", at=moment(at))]
    if kept_codes and until_on:
        lines.append(say("mydata-erased-kept", codes=_listed(kept_codes), date=day(until_on)))
    lines += [say("mydata-erased-files")] if files else []
    return "\n".join([*lines, _request(request_code)])


def no_chat() -> str:
    return say("mydata-no-chat")


def removed() -> str:
    """What stands in an officer's message instead of a name or number."""
    return say("mydata-removed")


def officer_contact_changed(code: str) -> str:
    return say("mydata-officer-contact-changed", code=show(code))


def officer_no_contact(code: str) -> str:
    return say("mydata-officer-no-contact", code=show(code))


def officer_erased(code: str) -> str:
    return say("mydata-officer-erased", code=show(code))


def officer_question_erased() -> str:
    return say("mydata-officer-question-erased")


def papers_list() -> str:
    return say("mydata-papers-list")


def papers_none() -> str:
    return say("mydata-papers-none")


def photos_of(code: str, n: int) -> str:
    return say("mydata-photos-of", code=show(code), n=n)


def photos_none(code: str) -> str:
    return say("mydata-photos-none", code=show(code))


def choice_photos(code: str) -> str:
    return say("mydata-choice-photos", code=show(code))


def choice_drop(n: int) -> str:
    return say("mydata-choice-drop", n=n)


def ask_drop(code: str) -> str:
    return say("mydata-ask-drop", code=show(code))


def choice_drop_yes() -> str:
    return say("mydata-choice-drop-yes")


def choice_drop_no() -> str:
    return say("mydata-choice-drop-no")


def dropped(code: str) -> str:
    return say("mydata-dropped", code=show(code))


def not_dropped() -> str:
    return say("mydata-not-dropped")


def no_photo() -> str:
    return say("mydata-no-photo")


def paper_dropped(code: str, unit: str, desk: str) -> str:
    """To the person who sent a photo of a personal paper, once the file is gone. Never what was read from it."""
    return "\n".join((say("mydata-paper", code=show(code), unit=unit), say("mydata-paper-where", desk=desk)))


def choice_not_a_paper() -> str:
    return say("mydata-choice-not-a-paper")


def _request(code: str) -> str:
    return say("mydata-request", code=show(code))


def _listed(codes: Sequence[str]) -> str:
    shown = ", ".join(show(code) for code in codes[:_CODES_SHOWN])
    rest = len(codes) - _CODES_SHOWN
    return say("mydata-codes-more", codes=shown, n=rest) if rest > 0 else shown
