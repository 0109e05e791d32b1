"""`danhoi ask`: the answer a citizen would get, in the terminal."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

from bot.settings import Settings
from domain.procedure import Procedure
from knowledge.answer import answer
from knowledge.library import Library
from knowledge.load import read
from knowledge.search import Found, Index
from storage import communes, migrate
from storage.db import Database
from storage.tables import NATION


def answer_in_terminal(
    settings: Settings, question: str, corpus: Path | None, commune: str, starter_set: Path, today: date
) -> str:
    """From the corpus file where one is given, else from the installation's database, else from the starter set."""
    if corpus is None and _has_database(settings):
        with closing(Database(settings.database)) as db, db.reading() as session:
            tenant = communes.by_slug(session, commune) if commune else None
            tenant_id = tenant.id if tenant else _only_commune(db)
            library = Library()
            found = library.index(session, tenant_id, today).find(question)
            if not found.hits:
                return _words(found, None, today)
            known = library.procedure(session, tenant_id, found.hits[0].code, today)
            return _words(found, known.procedure if known else None, known.valid_from_on if known else today)
    procedures = {item.code: item for item in read(corpus or starter_set) if isinstance(item, Procedure)}
    found = Index.build(list(procedures.values())).find(question)
    return _words(found, procedures[found.hits[0].code] if found.hits else None, today)


def _words(found: Found, procedure: Procedure | None, since: date) -> str:
    if found.action == "handoff" or procedure is None:
        return "No published procedure fits; a citizen would be offered an officer."
    lines = []
    if found.action == "clarify":
        names = "\n".join(f"  {n}. {hit.name} ({hit.code})" for n, hit in enumerate(found.hits[:4], 1))
        lines.append(f"A citizen would be asked which one is meant:\n{names}\nThe first of them:")
    lines.extend(answer(procedure, found.aspect, since=since).screens)
    return "\n\n".join(lines)


def _has_database(settings: Settings) -> bool:
    if settings.is_sqlite and not (settings.data_dir / "danhoi.db").exists():
        return False
    with closing(Database(settings.database)) as db:
        return migrate.current(db) == migrate.newest()


def _only_commune(db: Database) -> int:
    with db.reading() as session:
        known = communes.communes_all_tenants(session)
        return known[0].id if known else NATION
