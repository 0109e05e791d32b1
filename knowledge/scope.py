"""Answer, ask back, or hand off: two small logistic decisions over how the question reads and how well it was met."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache

from knowledge import ranking
from knowledge.normalise import Syllable
from knowledge.phrasings import Beyond
from knowledge.postings import Floats
from knowledge.reading import Asked
from knowledge.wordlists import asking, whole_words

OUTSIDE_KINDS = (
    "fine", "exam", "day", "what", "work", "system", "appointment", "chat", "price", "law", "road", "court", "report",
)  # fmt: skip
OUTSIDE = (
    "bias", "score", "lead", "asked_share", "name_share", "both_shares", "body_share", "said", "said_share", "matched",
    "name_inside", "length", "short", "wants", "papers", "aspect", "alike", "covered", "pooled", "strange",
    "strange_covered", "strange_pooled", "stranger", *OUTSIDE_KINDS, "kinds", "said_only",
)  # fmt: skip
UNCLEAR = (
    "bias", "lead", "near", "name_share", "asked_share", "asks", "asks_alone", "said", "acts", "few_words",
    "no_aspect", "siblings", "about", "few_left", "alike", "covered", "pooled", "pooled_lead", "pooled_near", "rest",
    "said_alone", "far", "said_far", "open", "open_covered", "open_pooled", "opener", "open_agrees", "opener_agrees",
)  # fmt: skip

_AT = {name: at for at, name in enumerate(ranking.FEATURES)}
_SAME_START = 4  # syllables
_NAMED = 1.5  # how much stranger or less clear a question must look where people's own words name a procedure
_PLAIN = 3.0  # score by which that one must lead to be the plain case of what is asked
_ONE = 0.8  # what one phrasing's word is worth, against all of them together


@lru_cache(maxsize=8)
def _sign(name: str) -> re.Pattern[str]:
    """A word list of asking.yaml as one pattern."""
    return re.compile(whole_words(asking()[name]))


@lru_cache(maxsize=1)
def _weights() -> tuple[list[float], float, list[float], float]:
    stored = json.loads(ranking.WEIGHTS.read_text("utf-8"))
    outside, unclear = stored["outside"], stored["unclear"]
    return (
        [outside["weights"].get(name, 0.0) for name in OUTSIDE],
        outside["threshold"],
        [unclear["weights"].get(name, 0.0) for name in UNCLEAR],
        unclear["threshold"],
    )


def decide(
    asked: Asked,
    scores: Floats,
    features: Floats,
    beyond: Beyond,
    names: Sequence[tuple[Syllable, ...]],
    agrees: bool,
) -> str:
    """What to do with ranked candidates, best first: "answer", "clarify" or "handoff".

    `agrees`: the best one is among those of the topic nearest to the question.
    """
    if not len(scores) or not any(weight > 0.5 for weight in asked.weights):
        return "handoff"
    strange, out_from, unclear, unclear_from = _weights()
    is_its_name = asked.text == " ".join(part.folded for part in names[0])
    if not is_its_name and _dot(strange, outside_signs(asked, scores, features, beyond)) > out_from + patience(asked):
        return "handoff"
    if _dot(unclear, unclear_signs(asked, scores, features, names, beyond, agrees)) > unclear_from + leeway(
        asked, scores
    ):
        return "clarify"
    return "answer"


def patience(asked: Asked) -> float:
    """How much stranger it must look to be handed off although it has people's own words, and nothing against them."""
    kinds = {one.rule.kind for one in asked.rules}
    return _NAMED if "procedure" in kinds and "outside" not in kinds else 0.0


def leeway(asked: Asked, scores: Floats) -> float:
    """How much less clear it must look to be asked back although people's own words name what leads by far."""
    leads = len(scores) < 2 or scores[0] - scores[1] > _PLAIN
    return patience(asked) if leads and not any(one.rule.kind == "ask" for one in asked.rules) else 0.0


