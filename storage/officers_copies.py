"""What a person wrote as officers were shown it: in their messages, on their pages, in what they have begun."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, exists, or_, select
from sqlalchemy.orm import Session

from storage.tables import Conversation, OfficerLink, OutboxMessage, WebMessage

_TABLES = ((OutboxMessage, ("body",)), (WebMessage, ("body",)), (Conversation, ("kept", "choices")))


def replace_words(session: Session, tenant_id: int, forms: Sequence[str], instead: str) -> int:
    """Say `instead` for each of the forms, the longest first, in officers' chats. How many rows changed."""
    if not forms:
        return 0
    changed = 0
    for table, columns in _TABLES:
        named: Any = table
        query = select(named).where(named.tenant_id == tenant_id, _of_an_officer(named))
        query = query.where(or_(*(_holds(getattr(named, name), form) for name in columns for form in forms)))
        for row in session.scalars(query):
            for name in columns:
                setattr(row, name, _replaced(getattr(row, name), forms, instead))
            changed += 1
    session.flush()
    return changed


def _of_an_officer(table: Any) -> ColumnElement[bool]:
    return exists().where(
        and_(
            OfficerLink.tenant_id == table.tenant_id,
            OfficerLink.channel_id == table.channel_id,
            OfficerLink.peer == table.peer,
        )
    )


def _holds(column: Any, form: str) -> ColumnElement[bool]:
    """JSON is stored with its letters escaped."""
    return cast(column, Text).contains(json.dumps(form)[1:-1], autoescape=True)


def _replaced(value: Any, forms: Sequence[str], instead: str) -> Any:
    if isinstance(value, str):
        for form in forms:
            value = value.replace(form, instead)
        return value
    if isinstance(value, dict):
        return {key: _replaced(item, forms, instead) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, forms, instead) for item in value]
    return value
