"""What is known, ready to be searched: one index per set of layers, shared by every commune that has the same set."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from domain.procedure import Procedure, Submission
from knowledge.changes import parts_changed
from knowledge.normalise import fold
from knowledge.search import Index
from storage import communes, procedures
from storage.procedures import Revision, Stored
from storage.tables import Tenant

_NOT_THE_LAW = ("agency", "receiving_address", "online_level", "plain_name")  # what a commune may say for itself
THE_LAW = ("documents", "steps", "requirements", "result", "legal_basis", "decision", "competent_agency", "target")
_LITTLE = 10  # a commune that says a tenth of what lies above it, or more, has an index of its own
NEWS = timedelta(days=30)  # so long a change is told with its day


@dataclass(frozen=True)
class Known:
    """A procedure as a commune's people should hear it, and the version it came from."""

    procedure: Procedure
    version_id: int
    valid_from_on: date
    layer_tenant_id: int  # the nearest layer that says something


@dataclass(frozen=True)
class Validity:
    """What is new, and what is about to be, for this commune's people. Changes are parts as in `texts.part`."""

    not_before: date | None = None  # it does not apply yet
    changed_on: date | None = None  # within the last NEWS
    changed: tuple[str, ...] = ()
    next_on: date | None = None
    next_changes: tuple[str, ...] = ()  # () with `next_on`: from that day it no longer applies


@dataclass(frozen=True)
class _Made:
    index: Index
    good_before: date | None  # the day on which a version begins or ends


Build = Callable[[Sequence[Procedure]], Index]


@dataclass
class _Shelf:
    """All that was made from one state of the stored procedures."""

    revision: Revision
    build: Build
    asked: set[tuple[int, ...]] = field(default_factory=set)  # layers
    chains: dict[tuple[int, ...], tuple[int, ...]] = field(default_factory=dict)  # layers -> those the search needs
    made: dict[tuple[int, ...], _Made] = field(default_factory=dict)  # by such a chain
    next_change_on: dict[int, date | None] = field(default_factory=dict)  # by layer

    def index(self, layers: tuple[int, ...]) -> Index | None:
        made = self.made.get(self.chains.get(layers, ()))
        return made.index if made else None


class Library:
    """Holder of the indexes, safe to share between threads. An index is made at first use and swapped whole.

    A commune's chain of layers is cut to those that matter to the search: communes without entries of their own, or
    with nothing but their own fees, hours and places, share one index. One that says a little of its own has that laid
    over the index it would share.
    """

    def __init__(self, build: Build = Index.build) -> None:
        self._build = build
        self._shelf: _Shelf | None = None
        self._making = threading.Lock()  # one at a time: it takes seconds and much memory
        self._today = date.min  # the latest day that was asked for

    def index(self, session: Session, tenant_id: int, today: date) -> Index:
        """The search index of a commune, as of the last `refresh`.

        Waits only where there is none at all: what is out of date serves until `refresh` has made the next, and a new
        commune is served from its province's or the nation's while others are made.
        """
        self._today = max(self._today, today)
        layers = communes.layers(session, tenant_id)
        shelf = self._shelf
        if shelf and (found := shelf.index(layers)):
            return found
        above = [shelf.index(layers[at:]) for at in range(1, len(layers))] if shelf else []
        near = next((index for index in above if index), None)
        if not self._making.acquire(blocking=near is None):
            assert near is not None
            return near
        try:
            self._shelf = shelf = self._shelf or _Shelf(procedures.revision_all_tenants(session), self._build)
            return _add(session, shelf, layers, self._today)
        finally:
            self._making.release()

    def refresh(self, session: Session) -> bool:
        """Look whether anything was imported or a day began since; if so, make the indexes anew that it touches.

        Questions asked meanwhile are answered from the old ones. True if there was something to make.
        """
        with self._making:
            old, today = self._shelf, self._today
            if old is None:
                return False
            fresh = _Shelf(procedures.revision_all_tenants(session), self._build)
            moved = {row[0] for row in set(fresh.revision) ^ set(old.revision)}  # layers that say something else now
            over = {chain for chain, made in old.made.items() if made.good_before and today >= made.good_before}
            if not moved and not over:
                return False
            fresh.chains = {
                layers: chain for layers, chain in old.chains.items() if moved.isdisjoint(layers) and chain not in over
            }
            fresh.made = {
                chain: made for chain, made in old.made.items() if moved.isdisjoint(chain) and chain not in over
            }
            for layers in old.asked:
                _add(session, fresh, layers, today)
            self._shelf = fresh
            return True

    def procedure(self, session: Session, tenant_id: int, code: str, today: date) -> Known | None:
        """One procedure as this commune's people should hear it. Always read from the database, so never stale.

        One that begins later is told when nothing is in force before it; see `validity`.
        """
        chain = communes.layers(session, tenant_id)
        found = procedures.by_code(session, chain, code, today)
        return _on(chain, found, today) or _coming(chain, found, today)

    def validity(self, session: Session, tenant_id: int, code: str, today: date) -> Validity:
        """Since when and until when what `procedure` tells applies, where that is news."""
        chain = communes.layers(session, tenant_id)
        return _validity(chain, procedures.by_code(session, chain, code, today - NEWS), today)

    def ended_on(self, session: Session, tenant_id: int, code: str, today: date) -> date | None:
        """The first day on which a procedure that was known no longer applied."""
        chain = communes.layers(session, tenant_id)
        found = procedures.by_code(session, chain, code, date.min)
        return max((s.valid_to_on for s in found if s.valid_to_on and s.valid_to_on <= today), default=None)


