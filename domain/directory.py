"""What a citizen asks about the commune itself: address, hours, numbers, who heads what, receptions, days off.

A question is ours only when every word of it is explained: the words that ask, an office, a time, and small words. One
word more ("khai sinh", "căn cước") names a matter of its own, and the question belongs to the procedures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain import directory_words as words
from domain.fold import exact, fold
from domain.profile import Person, Profile
from domain.spoken_time import Spoken, hear

TOPICS = ("contacts", "address", "hours", "holidays", "phone", "who", "reception", "old_place", "neighbour", "website",
          "email", "bank")  # fmt: skip
_LONGEST = 30  # words; a longer text tells a story
_LEADS = re.compile(r"(?:pho |chu tich|bi thu|giam doc|truong |chanh |chi huy truong)")
_OFFICES = (words.DEPARTMENT, words.OFFICE, words.HERE)


@dataclass(frozen=True)
class Asked:
    """One question about the commune. Words in it are folded, but a place or a commune that is known keeps its name."""

    topic: str  # of TOPICS
    about: str = ""  # whose number, which office, place or holiday
    time: Spoken = field(default_factory=Spoken)
    remind: bool = False


def asked(text: str, profile: Profile, own: str = "", departments: Iterable[str] = ()) -> Asked | None:
    """What is asked about the commune, or None: no such question, or it names a procedure. Accents are optional.

    `own` is the commune's name and `departments` the names of its offices, so that "xã Hòa An" is here and no
    neighbour.
    """
    said, time = _normal(text)
    if not said or len(said.split()) > _LONGEST:
        return None
    said = _here(said, own)
    known = _names((*departments, *(person.title for person in profile.people)))
    return (
        _old_place(said, profile)
        or _neighbour(said, profile)
        or _reception(said, time)
        or _page_or_account(said)
        or _phone(said, text, known)
        or _who(said, profile, known)
        or _holidays(said, time)
        or _hours(said, time, known)
        or _address(said, known)
    )


def subject(about: str) -> str:
    """Whose number or name is asked for, without the words that every office shares; "" for the commune as a whole."""
    rest = re.sub(
        r"(?<!\S)(?:phong ban|xa|phuong|dac khu|uy ban|nhan dan|minh|ta|can bo|cac|so|truc|bo phan)(?!\S)", " ", about
    )
    return " ".join(rest.split())


def offices_for(about: str, names: Mapping[int, str], work: Mapping[int, Sequence[str]]) -> list[int]:
    """Ids of the offices meant: by name, else by what they handle (`work`: names and words of it)."""
    wanted = subject(about)
    if not wanted:
        return []
    plain = re.sub(r"^(?:truong|pho|giam doc|chanh) ", "", wanted)
    named = [id for id, name in names.items() if set(plain.split()) <= set(_bare(name).split())]
    if named:
        return named
    whole = _whole(plain)
    return [id for id, said in work.items() if any(whole.search(_bare(word)) for word in said)]


def people_for(about: str, people: Iterable[Person]) -> list[Person]:
    """Who is meant: all who lead something for "lãnh đạo", else whose title begins so, else who handles it."""
    wanted = subject(about)
    people = [person for person in people if person.name or person.phone]
    if not wanted or wanted in ("lanh dao", "thu truong", "nguoi dung dau"):
        return [person for person in people if _LEADS.match(_bare(person.title))]
    first, rest = wanted.split()[0], set(wanted.split())
    titled = [person for person in people if (title := _bare(person.title).split())[0] == first and rest <= set(title)]
    whole = _whole(wanted)
    return titled or [person for person in people if any(whole.search(_bare(word)) for word in person.handles)]


def _old_place(said: str, profile: Profile) -> Asked | None:
    for old in profile.old_names:
        for name in (fold(old), " ".join(fold(old).split()[-2:])):
            rest, found = _whole(name).subn(" ", said)
            if found and words.OLD.search(rest) and not _left(rest, words.OLD, words.HERE, words.SMALL, _TIMES):
                return Asked("old_place", old)
    match = words.OLD_PLACE.search(said)
    if match and words.OLD_ASKS.search(said) and _left(match["name"], words.SMALL):
        rest = said.replace(match["name"], " ", 1)
        if not _left(rest, words.OLD, words.OLD_UNIT, words.HERE, words.SMALL, _TIMES):
            return Asked("old_place", match["name"])
    return None


def _neighbour(said: str, profile: Profile) -> Asked | None:
    for neighbour in profile.neighbours:
        rest, found = _whole(fold(neighbour.name)).subn(" ", said)
        asks = words.STRONG_PHONE.search(rest) or words.ADDRESS.search(rest) or words.NUMBER_OF.search(rest)
        more = (words.STRONG_PHONE, words.PHONE, words.ADDRESS, words.ADDRESS_MORE)
        if found and asks and not _left(rest, *more, *_OFFICES, words.SMALL):
            return Asked("neighbour", neighbour.name)
    if not (words.STRONG_PHONE.search(said) or words.ADDRESS.search(said)):
        return None
    rest = _left(said, words.STRONG_PHONE, words.ADDRESS, words.OUTSIDE)
    match = words.ELSEWHERE.fullmatch(re.sub(r"^(?:cho|xin|em|toi|minh|hoi|cua|la|so| )+", "", rest))
    if match and _left(match["name"], words.PHONE, words.FIELD, words.ROLE, *_OFFICES, words.SMALL):
        return Asked("neighbour", match["name"])
    return None


def _reception(said: str, time: Spoken) -> Asked | None:
    remind = bool(words.REMIND.search(said))
    if remind and words.REMIND_ALONE.fullmatch(said):
        return Asked("reception", remind=True)
    if not words.RECEPTION.search(said):
        return None
    if _left(said, words.RECEPTION, words.RECEPTION_MORE, words.ROLE, *_OFFICES, words.SMALL, _TIMES):
        return None
    host = words.ROLE.search(said)
    return Asked("reception", host[0] if host else "", time, remind)


def _page_or_account(said: str) -> Asked | None:
    topics = (
        ("website", words.WEBSITE, words.NEVER),
        ("email", words.EMAIL, words.NEVER),
        ("bank", words.BANK, words.BANK_MORE),
    )
    for topic, trigger, more in topics:
        if trigger.search(said) and not _left(said, trigger, more, *_OFFICES, words.SMALL):
            return Asked(topic)
    return None


def _phone(said: str, text: str, known: re.Pattern[str]) -> Asked | None:
    short = words.NUMBER_OF.search(said) and "sổ" not in exact(text).split()
    if not (short or words.STRONG_PHONE.search(said)):
        return None
    whose = (known, words.OUTSIDE, words.ROLE, words.FIELD, *_OFFICES)
    if _left(said, words.STRONG_PHONE, *whose, words.PHONE, words.SMALL, _TIMES):
        return None
    about = " ".join(_kept(words.STRONG_PHONE.sub(" ", said), whose))
    return Asked("phone", about) if subject(about) else Asked("contacts")


def _who(said: str, profile: Profile, known: re.Pattern[str]) -> Asked | None:
    handles = _names(word for person in profile.people for word in person.handles)
    whose = (known, handles, words.ROLE, words.FIELD, *_OFFICES)
    asks = words.WHO.search(said)
    role = words.ROLE.search(said) or known.search(said)
    if not (role or (asks and (handles.search(said) or words.FIELD.search(said) or words.DEPARTMENT.search(said)))):
        return None
    if _left(said, *whose, words.WHO, words.WHO_MORE, words.SMALL, _TIMES):
        return None
    if not asks and _left(said, words.ROLE, known, words.HERE, words.OFFICE, words.DEPARTMENT):
        return None  # the title alone asks who it is; with other words it may ask anything
    if not asks and not words.ROLE.search(said):
        return None
    about = " ".join(_kept(words.WHO.sub(" ", said), whose))
    return Asked("who", about) if subject(about) else None


def _holidays(said: str, time: Spoken) -> Asked | None:
    long = re.search(r"(?<!\S)(?:may (?:ngay|hom)|(?:tu|den) ngay nao|bao lau)(?!\S)", said)
    if not (time.holiday or words.HOLIDAY.search(said) or ("/" in time.day and long)):
        return None
    rest = _left(said, words.HOLIDAY, words.HOLIDAY_MORE, *_OFFICES, words.SMALL, _TIMES)
    asks = words.HOLIDAY.search(said) or re.search(r"(?<!\S)(?:nghi|lam|mo cua|dong cua|truc|nhan ho so)(?!\S)", said)
    return Asked("holidays", time.holiday, time) if asks and not rest else None


def _hours(said: str, time: Spoken, known: re.Pattern[str]) -> Asked | None:
    when = time.named or re.search(r"(?<!\S)(?:may gio|ngay nghi|ngay le)(?!\S)", said)
    open_then = words.OPEN.search(said) and when and words.ASKS.search(said)
    if not (words.HOURS.search(said) or open_then or _asks_open(said)):
        return None
    if _left(said, words.HOURS, words.OPEN, words.HOURS_MORE, known, *_OFFICES, words.SMALL, _TIMES):
        return None
    return Asked("hours", subject(" ".join(_kept(said, (known, words.DEPARTMENT)))), time)


def _asks_open(said: str) -> bool:
    """ "có làm việc không", "xã còn mở không", "còn làm không": open or not, with no time named."""
    if re.search(r"(?<!\S)(?:co |con )?lam viec (?:.* )?(?:khong|chua|nua)$|(?<!\S)con lam khong$", said):
        return True
    here = any(office.search(said) for office in _OFFICES)
    return here and bool(
        re.search(r"(?<!\S)(?:co|con) (?:lam|mo|ai truc|nguoi truc) (?:.* )?(?:khong|chua|nua)$", said)
    )


def _address(said: str, known: re.Pattern[str]) -> Asked | None:
    place = known.search(said) or any(office.search(said) for office in _OFFICES)
    if not words.ADDRESS.search(said) or not (place or "dia chi" in said):
        return None
    if _left(said, known, *_OFFICES, words.ADDRESS, words.ADDRESS_MORE, words.SMALL, _TIMES):
        return None
    return Asked("address", subject(" ".join(_kept(said, (known, words.DEPARTMENT)))))


_TIMES = re.compile(r"(?<!\S)z(?:day|part|hour|holiday)(?!\S)")


def _normal(text: str) -> tuple[str, Spoken]:
    """The folded words with short forms written out and every time as a mark; and the time."""
    said, time = hear(fold(text))
    said = re.sub(r"(?<!\S)1 cua(?!\S)", "mot cua", " ".join(re.findall(r"[^\W_]+", said)))
    said = " ".join(" ".join(words.SHORT.get(word, word) for word in said.split()).split())
    for pattern, meant in words.MEANT:
        said = pattern.sub(meant, said)
    if not time.named:
        said, again = hear(said)  # "hnay" and the like are written out only now
        time = replace(again, hour=again.hour or time.hour)
    return said, time


def _here(said: str, own: str) -> str:
    """The commune's own name as "xã"; without its "xã" only where two words are left, for "phường 5" is no five."""
    full = _bare(own)
    short = " ".join(full.split()[1:])
    said = _whole(full).sub("xa", said) if full else said
    if " " in short:
        said = re.sub(rf"(?<!\S)(?:xa )?{re.escape(short)}(?!\S)", "xa", said)
    return said


def _left(said: str, *patterns: re.Pattern[str]) -> str:
    """The words that no pattern explains."""
    for pattern in patterns:
        said = pattern.sub(" | ", said)  # the bar keeps words apart that were not said together
    return " ".join(said.replace("|", " ").split())


def _kept(said: str, patterns: Sequence[re.Pattern[str]]) -> list[str]:
    """The phrases of these patterns in the order they were said."""
    found: list[tuple[int, str]] = []
    for pattern in patterns:
        for match in pattern.finditer(said):
            found.append((match.start(), match[0]))
            said = said[: match.start()] + " " * len(match[0]) + said[match.end() :]
    return [phrase for _, phrase in sorted(found)]


def _names(names: Iterable[str]) -> re.Pattern[str]:
    phrases = sorted({re.escape(_bare(name)) for name in names} - {""}, key=len, reverse=True)
    return re.compile(r"(?<!\S)(?:" + "|".join(phrases) + r")(?!\S)") if phrases else words.NEVER


def _whole(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S){re.escape(phrase)}(?!\S)")


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(text)))
