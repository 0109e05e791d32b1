"""How long the file of a case is kept: until the day that its consent named. Then it goes as an erased one does."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from handlers.actions.acting import Acting
from storage import cases, my_data, retention
from storage.my_data import Chat, Copies

_EVERYBODY = (0, "")  # no chat is spared: the copies go wherever they were sent
_BATCH = 50  # cases in one transaction: short ones let turns through


def erase_old_cases(act: Acting) -> int:
    """Closed cases past `keep_case_days` lose words, place, people and files. Code, kind, dates and chain stay."""
    first_kept_on = act.today - timedelta(days=act.profile.keep_case_days)
    before = datetime.combine(first_kept_on, time.min, act.calendar.zone)
    rows = retention.old_cases(act.session, act.tenant.id, before, _BATCH)
    if rows:
        gone = frozenset(row.id for row in rows)
        my_data.scrub_copies(act.session, Chat(act.tenant.id, *_EVERYBODY), Copies(gone_cases=gone))
        my_data.erase_comments(act.session, act.tenant.id, {f"case:{id}" for id in gone})
    for row in rows:
        cases.append_event(act.session, act.tools.ids, act.tools.random_bits, row, "erased", act.now)
        my_data.erase_case(act.session, row, act.now)
        cases.watch(act.session, act.tools.ids, act.tenant.id, None, "file erased", f"case:{row.id}", act.now)
    return len(rows)
