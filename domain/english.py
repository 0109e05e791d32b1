"""Telling a message in English from Vietnamese typed without accents, and what a foreigner wants from a commune."""

from __future__ import annotations

import re

from domain.fold import clean, fold

_ENOUGH, _SHARE = 2, 0.4  # so many plainly English words, and that part of all words
# Words that are no Vietnamese syllable without its accents: not "the", "to", "do", "me", "an", "hi", "my".
_COMMON = """
what where when which who how why is are was were does did have has you your yours we our they their there this these
those that and but for from with without about of into at by need want would like could should will please help
speak english open opening close closed hours office officer register registration apply application certificate
document documents foreign foreigner foreigners marriage marry married birth born baby temporary residence stay visa
passport someone anyone today tomorrow here know get make find pay cost much many time work thank thanks hello i
phone number numbers address call location urgent
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
        (r"officers?|speak|talk|person|human|someone", "speak"),
    )
)


def looks_english(text: str, enough: int = _ENOUGH) -> bool:
    """No Vietnamese letter or plain Vietnamese word, and `enough` common English words."""
    plain = clean(text)
    if fold(plain) != plain:
        return False
    words = re.findall(r"[a-z']+", plain)
    count = sum(word in _ENGLISH for word in words)
    return count >= enough and count >= _SHARE * len(words) and not _VIETNAMESE & set(words)


def wanted(text: str) -> str:
    """marriage, birth, residence, urgent, hours, address, contacts or speak; "" when none is named."""
    plain = clean(text)
    return next((what for pattern, what in _WANTED if pattern.search(plain)), "")
