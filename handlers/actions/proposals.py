"""Proposals of entries: a second person reads them, and what they approve is found from then on, in this commune alone.

Approved by the head of the department that answers questions, the director or the leader; by its author only where
nobody else who may approve has a chat.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace

from domain.errors import NotAllowed, NotFound
from domain.messages import Choice, Outgoing
from domain.procedure import Procedure
from domain.texts import gaps as texts
from domain.texts.base import on, speaking
from handlers.actions import gaps as actions
from handlers.actions import notify, questions
from handlers.actions.acting import Acting
from knowledge.gaps import without_numbers, wordings
from storage import cases, gaps, procedures
from storage.tables import Gap, Officer

MAX_NAME, MAX_WORDING, MAX_WORDINGS = 110, 160, 20
_ABOVE = frozenset({"director", "leader"})
_SHORTEST = 3  # letters of a name
_OWN = "DP-"


def code_of(gap: Gap) -> str:
    """The code of the entry: the procedure's own where the group was attached to one."""
    return gap.procedure_code or f"{_OWN}{gap.number}"


def is_own_code(code: str) -> bool:
    """Of an entry that came from an approved answer."""
    return code.startswith(_OWN)


def approvers(act: Acting) -> list[Officer]:
    """Who may approve and can be asked."""
    department = questions.answering_department(act)
    heads = notify.reachable(
        act.session, act.tenant.id, role="head", department_id=department.id if department else None
    )
    found = {officer.id: officer for officer in heads} if department else {}
    for role in ("director", "leader"):
        found |= {officer.id: officer for officer in notify.reachable(act.session, act.tenant.id, role=role)}
    return list(found.values())


def may_decide(act: Acting, gap: Gap) -> bool:
    """Four eyes: not the author, unless nobody else could."""
    officer = act.officer
    everyone = approvers(act)
    if officer is None or officer.id not in {one.id for one in everyone}:
        return False
    return officer.id != gap.author_id or all(one.id == officer.id for one in everyone)


def see(act: Acting, number: int) -> Gap:
    """A proposal of this commune, held until commit. Raises NotFound, NotAllowed."""
    actions.staff(act)
    gap = gaps.by_number(act.session, act.tenant.id, number)
    if gap is None or gap.kind == gaps.DROP:
        raise NotFound(texts.why_no_proposal())
    return gap


def to_decide(act: Acting, number: int) -> Gap:
    """A proposal that this officer may approve or reject now. Raises NotAllowed."""
    gap = see(act, number)
    if gap.status != gaps.PROPOSED:
        raise NotAllowed(texts.why_decided())
    if not may_decide(act, gap):
        raise NotAllowed(texts.why_four_eyes(number))
    return gap


def to_edit(act: Acting, number: int) -> Gap:
    """A proposal whose name and words this officer may still change: the author's, and whoever decides."""
    gap = see(act, number)
    if gap.status != gaps.PROPOSED:
        raise NotAllowed(texts.why_decided())
    author = act.officer is not None and act.officer.id == gap.author_id
    if not author and not may_decide(act, gap):
        raise NotAllowed(texts.why_four_eyes(number))
    return gap


def to_rewrite(act: Acting, number: int) -> Gap:
    """A proposal whose answer this officer may still write anew, also after it was refused. Raises NotAllowed."""
    gap = see(act, number)
    if gap.kind != gaps.ANSWER or gap.status not in (gaps.PROPOSED, gaps.REJECTED):
        raise NotAllowed(texts.why_decided())
    author = act.officer is not None and act.officer.id == gap.author_id
    if not author and (act.officer is None or act.officer.id not in {one.id for one in approvers(act)}):
        raise NotAllowed(texts.why_four_eyes(number))
    return gap


def told(act: Acting, gap: Gap) -> int:
    """How many people have been given the answer of this proposal."""
    return len(gaps.told(act.session, act.tenant.id, gap.id))


def rewrite(act: Acting, number: int, answer: str, *, tell: bool) -> tuple[Gap, int]:
    """Another answer, to be approved again by somebody else than who wrote it. How many people are told.

    `tell`: everybody who was given the old one gets the right one with a word of apology. Raises NotAllowed.
    """
    answer = questions.checked_answer(answer)
    gap = to_rewrite(act, number)
    officer = actions.staff(act)
    asked = gaps.told(act.session, act.tenant.id, gap.id) if tell else []
    gap.answer, gap.author_id, gap.status, gap.reason = answer, officer.id, gaps.PROPOSED, ""
    gap.decided_by_id, gap.decided_at = None, None
    act.session.flush()
    actions.watch(act, "gap rewritten", gap)
    return gap, sum(actions.tell_right(act, question, officer, gap) for question in asked)


