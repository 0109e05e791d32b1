"""Sentences for those who read no Vietnamese: the way into English, and who speaks which language."""

from __future__ import annotations

from domain.profile import Person
from domain.texts.base import capital, say
from domain.texts.directory import duty


def foreigner(unit_name: str, hotline: str) -> str:
    """The line for a message in English; English in every language."""
    if hotline:
        return say("directory-foreigner", unit_name=unit_name, hotline=hotline)
    return say("directory-foreigner-no-hotline", unit_name=unit_name)


def english() -> str:
    """The name of the language, on a button."""
    return say("directory-english")


def vietnamese() -> str:
    return say("directory-vietnamese")


def english_menu(unit_name: str) -> str:
    return say("directory-english-menu", unit_name=unit_name)


def english_not_understood() -> str:
    return say("directory-english-not-understood")


def english_about(unit_name: str, unit: str) -> str:
    return say("directory-english-about", unit_name=unit_name, Unit=capital(unit))


def english_choice(name: str) -> str:
    """`name`: about, urgent, speak, residence, marriage, birth."""
    return say(_ENGLISH_CHOICES[name])


_ENGLISH_CHOICES = {
    "about": "directory-english-choice-about",
    "urgent": "directory-english-choice-urgent",
    "speak": "directory-english-choice-speak",
    "residence": "directory-english-choice-residence",
    "marriage": "directory-english-choice-marriage",
    "birth": "directory-english-choice-birth",
}


def urgent(numbers: str, duty_phone: str) -> str:
    """`numbers`: the commune's own confirmed lines; "" = the national ones."""
    lines = [say("directory-urgent"), numbers or say("emergency-numbers")]
    return "\n".join([*lines, duty(duty_phone)] if duty_phone else lines)


def speakers_head() -> str:
    return say("directory-speakers")


def speakers_none(language: str = "") -> str:
    """`language`: a code; "" = any besides Vietnamese."""
    if language:
        return say("directory-speakers-none-of", language=say(_LANGUAGES[language]))
    return say("directory-speakers-none")


def speaker(who: Person) -> str:
    spoken = ", ".join(say(_LANGUAGES[code]) for code in who.languages)
    return say("directory-speaker", languages=capital(spoken), person=speaker_at(who))


def speaker_at(who: Person) -> str:
    """Name, title and phone, as far as they were entered."""
    phone = say("directory-phone", phone=who.phone) if who.phone else ""
    return ", ".join(part for part in (who.name, who.title, phone) if part)


def speakers_ask() -> str:
    return say("directory-speakers-ask")


def back_to_vietnamese() -> str:
    return say("directory-back-to-vietnamese")


_LANGUAGES = {
    "en": "directory-language-en",
    "fr": "directory-language-fr",
    "zh": "directory-language-zh",
    "ja": "directory-language-ja",
    "ko": "directory-language-ko",
    "km": "directory-language-km",
    "lo": "directory-language-lo",
    "th": "directory-language-th",
    "tai": "directory-language-tai",
    "tyz": "directory-language-tyz",
    "nut": "directory-language-nut",
    "hmn": "directory-language-hmn",
    "mtq": "directory-language-mtq",
    "ium": "directory-language-ium",
    "rad": "directory-language-rad",
    "jra": "directory-language-jra",
    "bdq": "directory-language-bdq",
    "cjm": "directory-language-cjm",
    "hre": "directory-language-hre",
    "kpm": "directory-language-kpm",
}
