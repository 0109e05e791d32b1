"""What a citizen asks about the commune itself: address, hours, numbers, who heads what, receptions, days off.

A question is ours at once only when every word of it is explained: the words that ask, an office, a time, and small
words. One word more ("khai sinh", "căn cước") names a matter of its own, and the question belongs to the procedures.
Only where no procedure answers it are a few words let pass that nothing explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from domain import directory_words as words
from domain.fold import exact, fold, has_accents
from domain.profile import Person, Profile
from domain.spoken_time import WEEKEND, Spoken, hear

TOPICS = ("contacts", "duty", "address", "hours", "desk_days", "holidays", "phone", "who", "reception", "old_place",
          "merged", "neighbour", "speak", "website", "social", "email", "bank")  # fmt: skip
_LONGEST = 30  # words; a longer text tells a story
_LENIENT = 0.35  # so much of a question may stay unexplained where nothing else answers it
_NOT_SMALL = frozenset({"chợ", "chó", "chùa"})  # typed so, they are no small words: a market has hours of its own
_LEADS = re.compile(r"(?:pho |chu tich|bi thu|giam doc|truong |chanh |chi huy truong)")
_OFFICES = (words.DEPARTMENT, words.OFFICE, words.HERE)


@dataclass(frozen=True)
class Asked:
    """One question about the commune. Words in it are folded, but a place or a commune that is known keeps its name."""

    topic: str  # of TOPICS
    about: str = ""  # whose number, which office, place or holiday
    time: Spoken = field(default_factory=Spoken)
    remind: bool = False


def asked(
    text: str, profile: Profile, own: str = "", departments: Iterable[str] = (), *, lenient: bool = False
) -> Asked | None:
    """What is asked about the commune, or None: no such question, or it names a procedure. Accents are optional.

    `own` is the commune's name and `departments` the names of its offices, so that "xã Hòa An" is here and no
    neighbour. `lenient`: nothing else answers the question, so where it names the commune some words may stay
    unexplained.
    """
    typed, time = _normal(text)
    count = len(typed.split())
    spelled = set(exact(text).split())
    far = "xa" in spelled and "xã" not in spelled and has_accents(text)  # "đi làm xa" names no commune
    if not typed or count > _LONGEST or far or _NOT_SMALL & spelled:
        return None
    known = _names(tuple(sorted({*departments, *(person.title for person in profile.people)})))
    said = _Said(_here(typed, own), time, "sổ" in spelled)
    if lenient:
        if not said.names(*_OFFICES, known):
            return None
        said = replace(said, slack=max(1, int(count * _LENIENT)))
    return (
        _speak(said)
        or _old_place(said, profile)
        or _merged(said)
        or _neighbour(said, profile)
        or _reception(said)
        or _page_or_account(said)
        or _phone(said, known)
        or _who(said, profile, known)
        or _holidays(said)
        or _desk_days(said)
        or _hours(said, known)
        or _address(said, known)
    )


def subject(about: str) -> str:
    """Whose number or name is asked for, without the words that every office shares; "" for the commune as a whole."""
    rest = re.sub(
        r"(?<!\S)(?:phong ban|xa|phuong|dac khu|uy ban|nhan dan|minh|ta|can bo|cac|so|truc|bo phan|ngoai|tren|ben|moi)"
        r"(?!\S)", " ", about,
    )  # fmt: skip
    return "" if rest.split() == ["phong"] else " ".join(rest.split())


def is_field(about: str) -> bool:
    """Only a field of work ("chứng thực"), no title and no office."""
    return bool(words.FIELD.fullmatch(subject(about)))


def language_of(name: str) -> str:
    """The code of a language by its folded name; "" for one that is in no list."""
    return words.LANGUAGE_CODES.get(name, "")


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


@dataclass(frozen=True)
class _Said:
    """A question: folded words, short forms written out, every time a mark."""

    words: str
    time: Spoken
    of_books: bool  # "sổ" was typed with its accent: a book, no number
    slack: int = 0  # so many words may stay unexplained

    def names(self, *patterns: re.Pattern[str]) -> bool:
        return any(pattern.search(self.words) for pattern in patterns)

    def is_only(self, *patterns: re.Pattern[str]) -> bool:
        """These patterns, small words and times explain all of it."""
        return len(_left(self.words, *patterns, words.SMALL, _TIMES).split()) <= self.slack


def _speak(said: _Said) -> Asked | None:
    """Who speaks which language; `about` is its name as said, "" for any."""
    found = words.SPEAK.search(said.words)
    none = said.names(words.NO_VIETNAMESE)
    more = (words.SPEAK, words.SPEAK_MORE, words.NO_VIETNAMESE, words.ROLE, *_OFFICES)
    if not (none or (found and said.names(words.SPEAK_MORE))) or not said.is_only(*more):
        return None
    return Asked("speak", found["language"] if found else "")


def _old_place(said: _Said, profile: Profile) -> Asked | None:
    for old in profile.old_names:
        for name in (fold(old), " ".join(fold(old).split()[-2:])):
            rest, found = _whole(name).subn(" ", said.words)
            rest_said = replace(said, words=rest)
            if found and rest_said.names(words.OLD) and rest_said.is_only(words.OLD, words.OLD_MORE, words.HERE):
                return Asked("old_place", old)
    match = words.OLD_PLACE.search(said.words)
    if match and said.names(words.OLD_ASKS) and _left(match["name"], words.SMALL):
        rest_said = replace(said, words=said.words.replace(match["name"], " ", 1))
        if rest_said.is_only(words.OLD, words.OLD_UNIT, words.HERE):
            return Asked("old_place", match["name"])
    return None


def _merged(said: _Said) -> Asked | None:
    """Which old communes this one was made of."""
    ours = said.names(words.MERGED_FROM) and said.names(words.HERE)
    return Asked("merged") if ours and said.is_only(words.MERGED_FROM, words.MERGED_MORE, words.HERE) else None


def _neighbour(said: _Said, profile: Profile) -> Asked | None:
    more = (words.STRONG_PHONE, words.PHONE, words.ADDRESS, words.ADDRESS_MORE)
    for neighbour in profile.neighbours:
        rest, found = _whole(fold(neighbour.name)).subn(" ", said.words)
        asks = said.names(words.STRONG_PHONE, words.ADDRESS, words.NUMBER_OF)
        if found and asks and replace(said, words=rest).is_only(*more, *_OFFICES):
            return Asked("neighbour", neighbour.name)
    if not said.names(words.STRONG_PHONE, words.ADDRESS):
        return None
    rest = _left(said.words, words.STRONG_PHONE, words.ADDRESS, words.OUTSIDE)
    match = words.ELSEWHERE.fullmatch(re.sub(r"^(?:cho|xin|em|toi|minh|hoi|cua|la|so| )+", "", rest))
    explained = (*more, words.FIELD, words.ROLE, *_OFFICES, words.SMALL, _TIMES)
    if match and not said.slack and _left(match["name"], *explained):
        return Asked("neighbour", match["name"])
    return None


def _reception(said: _Said) -> Asked | None:
    remind = said.names(words.REMIND)
    if remind and words.REMIND_ALONE.fullmatch(said.words):
        return Asked("reception", remind=True)
    more = (words.RECEPTION, words.RECEPTION_MORE, words.ROLE, *_OFFICES)
    if not said.names(words.RECEPTION) or not said.is_only(*more):
        return None
    host = words.ROLE.search(said.words)
    return Asked("reception", host[0] if host else "", said.time, remind)


def _page_or_account(said: _Said) -> Asked | None:
    topics = (
        ("website", words.WEBSITE, words.NEVER),
        ("social", words.SOCIAL, words.NEVER),
        ("email", words.EMAIL, words.EMAIL_MORE),
        ("bank", words.BANK, words.BANK_MORE),
    )
    for topic, trigger, more in topics:
        ours = topic != "social" or said.names(*_OFFICES)
        if ours and said.names(trigger) and said.is_only(trigger, more, *_OFFICES):
            return Asked(topic)
    return None


def _phone(said: _Said, known: re.Pattern[str]) -> Asked | None:
    short = said.names(words.NUMBER_OF) and not said.of_books
    whose = (known, words.OUTSIDE, words.ROLE, words.FIELD, *_OFFICES)
    if not (short or said.names(words.STRONG_PHONE)) or not said.is_only(words.STRONG_PHONE, *whose, words.PHONE):
        return None
    about = " ".join(_kept(words.STRONG_PHONE.sub(_but_whose, said.words), whose))
    if subject(about):
        return Asked("phone", about)
    return Asked("duty" if said.names(words.DUTY) else "contacts")


def _but_whose(match: re.Match[str]) -> str:
    """ "gọi công an" asks for a number and names whose."""
    return " cong an " if match[0].endswith("cong an") else " "


def _who(said: _Said, profile: Profile, known: re.Pattern[str]) -> Asked | None:
    handles = _names(tuple(word for person in profile.people for word in person.handles))
    whose = (known, handles, words.ROLE, words.FIELD, *_OFFICES)
    if said.names(words.WHICH_ROOM):
        return None
    asks, everybody = said.names(words.WHO), "danh sach can bo" in said.words
    of_something = everybody or "mot cua" in said.words or said.names(handles, words.FIELD, words.DEPARTMENT)
    if not (said.names(words.ROLE, known) or (asks and of_something)):
        return None
    if not said.is_only(*whose, words.WHO, words.WHO_MORE):
        return None
    if not asks and _left(said.words, words.ROLE, known, words.HERE, words.OFFICE, words.DEPARTMENT):
        return None  # the title alone asks who it is; with other words it may ask anything
    if not asks and not said.names(words.ROLE):
        return None
    about = " ".join(_kept(words.WHO.sub(" ", said.words), whose))
    if everybody and not subject(about):
        about = "lanh dao"
    return Asked("who", about) if subject(about) else None


def _holidays(said: _Said) -> Asked | None:
    time, long = said.time, said.names(words.HOW_LONG)
    if not (time.holiday or said.names(words.HOLIDAY) or ("/" in time.day and long)):
        return None
    if not said.names(words.HOLIDAY, words.OFF_OR_ON) or not said.is_only(words.HOLIDAY, words.HOLIDAY_MORE, *_OFFICES):
        return None
    one_day = time.day not in ("", WEEKEND) and not time.holiday and not long
    return Asked("hours", "", time) if one_day else Asked("holidays", time.holiday, time)


def _desk_days(said: _Said) -> Asked | None:
    """What is special at the desk on some weekdays: "ngày không viết"."""
    ours = said.names(words.DESK_DAY) and said.is_only(words.DESK_DAY, words.DESK_DAY_MORE, *_OFFICES)
    return Asked("desk_days") if ours else None


def _hours(said: _Said, known: re.Pattern[str]) -> Asked | None:
    when = said.time.named or said.names(words.SOME_TIME)
    open_then = when and said.names(words.OPEN) and said.names(words.ASKS)
    at_least = open_then or said.names(words.HOURS)
    if not at_least and (said.slack or not (_asks_open(said) or _asks_days(said))):
        return None
    if not said.is_only(words.HOURS, words.OPEN, words.HOURS_MORE, known, *_OFFICES):
        return None
    return Asked("hours", subject(" ".join(_kept(said.words, (known, words.DEPARTMENT)))), said.time)


def _asks_open(said: _Said) -> bool:
    """ "có làm việc không", "xã còn mở không", "còn làm không": open or not, with no time named."""
    return said.names(words.STILL_WORKING) or (said.names(*_OFFICES) and said.names(words.STILL_OPEN))


def _asks_days(said: _Said) -> bool:
    """ "một cửa làm những ngày nào", "bao giờ xã làm việc lại": which days, or from when on again."""
    if said.names(words.OPENS_AGAIN):
        return True
    return said.names(*_OFFICES) and said.names(words.OPENS) and said.names(words.WHICH_DAYS)


def _address(said: _Said, known: re.Pattern[str]) -> Asked | None:
    place = said.names(known, *_OFFICES) or "dia chi" in said.words
    if not place or not said.names(words.ADDRESS, words.MOVED):
        return None
    if not said.is_only(known, *_OFFICES, words.ADDRESS, words.ADDRESS_MORE):
        return None
    return Asked("address", subject(" ".join(_kept(said.words, (known, words.DEPARTMENT)))))


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
    return " ".join(part for part, explained in _parts(said, patterns) if not explained)


def _kept(said: str, patterns: Sequence[re.Pattern[str]]) -> list[str]:
    """The phrases of these patterns in the order they were said."""
    return [part for part, explained in _parts(said, patterns) if explained]


def _parts(said: str, patterns: Sequence[re.Pattern[str]]) -> Iterator[tuple[str, bool]]:
    """From left to right, the longest phrase first: what the patterns explain, and each word that they do not."""
    said = " ".join(said.split())
    at = 0
    while at < len(said):
        end = max((match.end() for pattern in patterns if (match := pattern.match(said, at))), default=0)
        explained = end > at
        if not explained:
            end = said.find(" ", at) % (len(said) + 1)
        yield said[at:end], explained
        at = end + 1


@lru_cache(maxsize=64)
def _names(names: tuple[str, ...]) -> re.Pattern[str]:
    phrases = sorted({re.escape(_bare(name)) for name in names} - {""}, key=len, reverse=True)
    return re.compile(r"(?<!\S)(?:" + "|".join(phrases) + r")(?!\S)") if phrases else words.NEVER


def _whole(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S){re.escape(phrase)}(?!\S)")


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(text)))
