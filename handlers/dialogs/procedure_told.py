"""An answer as this commune's people hear it: its own desk and hours, its own fees, what is new, and where to file."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from domain.fold import fold
from domain.opening import hours_told
from domain.procedure import Procedure, from_record
from domain.spoken_time import Spoken
from domain.texts import procedure as texts
from handlers.context import Context
from knowledge import validity
from knowledge.answer import Answer, Office, answer
from knowledge.answer_values import online_row
from knowledge.library import Known, Library
from storage import procedures
from storage.communes import Commune

_PORTAL = "https://dichvucong.gov.vn/"
_PORTALS = ("dichvucong.gov.vn", "www.dichvucong.gov.vn")
_FILED_ONLINE = ("toan trinh", "mot phan")  # levels at which a dossier is filed online (NĐ 42/2022/NĐ-CP Đ11)


def told_here(session: Session, library: Library, commune: Commune, known: Known, aspect: str, now: datetime) -> Answer:
    """The answer as this commune's people hear it: its own desk and hours, its own fees, and what is new."""
    tenant, today = commune.tenant, now.astimezone(commune.calendar.zone).date()
    news = library.validity(session, tenant.id, known.procedure.code, today)
    new = validity.told(news, known, _own_words(session, tenant.id, known), tenant.name, aspect)
    office = office_at(commune, now)
    return answer(known.procedure, aspect, since=known.valid_from_on, office=office, validity=new)


def _own_words(session: Session, tenant_id: int, known: Known) -> Procedure | None:
    """What this commune itself has entered over a published procedure."""
    if known.layer_tenant_id != tenant_id or not known.procedure.decision:
        return None
    version = procedures.version(session, known.version_id)
    own = from_record(version.record) if version else None
    return own if own and own.scope == "local" and not own.decision else None


def office_of(ctx: Context) -> Office:
    return office_at(Commune(ctx.tenant, ctx.profile, ctx.calendar), ctx.now)


def office_at(commune: Commune, now: datetime) -> Office:
    """The desk where this commune takes papers, and whether it is open."""
    profile, tenant = commune.profile, commune.tenant
    where = ", ".join(part for part in (profile.desk, profile.desk_address) if part)
    hours = hours_told(profile, tenant.unit, commune.calendar, Spoken(), now)
    return Office(tenant.name, where if profile.desk_address else "", profile.desk, hours)


def links_of(procedure: Procedure) -> tuple[tuple[str, str], ...]:
    """The published page on the national portal; where the dossier can be filed there, the link says so."""
    url = urlsplit(procedure.portal_url or "")
    if url.scheme != "https" or url.netloc not in _PORTALS:
        return ()
    if fold(procedure.online_level or "") in _FILED_ONLINE:
        return ((texts.file_online(procedure.online_level or ""), url.geturl()),)
    label = texts.file_on_portal() if online_row(procedure) else texts.portal_link()
    return ((label, url.geturl()),) if url.path.strip("/") else ()


def links_for(told: Answer, procedure: Procedure) -> tuple[tuple[str, str], ...]:
    """Who asks how to file online gets at least the portal's own door."""
    links = links_of(procedure)
    return links or (((texts.file_on_portal(), _PORTAL),) if told.aspect == "online" and online_row(procedure) else ())
