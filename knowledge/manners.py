"""What is no question by itself: greetings, thanks, corrections, and follow-ups that lean on the last answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.aspect import asked_aspect
from knowledge.normalise import fold

_FILE = Path(__file__).with_name("manners.yaml")
_LONGEST_LEAN = 12  # words; a longer text says what it is about
_ME = r"(toi|minh|em|chau|con|tui|anh|chi|co|chu|bac|ong|ba)"
_NO = r"(khong|ko|k|hong|hok)"
_CORRECTION = re.compile(
    rf"((a|ah|o|e|da|uh) )*({_NO} (phai )?)?((cai do|viec do|the|vay|dau|a) )*"
    rf"(y (cua )?{_ME} ((dinh|muon) )?((hoi|noi) )?(la|ve) |{_ME} (muon )?(hoi|noi) la )"
)
_JUST_NO = re.compile(
    rf"((a|ah|da) )*({_NO}( phai| dung)?|sai roi|nham roi|sai|nham)"
    rf"( (a|roi|y|dau|ma|vay|the|nhe|(cac |may |nhung )?(viec|cai|thu tuc|thu)( (nay|do|kia|tren|{_ME} (can|hoi)))*"
    rf"|y {_ME}|mot cai nao|cai nao)( het| ca)?)*"
)
_PLACE = re.compile(
    r"(?:(?:the|vay|con|xem|cho toi xem|chon) )*(?:cai|so|thu|viec|cau|muc|lua chon|thu tuc)(?: thu| so)? "
    r"(mot|nhat|hai|nhi|ba|bon|tu|1|2|3|4|dau tien|dau|cuoi cung|cuoi)(?: do| kia| a| nhe| di| thi sao| thi the nao)*"
)
_NUMBER = re.compile(r"(?:(?:so|chon|cai|muc|cau|thu|viec) )*\d{1,3}(?: (?:a|ah|nha|nhe|di|do))*")
_TAIL = re.compile(
    r"( (a|vay|the|z|zay|nhi|ta|luon|qua|ban|em|ad|oi|lam|gium|giup|them|chut|xiu|duoc khong|cho (toi|em|minh)))+$"
)
_HOW_MUCH = re.compile(r"\b(bao nhieu|bao nhiu|bi nhieu|nhieu tien|bn|bnhieu)\b")
_PLACES = {"mot": 1, "nhat": 1, "1": 1, "hai": 2, "nhi": 2, "2": 2, "ba": 3, "3": 3, "bon": 4, "tu": 4, "4": 4,
           "dau": 1, "dau tien": 1, "cuoi": -1, "cuoi cung": -1}  # fmt: skip


def small_talk(text: str) -> str:
    """Which of "hello", "thanks", "agreed", "bye" and "puzzled" the text is, when it is nothing more; else ""."""
    if _TAIL.sub("", _words(text)) in _lists()["puzzled"]:
        return "puzzled"
    said = f" {_words(text)} "
    for kind, begins in _lists()["small_talk"].items():
        for begin in begins:
            if f" {begin} " in said and set(said.replace(f" {begin} ", " ", 1).split()) <= _set("fillers"):
                return str(kind)
    return ""


def leans_on(text: str) -> str:
    """The aspect of a follow-up such as "còn phí?"; "" when the text names a matter of its own."""
    words = _words(text)
    rest = _phrases().sub(" ", f" {words} ").split()
    if not words or len(words.split()) > _LONGEST_LEAN or not set(rest) <= _set("leaning_words"):
        return ""
    aspect = asked_aspect(text)
    if aspect == "overview":
        return "fee" if _HOW_MUCH.search(words) else ""
    return aspect


def corrected(text: str) -> str | None:
    """What is really meant in "à không, ý tôi là …" ("" when it is not said yet); None when nothing is corrected."""
    folded = _words(text)
    if _JUST_NO.fullmatch(folded):
        return ""
    match = _CORRECTION.match(folded + " ")
    if not match:
        return None
    spoken = [word for word in text.split() if _words(word)]
    return " ".join(spoken[len(match[0].split()) :])


def number_alone(text: str) -> bool:
    """ "8", "số 12": an answer to a menu and nothing else, whether or not the menu has it."""
    return bool(_NUMBER.fullmatch(_words(text)))


def place_in_list(text: str) -> int:
    """Two for "cái thứ hai", -1 for "cái cuối"; 0 when the text is no such thing."""
    match = _PLACE.fullmatch(_words(text))
    return _PLACES[match[1]] if match else 0


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(text)))


@lru_cache
def _lists() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


@lru_cache
def _set(name: str) -> frozenset[str]:
    return frozenset(_lists()[name].split())


@lru_cache
def _phrases() -> re.Pattern[str]:
    longest_first = sorted(_lists()["leaning_phrases"], key=len, reverse=True)
    return re.compile(r"(?<= )(?:" + "|".join(longest_first) + r")(?= )")