def rename(act: Acting, number: int, name: str) -> Gap:
    """The name as people say it. Raises NotAllowed."""
    gap = to_edit(act, number)
    name = " ".join(without_numbers(name).split())
    if sum(map(str.isalpha, name)) < _SHORTEST or len(name) > MAX_NAME:
        raise NotAllowed(texts.why_name(MAX_NAME))
    gap.name = name
    act.session.flush()
    return gap


def reword(act: Acting, number: int, lines: Sequence[str]) -> Gap:
    """How people may ask for it, one way a line. Raises NotAllowed."""
    gap = to_edit(act, number)
    said = [" ".join(without_numbers(line).split()) for line in lines]
    said = list(dict.fromkeys(line for line in said if sum(map(str.isalpha, line)) >= _SHORTEST))
    if not said or len(said) > MAX_WORDINGS or any(len(line) > MAX_WORDING for line in said):
        raise NotAllowed(texts.why_words(MAX_WORDINGS, MAX_WORDING))
    gap.words = said
    act.session.flush()
    return gap


def words_of(act: Acting, gap: Gap) -> list[str]:
    """As edited, or else how the group's questions were asked. What somebody had erased is not among them."""
    if gap.words:
        return [str(word) for word in gap.words]
    asked = [actions.wording(row) for row in gaps.questions_of(act.session, act.tenant.id, gap.id)]
    return [text for text in wordings(asked, MAX_WORDINGS) if len(text) <= MAX_WORDING and "…" not in text]


def approve(act: Acting, number: int) -> Gap:
    """From now on this commune's people find it. Raises NotAllowed."""
    gap = to_decide(act, number)
    words = words_of(act, gap)
    if gap.kind == gaps.ANSWER and actions.is_nameless(gap):
        raise NotAllowed(texts.why_name(MAX_NAME))
    if gap.kind == gaps.ATTACH:
        words = _call_also(act, code_of(gap), add=words)
    else:
        entry = Procedure(
            code=code_of(gap), name=gap.name, level=("Cấp Xã",), scope="local", source=act.tenant.name,
            fetched_version=act.today.isoformat(), plain_name=gap.name, answer=gap.answer,
            also_called=tuple(word for word in words if word != gap.name),
        )  # fmt: skip
        _save(act, entry)
    _decide(act, gap, gaps.APPROVED)
    gap.words = words
    act.session.flush()
    actions.watch(act, "gap approved", gap)
    _tell_author(act, gap, texts.told_approved(gap.number, gap.name, code_of(gap)))
    return gap


def reject(act: Acting, number: int, reason: str) -> Gap:
    """The reason is kept, and the author hears it. Raises NotAllowed."""
    gap = to_decide(act, number)
    gap.reason = _checked_reason(reason)
    _decide(act, gap, gaps.REJECTED)
    actions.watch(act, "gap rejected", gap)
    _tell_author(
        act, gap, texts.told_rejected(gap.number, gap.name, gap.reason),
        (Choice(f"/gaps.rewrite {gap.number}", texts.choice_rewrite()),) if gap.kind == gaps.ANSWER else (),
    )  # fmt: skip
    return gap


def to_withdraw(act: Acting, number: int) -> Gap:
    """An approved entry that this officer may take back: whoever may approve, and its author. Raises NotAllowed."""
    gap = see(act, number)
    if gap.status != gaps.APPROVED:
        raise NotAllowed(texts.why_not_in_force(number))
    officer = act.officer
    known = {one.id for one in approvers(act)} | {gap.author_id}
    if officer is None or officer.id not in known:
        raise NotAllowed(texts.why_not_approver(number))
    return gap


def withdraw(act: Acting, number: int, reason: str) -> Gap:
    """Taking back needs one person only: a wrong answer must go at once. Raises NotAllowed."""
    gap = to_withdraw(act, number)
    gap.reason = _checked_reason(reason)
    if gap.kind == gaps.ATTACH:
        _call_also(act, code_of(gap), drop=[str(word) for word in gap.words])
    else:
        procedures.close(act.session, act.tenant.id, code_of(gap), act.today)
    _decide(act, gap, gaps.WITHDRAWN)
    actions.watch(act, "gap withdrawn", gap)
    _tell_author(act, gap, texts.told_withdrawn(gap.number, gap.name, gap.reason))
    return gap