def known_procedures(session: Session, layers: Sequence[int], today: date) -> list[Procedure]:
    """Every procedure of a chain of layers (nearest first), each once, with what a search reads of it.

    Those that are announced for later are among them, so that whoever asks is told from when they apply.
    """
    groups: dict[str, list[Stored]] = {}
    for stored in procedures.current(session, layers, today):
        groups.setdefault(stored.procedure.code, []).append(stored)
    for stored in procedures.coming(session, layers, today):
        groups.setdefault(stored.procedure.code, [stored])
    found = (_nearest(layers, group) for group in groups.values())
    return [known.procedure for known in found if known]


def known_above(session: Session, tenant_id: int, codes: Sequence[str], today: date) -> dict[str, Procedure]:
    """What the layers above a commune say about these codes, now or later."""
    return _known(session, communes.layers(session, tenant_id)[1:], codes, today)


def _known(session: Session, layers: Sequence[int], codes: Sequence[str], today: date) -> dict[str, Procedure]:
    groups: dict[str, list[Stored]] = {}
    for stored in procedures.by_codes(session, layers, codes, today):
        groups.setdefault(stored.procedure.code, []).append(stored)
    found = ((code, _on(layers, group, today) or _coming(layers, group, today)) for code, group in groups.items())
    return {code: known.procedure for code, known in found if known}


def law_overrides(base: Procedure, own: Procedure) -> tuple[str, ...]:
    """Fields of the published law that a commune's entry says otherwise; `overlaid` keeps the published ones."""
    return tuple(name for name in THE_LAW if getattr(own, name) and getattr(own, name) != getattr(base, name))


def overlaid(base: Procedure, own: Procedure) -> Procedure:
    """The published procedure with a commune's own fee, time, place and notes. Papers, steps and law stay."""
    values = {name: getattr(own, name) for name in _NOT_THE_LAW if getattr(own, name)}
    return replace(
        base,
        **values,
        submission=_submissions(base.submission, own.submission),
        notes=tuple(dict.fromkeys((*own.notes, *base.notes))),
        also_called=tuple(dict.fromkeys((*own.also_called, *base.also_called))),
    )


def _submissions(base: Iterable[Submission], own: Iterable[Submission]) -> tuple[Submission, ...]:
    rows = {fold(row.channel): row for row in base}
    for row in own:
        before = rows.get(fold(row.channel))
        if before is not None:
            row = Submission(
                before.channel, row.time_limit or before.time_limit, row.fee or before.fee, row.note or before.note
            )
        rows[fold(row.channel)] = row
    return tuple(rows.values())


def _nearest(chain: Sequence[int], found: Iterable[Stored]) -> Known | None:
    """From the nation inwards: a whole entry replaces what lies above it, a commune's own ("local") is laid over it."""
    by_layer = {stored.tenant_id: stored for stored in found}
    known: Known | None = None
    for layer in reversed(chain):
        stored = by_layer.get(layer)
        if stored is None:
            continue
        procedure = stored.procedure
        if known and procedure.scope == "local":
            procedure = overlaid(known.procedure, procedure)
        known = Known(procedure, stored.version_id, stored.valid_from_on, layer)
    return known


def _on(chain: Sequence[int], found: Iterable[Stored], day: date) -> Known | None:
    return _nearest(chain, [stored for stored in found if stored.holds_on(day)])


def _coming(chain: Sequence[int], found: Iterable[Stored], today: date) -> Known | None:
    found = list(found)
    days = sorted({stored.valid_from_on for stored in found if stored.valid_from_on > today})
    return next((known for day in days if (known := _on(chain, found, day))), None)