def outside_signs(asked: Asked, scores: Floats, features: Floats, beyond: Beyond) -> list[float]:
    """Signs that no procedure answers this, in the order of OUTSIDE."""
    best = features[0].tolist()
    kinds = {one.rule.mark for one in asked.rules if one.rule.kind == "outside"}
    telling = sum(weight > 0.5 for weight in asked.weights)
    covers = frozenset().union(*(one.covers for one in asked.rules if one.rule.kind in ("procedure", "ask")))
    return [
        1.0,
        float(scores[0]) / 10,
        min(3.0, float(scores[0] - scores[1]) if len(scores) > 1 else 3.0) / 3,
        best[_AT["asked_share"]],
        best[_AT["name_share"]],
        float(features[:3, _AT["both_shares"]].max()),
        best[_AT["body_share"]],
        float(bool(covers)),
        sum(weight > 0.5 for at, weight in enumerate(asked.weights) if at in covers) / max(1, telling),
        best[_AT["matched"]],
        best[_AT["name_inside"]],
        math.log1p(telling) / 3,
        float(telling <= 2),
        float(_sign("wants").search(asked.text) is not None),
        float(_sign("papers").search(asked.text) is not None),
        float(asked.aspect != "overview"),
        float(features[:, _AT["alike"]].max()),
        best[_AT["covered"]],
        _met(features),
        *beyond.outside[[0, 1, 3]].tolist(),
        float(beyond.outside[0] - features[:, _AT["alike"]].max()),
        *(float(kind in kinds) for kind in OUTSIDE_KINDS),
        min(3.0, len(kinds)) / 3,
        float(bool(covers) and not kinds),
    ]


def _met(features: Floats) -> float:
    """How much of the question the phrasings of one candidate cover: all together, or, where few are known, one."""
    covered, pooled = (features[:, _AT[name]].max() for name in ("covered", "pooled"))
    return float(max(_ONE * covered, pooled))


def unclear_signs(
    asked: Asked,
    scores: Floats,
    features: Floats,
    names: Sequence[tuple[Syllable, ...]],
    beyond: Beyond,
    agrees: bool,
) -> list[float]:
    """Signs that several procedures fit about equally, in the order of UNCLEAR. `names` are the first candidates'."""
    best = features[0].tolist()
    pooled = [*sorted(features[:, _AT["pooled"]].tolist(), reverse=True), 0.0]
    asks = [one for one in asked.rules if one.rule.kind == "ask"]
    said = [one for one in asked.rules if one.rule.kind == "procedure"]
    covered = frozenset().union(*(one.covers for one in asks)) if asks else frozenset()
    left = sum(weight > 0.5 for at, weight in enumerate(asked.weights) if at not in covered)
    telling = sum(weight > 0.5 for weight in asked.weights)
    far = min(max(float(scores[0] - scores[1]) - 4.0, 0.0), 4.0) / 4 if len(scores) > 1 else 1.0
    opener = float(beyond.open[0] - features[:, _AT["alike"]].max())
    return [
        1.0,
        min(4.0, float(scores[0] - scores[1]) if len(scores) > 1 else 4.0) / 4,
        min(5.0, float((scores > scores[0] - 2.0).sum())) / 5,
        best[_AT["name_share"]],
        best[_AT["asked_share"]],
        float(bool(asks)),
        float(bool(asks) and left <= 2),
        float(bool(said)),
        float(_sign("acts").search(asked.text) is not None),
        float(telling <= 5),
        float(asked.aspect == "overview"),
        min(4, _siblings(names, scores)) / 4 * (1.0 - min(1.0, best[_AT["name_share"]])),
        float(_sign("about").search(asked.text) is not None),
        float(telling <= 2),
        best[_AT["alike"]],
        best[_AT["covered"]],
        best[_AT["pooled"]],
        pooled[0] - pooled[1],
        min(6, sum(value > 0.85 * pooled[0] for value in pooled)) / 6,
        min(1.0, math.log1p(telling) / 3),
        float(bool(said) and not asks),
        far,
        far * bool(said),
        *beyond.open.tolist(),
        opener,
        float(agrees),
        opener * agrees,
    ]


def _siblings(names: Sequence[tuple[Syllable, ...]], scores: Floats) -> int:
    """How many close candidates begin as the best one does ("Cấp lại chứng chỉ … trường hợp …")."""
    start = [part.folded for part in names[0][:_SAME_START]]
    if len(start) < _SAME_START:
        return 0
    near = (name for name, score in zip(names[1:], scores[1:], strict=False) if score > scores[0] - 2.5)
    return sum([part.folded for part in name[:_SAME_START]] == start for name in near)


def _dot(weights: list[float], values: list[float]) -> float:
    return sum(weight * value for weight, value in zip(weights, values, strict=True))
