"""The made-up commune that `make run` shows: set up, sign-in links for its officer and leader, removal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import commune_file, communes, sign_ins
from storage.ids import IdMaker
from storage.tables import Officer, Tenant

COMMUNE = Path(__file__).parent / "hoa-an.yaml"
SHOWN_ROLES = ("officer", "leader")
LINK_LASTS = timedelta(days=7)


def set_up(session: Session, ids: IdMaker) -> Tenant:
    """The demo commune as its file says. Twice is once."""
    return commune_file.apply(session, ids, commune_file.read(COMMUNE))


def demo_commune(session: Session) -> Tenant | None:
    return next((tenant for tenant in communes.communes_all_tenants(session) if tenant.demo), None)


def sign_in_links(
    session: Session, ids: IdMaker, tenant: Tenant, base_url: str, now: datetime, random_bytes: Callable[[int], bytes]
) -> list[tuple[Officer, str]]:
    """A fresh one-time link for the first officer and the first leader."""
    links = []
    for role in SHOWN_ROLES:
        query = select(Officer).where(Officer.tenant_id == tenant.id, Officer.active).order_by(Officer.id)
        officer = next((o for o in session.scalars(query) if role in o.roles), None)
        if officer:
            token = sign_ins.create_sign_in(
                session, ids, tenant.id, officer.id, now=now, until=now + LINK_LASTS, random_bytes=random_bytes
            )
            links.append((officer, f"{base_url}/{tenant.slug}/vao/{token}"))
    return links


def remove(session: Session) -> str | None:
    """Delete the demo commune with everything in it; its slug, or None when there is none."""
    tenant = demo_commune(session)
    if tenant is None:
        return None
    slug = tenant.slug
    commune_file.remove(session, tenant.id)
    return slug