def _validity(chain: Sequence[int], found: Sequence[Stored], today: date) -> Validity:
    now = _on(chain, found, today)
    if now is None:
        soon = _coming(chain, found, today)
        return Validity(not_before=soon.valid_from_on) if soon else Validity()
    days = sorted({day for stored in found for day in (stored.valid_from_on, stored.valid_to_on) if day})
    changed_on, changed = _last_change(chain, found, [day for day in days if today - NEWS < day <= today])
    for day in (day for day in days if day > today):
        later = _on(chain, found, day)
        fields = _changed(now, later) if later else ()
        if later is None or fields:
            return Validity(None, changed_on, changed, day, fields)
    return Validity(None, changed_on, changed)


def _last_change(
    chain: Sequence[int], found: Sequence[Stored], days: Sequence[date]
) -> tuple[date | None, tuple[str, ...]]:
    """The latest of these days on which something changed, or began that had been announced before."""
    for day in reversed(days):
        before = _on(chain, found, day - timedelta(days=1))
        after = _on(chain, found, day)
        if before and after and (fields := _changed(before, after)):
            return day, fields
        if before is None and after and any(_was_announced(stored) for stored in found if stored.valid_from_on == day):
            return day, ()
    return None, ()


def _was_announced(stored: Stored) -> bool:
    """Its first day was named beforehand; two days, because the import is dated in UTC."""
    return stored.imported_at is not None and stored.valid_from_on - stored.imported_at.date() >= timedelta(days=2)


def _changed(before: Known, after: Known) -> tuple[str, ...]:
    return parts_changed(procedures.differences(before.procedure, after.procedure))


def _add(session: Session, shelf: _Shelf, layers: tuple[int, ...], today: date) -> Index:
    """The index of these layers, made and put on the shelf if it is not there."""
    shelf.asked.add(layers)
    return _made(session, shelf, _chain(session, shelf, layers, today), today).index


def _chain(session: Session, shelf: _Shelf, layers: tuple[int, ...], today: date) -> tuple[int, ...]:
    """Those of the layers that change what is found."""
    if layers not in shelf.chains:
        above = _chain(session, shelf, layers[1:], today) if len(layers) > 1 else ()
        differs = not above or _differs(session, layers[0], layers[1:], today)
        shelf.chains[layers] = (layers[0], *above) if differs else above
    return shelf.chains[layers]


def _differs(session: Session, layer: int, above: Sequence[int], today: date) -> bool:
    """Whether a layer changes what is found. A commune's own fee for a known procedure does not."""
    own = _said(session, layer, today)
    if any(p.scope != "local" or p.plain_name or p.also_called for p in own):
        return True
    codes = {p.code for p in own}
    return codes != procedures.codes(session, above, today, sorted(codes))


def _said(session: Session, layer: int, today: date) -> list[Procedure]:
    """What one layer says, now or later."""
    stored = [*procedures.current(session, (layer,), today), *procedures.coming(session, (layer,), today)]
    return [one.procedure for one in stored]


def _made(session: Session, shelf: _Shelf, layers: tuple[int, ...], today: date) -> _Made:
    def changes(layer: int) -> date | None:
        if layer not in shelf.next_change_on:
            shelf.next_change_on[layer] = procedures.next_change_on(session, layer, today)
        return shelf.next_change_on[layer]

    if layers not in shelf.made:
        index = _laid_over(session, shelf, layers, today) or shelf.build(known_procedures(session, layers, today))
        shelf.made[layers] = _Made(index, min((day for day in map(changes, layers) if day), default=None))
    return shelf.made[layers]


def _laid_over(session: Session, shelf: _Shelf, layers: tuple[int, ...], today: date) -> Index | None:
    """The index of what lies above a commune with the little that it says itself; None where it says much."""
    tenant = session.get(Tenant, layers[0])
    if tenant is None or tenant.kind != "commune" or len(layers) == 1:
        return None
    codes = {procedure.code for procedure in _said(session, layers[0], today)}
    if len(codes) * _LITTLE > sum(versions for layer, versions, _, _ in shelf.revision if layer in layers[1:]):
        return None
    base = _made(session, shelf, layers[1:], today).index
    if not base.is_whole or base.takes_for_outside(codes):
        return None
    own = _known(session, layers, sorted(codes), today)
    beside = _known(session, layers, sorted(base.beside(own.values()).difference(codes)), today)
    return base.overlaid([*own.values(), *beside.values()])
