"""The communes' doors on the platforms: who polls, from where on, and what is wrong with them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from storage.tables import Channel

POLL_LEASE = timedelta(seconds=60)  # longer than one long poll


def take_polling_lease(session: Session, row: Channel, holder: str, now: datetime) -> int | None:
    """The next offset when `holder` may poll until the lease ends; None while another process polls this channel.

    None also once the channel has another token than `row`: its offset is not one of the bot that `row` knows.
    """
    taken = session.execute(
        update(Channel)
        .where(Channel.tenant_id == row.tenant_id, Channel.id == row.id, Channel.token == row.token)
        .where(or_(Channel.lease_holder == holder, Channel.leased_until_at.is_(None), Channel.leased_until_at <= now))
        .values(lease_holder=holder, leased_until_at=now + POLL_LEASE)
    )
    if not getattr(taken, "rowcount", 0):
        return None
    return session.scalars(select(Channel.offset).where(Channel.tenant_id == row.tenant_id, Channel.id == row.id)).one()


def drop_polling_lease(session: Session, row: Channel, holder: str) -> None:
    session.execute(
        update(Channel)
        .where(Channel.tenant_id == row.tenant_id, Channel.id == row.id, Channel.lease_holder == holder)
        .values(leased_until_at=None, lease_holder="")
    )


def set_offset(session: Session, row: Channel, offset: int) -> None:
    """Unless the channel has another token by now: another bot's updates would be passed over."""
    session.execute(
        update(Channel)
        .where(Channel.tenant_id == row.tenant_id, Channel.id == row.id, Channel.token == row.token)
        .values(offset=offset)
    )


def set_paused(session: Session, tenant_id: int, channel_id: int, why: str) -> None:
    """Show on the console what is wrong; "" = all is well again."""
    session.execute(
        update(Channel)
        .where(Channel.tenant_id == tenant_id, Channel.id == channel_id, Channel.paused_why != why)
        .values(paused_why=why)
    )


def release_leases_all_tenants(session: Session) -> None:
    """At the start of the only process."""
    session.execute(update(Channel).values(leased_until_at=None, lease_holder=""))