def announce(act: Acting, gap: Gap) -> int:
    """Ask everybody who may approve, once. How many people were asked; 0 = nobody has a chat."""
    officer = act.officer
    everyone = approvers(act)
    others = [one for one in everyone if officer is None or one.id != officer.id]
    author = officer.name if officer else ""
    with speaking("vi"):
        message = Outgoing(
            texts.asks(author, gap.number, gap.name), (Choice(f"/gaps.proposal {gap.number}", texts.choice_read()),)
        )
    key = f"gap:{gap.id}:approve:{gap.author_id}:{zlib.crc32(gap.answer.encode())}"  # anew for another answer
    return notify.tell_all(act.session, act.tools, others or everyone, message, key, act.now)


def card(act: Acting, gap: Gap) -> Outgoing:
    """A proposal as those who decide read it, with what they may do. The number stands in every choice that decides."""
    author = cases.officer(act.session, act.tenant.id, gap.author_id)
    lines = [texts.proposal_head(gap.number, author.name if author else ""), texts.proposal_name(gap.name)]
    if gap.kind == gaps.ATTACH:
        lines.append(texts.proposal_attach(code_of(gap), gap.answer))
    else:
        lines.append(texts.proposal_answer(gap.answer))
    words = words_of(act, gap)
    lines += [texts.proposal_words(), *(texts.proposal_word(word) for word in words)] if words else []
    yes, no = gaps.opinions(act.session, act.tenant.id, gap.id)
    lines.append(texts.proposal_helped(yes, no))
    choices: list[Choice] = []
    if gap.status == gaps.PROPOSED:
        if may_decide(act, gap):
            choices.append(Choice(f"/gaps.approve {gap.number}", texts.choice_approve(gap.number)))
            choices.append(Choice(f"/gaps.reject {gap.number}", texts.choice_reject(gap.number)))
        if gap.kind == gaps.ANSWER:
            choices.append(Choice(f"/gaps.rewrite {gap.number}", texts.choice_rewrite()))
            choices.append(Choice(f"/gaps.name {gap.number}", texts.choice_name()))
        choices.append(Choice(f"/gaps.words {gap.number}", texts.choice_words()))
    else:
        decided = on(act.local(gap.decided_at).date()) if gap.decided_at else ""
        lines.append(texts.proposal_state(gap.status, decided, gap.reason))
        if gap.status == gaps.REJECTED and gap.kind == gaps.ANSWER:
            choices.append(Choice(f"/gaps.rewrite {gap.number}", texts.choice_rewrite()))
        if gap.status == gaps.APPROVED:
            choices.append(Choice(f"/gaps.withdraw {gap.number}", texts.choice_withdraw(gap.number)))
    return Outgoing("\n".join(lines), tuple(choices))


def _call_also(act: Acting, code: str, *, add: Sequence[str] = (), drop: Sequence[str] = ()) -> list[str]:
    """More, or fewer, ways of saying in the commune's own entry over a published procedure. Those that are new."""
    stored = procedures.by_code(act.session, (act.tenant.id,), code, act.today)
    if stored:
        entry = stored[0].procedure
    else:
        known = act.tools.library.procedure(act.session, act.tenant.id, code, act.today)
        if known is None:
            raise NotAllowed(texts.why_no_procedure())
        entry = Procedure(code=code, name=known.procedure.name, scope="local", source=act.tenant.name)
    new = [word for word in add if word not in entry.also_called]
    said = dict.fromkeys((*entry.also_called, *new))
    entry = replace(entry, also_called=tuple(word for word in said if word not in drop))
    if entry == Procedure(code=code, name=entry.name, scope="local", source=entry.source):
        procedures.close(act.session, act.tenant.id, code, act.today)  # it held nothing but those words
        return new
    if drop and not procedures.is_reviewed(entry):
        entry = replace(entry, also_called=(entry.name,))  # an entry keeps its words unless it brings others
    _save(act, entry)
    return new


def _save(act: Acting, entry: Procedure) -> None:
    procedures.save(
        act.session, act.tenant.id, entry, ids=act.tools.ids, now=act.now, today=act.today, origin="gaps"
    )  # fmt: skip


def _decide(act: Acting, gap: Gap, status: str) -> None:
    gap.status = status
    gap.decided_by_id, gap.decided_at = act.officer.id if act.officer else None, act.now
    act.session.flush()


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if sum(map(str.isalnum, reason)) < _SHORTEST:
        raise NotAllowed(texts.why_reason())
    return reason[: questions.MAX_ANSWER]


def _tell_author(act: Acting, gap: Gap, text: str, choices: tuple[Choice, ...] = ()) -> None:
    author = cases.officer(act.session, act.tenant.id, gap.author_id)
    if author and author.active and (act.officer is None or author.id != act.officer.id):
        key = f"gap:{gap.id}:{gap.status}:{act.key}"
        notify.tell_officer(act.session, act.tools, author, Outgoing(text, choices), key, act.now)
