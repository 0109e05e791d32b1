"""Connecting a commune's Telegram bot: from the environment, or sealed into its channel row by a command."""

from __future__ import annotations

import re
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.secrets import Vault
from bot.settings import Settings
from storage import communes
from storage.ids import IdMaker
from storage.tables import Channel, Tenant

_TOKEN = re.compile(r"^\d{3,}:[A-Za-z0-9_-]{10,}$")


class SettingsError(Exception):
    """A setting does not fit; the message says which and what to do."""


def connect_telegram(session: Session, settings: Settings, vault: Vault, ids: IdMaker) -> Channel | None:
    """Make DANHOI_TELEGRAM_TOKEN the channel of its commune. Without a token nothing changes. Raises SettingsError."""
    token = settings.telegram_token.get_secret_value().strip()
    if not token:
        return None
    if not _TOKEN.match(token):
        raise SettingsError(
            "what was entered, or DANHOI_TELEGRAM_TOKEN, is no bot token (123456:ABC…): copy it from @BotFather"
        )
    tenant = _served(session, settings.telegram_commune)
    is_real = settings.telegram_api_base.rstrip("/") == Settings.model_fields["telegram_api_base"].default
    if tenant.demo and is_real and not settings.demo_telegram:
        raise SettingsError(
            f"'{tenant.slug}' is the demo commune: a real bot may not serve it. Set up your own with "
            "`danhoi commune load FILE`, or set DANHOI_DEMO_TELEGRAM=1 to try the bot with the demo"
        )
    if settings.telegram_webhook and is_real and not settings.public_url.startswith("https://"):
        raise SettingsError(
            "DANHOI_TELEGRAM_WEBHOOK needs DANHOI_BASE_URL with https://, where Telegram can call. "
            "Without a public address leave it out: the bot then asks Telegram for its messages"
        )
    return save_telegram(session, tenant, token, vault, ids, webhook=settings.telegram_webhook)


def save_telegram(
    session: Session, tenant: Tenant, token: str, vault: Vault, ids: IdMaker, *, webhook: bool
) -> Channel:
    """The commune's Telegram channel with this token, sealed. Another token forgets the old polling offset.

    Another commune that had the same bot loses it: two would take each other's messages.
    """
    _take_from_others(session, tenant, token, vault)
    query = select(Channel).where(Channel.tenant_id == tenant.id, Channel.kind == "telegram")
    row = session.scalar(query)
    if row is None:
        row = Channel(tenant_id=tenant.id, id=ids(), kind="telegram", path=secrets.token_urlsafe(24))
        session.add(row)
    known = vault.open(row.token or "")
    if known != token:
        row.token, row.offset = vault.seal(token), 0
    if known.partition(":")[0] != token.partition(":")[0]:
        row.secret = ""  # the bot before, whose webhook may still call, must not speak for this one
    if not vault.open(row.secret or ""):
        row.secret = vault.seal(secrets.token_urlsafe(32))
    row.mode = "webhook" if webhook else "polling"
    row.paused_why = ""
    session.flush()
    return row


def _take_from_others(session: Session, tenant: Tenant, token: str, vault: Vault) -> None:
    bot_id = token.partition(":")[0]
    query = select(Channel).where(Channel.kind == "telegram", Channel.tenant_id != tenant.id)
    for row in session.scalars(query):
        if vault.open(row.token).partition(":")[0] == bot_id:
            row.token = ""
            row.paused_why = f"the bot now serves '{tenant.slug}': enter another bot's token"


def _served(session: Session, slug: str) -> Tenant:
    known = communes.communes_all_tenants(session)
    found = [tenant for tenant in known if tenant.slug == slug] if slug else known
    if len(found) != 1:
        names = ", ".join(tenant.slug for tenant in known) or "none"
        raise SettingsError(f"--commune or DANHOI_TELEGRAM_COMMUNE must name the commune of the bot; known: {names}")
    return found[0]
