"""`danhoi ask`: the answer a citizen would get, in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.settings import Settings
from domain.errors import BadRecord
from domain.procedure import Procedure
from knowledge.answer import Answer, answer
from knowledge.library import Library
from knowledge.load import read
from knowledge.pages import named
from knowledge.search import Found, Index
from storage import communes, migrate
from storage.db import Database
from storage.tables import NATION

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


def answer_in_terminal(
    settings: Settings, question: str, corpus: Path | None, commune: str, starter_set: Path, now: datetime
) -> str:
    """From the corpus file where one is given, else from the installation's database, else from the starter set.

    Raises BadRecord for a commune that is not there.
    """
    if corpus is None and _has_database(settings):
        with closing(Database(settings.database)) as db, db.reading() as session:
            return _as_here(session, question, commune, now)
    procedures = {item.code: item for item in read(corpus or starter_set) if isinstance(item, Procedure)}
    found = Index.build(list(procedures.values())).find(question)
    return _words(found, lambda code: answer(procedures[code], found.aspect, since=now.date()))


def _as_here(session: Session, question: str, slug: str, now: datetime) -> str:
    """As the people of that commune are answered, or everybody where there is no commune yet."""
    from handlers.dialogs.procedure_told import told_here

    everybody = communes.communes_all_tenants(session)
    tenant = next((one for one in everybody if slug in ("", one.slug)), None)
    if slug and tenant is None:
        raise BadRecord(f"no commune '{slug}'")
    library, today = Library(), now.astimezone(VIET_NAM).date()
    tenant_id = tenant.id if tenant else NATION
    found = library.index(session, tenant_id, today).find(question)

    def tell(code: str) -> Answer | None:
        known = library.procedure(session, tenant_id, code, today)
        if known is None:
            return None
        if tenant is None:
            return answer(known.procedure, found.aspect, since=known.valid_from_on)
        return told_here(session, library, communes.load(session, tenant_id), known, found.aspect, now)

    return _words(found, tell)


def _words(found: Found, tell: Callable[[str], Answer | None]) -> str:
    told = tell(found.hits[0].code) if found.hits and found.action != "handoff" else None
    if told is None:
        return "No published procedure fits; a citizen would be offered an officer."
    lines = []
    if found.action == "clarify":
        names = "\n".join(f"  {n}. {named(hit.name)} ({hit.code})" for n, hit in enumerate(found.hits[:4], 1))
        lines.append(f"A citizen would be asked which one is meant:\n{names}\nThe first of them:")
    return "\n\n".join((*lines, *told.screens))


def _has_database(settings: Settings) -> bool:
    if settings.is_sqlite and not (settings.data_dir / "danhoi.db").exists():
        return False
    with closing(Database(settings.database)) as db:
        return migrate.current(db) == migrate.newest()
