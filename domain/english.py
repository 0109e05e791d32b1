"""Telling a message in English from Vietnamese typed without accents, other scripts, and what a foreigner wants."""

from __future__ import annotations

import re

from domain.fold import clean, fold

# Letters that Vietnamese never uses, by the language they most likely write; the name is the language's own.
SCRIPTS = {
    "ja": ("日本語", "\u3040-\u30ff"),
    "ko": ("한국어", "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"),
    "zh": ("中文", "\u3400-\u9fff"),
    "km": ("ខ្មែរ", "\u1780-\u17ff"),
    "lo": ("ລາວ", "\u0e80-\u0eff"),
    "th": ("ไทย", "\u0e00-\u0e7f"),
    "": ("", "\u0370-\u1077\u10a0-\u10ff"),  # Greek, Cyrillic, Hebrew, Arabic, the scripts of India
}
_ENOUGH, _SHARE = 2, 0.4  # so many plainly English words, and that part of all words
# Words that are no Vietnamese syllable without its accents: not "the", "to", "do", "me", "an", "hi", "my".
_COMMON = """
what where when which who how why is are was were does did have has you your yours we our they their there this these
those that and but for from with without about of into at by need want would like could should will please help
speak english open opening close closed hours office officer register registration apply application certificate
document documents foreign foreigner foreigners marriage marry married birth born baby temporary residence stay visa
passport someone anyone today tomorrow here know get make find pay cost much many time work thank thanks hello i
phone number numbers address call location urgent speaks interpreter translator translation
"""
_PLAIN_VIETNAMESE = """
khong ko toi em duoc giay lam gi nao hoi anh chi xin nha oi bao nhieu thu tuc dau cho va voi nhu cua muon ho dang ky ong
ba chau minh biet
"""
_ENGLISH, _VIETNAMESE = frozenset(_COMMON.split()), frozenset(_PLAIN_VIETNAMESE.split())
_WANTED = tuple(
    (re.compile(rf"\b(?:{pattern})\b"), what)
    for pattern, what in (
        (r"marr\w+|wedding", "marriage"),
        (r"births?|born|baby|newborn", "birth"),
        (r"residence|resident|guests?|landlord|staying", "residence"),
        (r"emergency|urgent|police|ambulance|accident", "urgent"),
        (r"open|opening|opens|hours|closed?|closes|closing", "hours"),
        (r"address|located?|location|where (?:are|is) (?:you|the office|your office)", "address"),
        (r"phone|call|hotline|contacts?|numbers?|email|website", "contacts"),
        (r"officers?|speaks?|talk|person|human|someone|interpreter|translat\w+", "speak"),
    )
)


LANGUAGES = {
    "english": "en", "french": "fr", "chinese": "zh", "mandarin": "zh", "japanese": "ja", "korean": "ko",
    "khmer": "km", "cambodian": "km", "lao": "lo", "laotian": "lo", "thai": "th", "hmong": "hmn",
}  # fmt: skip


def language_in(text: str) -> str:
    """The language that is named in English: its code; "" when none is."""
    return next((LANGUAGES[word] for word in re.findall(r"[a-z]+", clean(text)) if word in LANGUAGES), "")


def looks_english(text: str, enough: int = _ENOUGH) -> bool:
    """No Vietnamese letter or plain Vietnamese word, and `enough` common English words."""
    plain = clean(text)
    if fold(plain) != plain:
        return False
    words = re.findall(r"[a-z']+", plain)
    count = sum(word in _ENGLISH or word in LANGUAGES for word in words)
    return count >= enough and count >= _SHARE * len(words) and not _VIETNAMESE & set(words)


def script_of(text: str) -> str | None:
    """The language that another script points to, "" where it is none of SCRIPTS; None for Latin letters."""
    letters = [char for char in text if char.isalpha()]
    for language, (_, chars) in SCRIPTS.items():
        share = len(re.findall(f"[{chars}]", text)) / max(1, len(letters))
        if share >= _SHARE or (language == "ja" and share and script_of(re.sub(f"[{chars}]", "", text)) == "zh"):
            return language
    return None


def wanted(text: str) -> str:
    """marriage, birth, residence, urgent, hours, address, contacts or speak; "" when none is named."""
    plain = clean(text)
    return next((what for pattern, what in _WANTED if pattern.search(plain)), "")
