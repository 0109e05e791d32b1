"""How a person asked, taken out of what officers made of it: drafts of answers, lists they were shown, notes half done.

An entry that two people have approved stays as it is: they saw to it that it names nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from domain.texts import gaps as texts
from domain.texts import my_data as my_data_texts
from domain.texts.base import speaking
from handlers.actions import gaps as actions
from handlers.actions.acting import Acting
from knowledge.gaps import without_numbers, wordings
from knowledge.pages import shortened
from storage import gaps, officers_copies
from storage.tables import Gap, Question

_NOT_APPROVED = (gaps.PROPOSED, gaps.REJECTED, gaps.DROPPED)
_CUT_AT = (1500, 300, 120, 110, 70, 60)  # characters at which wordings are cut where officers read them
_TELLING = 12  # characters; what is shorter names nobody and stands in too many messages
_MANY = 1000


def forget_wordings(act: Acting, asked: Sequence[Question]) -> None:
    """Call it while the questions still have their words."""
    ids = {row.id for row in asked}
    for gap in gaps.of_ids(act.session, act.tenant.id, {row.gap_id for row in asked if row.gap_id}):
        if gap.status in _NOT_APPROVED:
            _rename(act, gap, ids)
    forms = sorted({form for row in asked for form in _forms(row.text)}, key=len, reverse=True)
    with speaking("vi"):
        officers_copies.replace_words(act.session, act.tenant.id, forms, my_data_texts.removed())


def _rename(act: Acting, gap: Gap, gone_ids: Collection[int]) -> None:
    """By how the others of the group ask; with nobody left, an officer has to name it anew."""
    rows = gaps.questions_of(act.session, act.tenant.id, gap.id)
    gone = {_normal(row.text) for row in rows if row.id in gone_ids}
    left = wordings([actions.wording(row) for row in rows if row.id not in gone_ids], _MANY)
    gone -= set(left)
    gap.words = [word for word in gap.words if word not in gone]
    if any(gap.name == shortened(words, actions.NAME_CHARS) or words in gap.name for words in gone):
        with speaking("vi"):
            gap.name = shortened(left[0], actions.NAME_CHARS) if left else texts.name_erased()


def _forms(text: str) -> set[str]:
    """The wording as typed, as shown to officers, and cut where they see only its beginning."""
    whole = {text, _normal(text)}
    return {
        form for words in whole for form in (words, *(shortened(words, n) for n in _CUT_AT)) if len(form) >= _TELLING
    }


def _normal(text: str) -> str:
    return without_numbers(" ".join(text.split()))
