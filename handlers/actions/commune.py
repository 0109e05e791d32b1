"""Setting up or changing a commune, and what people were promised of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.actions.acting import Acting
from handlers.actions.receptions import rewrite_reminders
from handlers.context import Tools
from storage import commune_file, communes
from storage.tables import Tenant


def load_file(session: Session, tools: Tools, raw: Mapping[str, Any], now: datetime) -> tuple[Tenant, int]:
    """The commune as its file says, and how many reminders of receptions say something else since. Raises BadRecord.

    Promised dates stay: only a day off moves one (`recompute`), never a limit or hours that a commune changed since.
    """
    tenant = commune_file.apply(session, tools.ids, raw)
    commune = communes.load(session, tenant.id)
    act = Acting(session, tools, commune.tenant, commune.profile, commune.calendar, now, "commune-file")
    return tenant, rewrite_reminders(act)
