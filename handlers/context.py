"""What a step or an action may use. Everything that changes from call to call is here; nothing is global."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from domain.calendar import WorkCalendar
from domain.messages import NOTICE, Outgoing
from domain.profile import Profile
from knowledge.library import Library
from storage import outbox
from storage.ids import IdMaker
from storage.tables import Citizen, Officer, Tenant


@dataclass(frozen=True)
class Address:
    """Where a person can be written to."""

    channel_id: int
    peer: str


class Tools(Protocol):
    """What `bot/app.py` hands in once: id maker, dice, knowledge."""

    @property
    def ids(self) -> IdMaker: ...

    @property
    def random_bits(self) -> Callable[[int], int]: ...

    @property
    def library(self) -> Library: ...


@dataclass(frozen=True)
class Context:
    """One turn or one action. `officer` is set when the chat belongs to a linked officer."""

    session: Session
    tenant: Tenant
    profile: Profile
    calendar: WorkCalendar
    now: datetime
    tools: Tools
    who: Address
    citizen: Citizen
    officer: Officer | None
    turn_key: str  # "turn:<inbox id>": the root of every unique key this turn writes
    channel_kind: str = ""
    kept: Mapping[str, Any] = field(default_factory=dict)
    memory: Mapping[str, Any] = field(default_factory=dict)
    first_contact: bool = False  # the first message, or the first after 90 days of silence

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.tenant.timezone)).date()

    def local(self, at: datetime) -> datetime:
        """The instant on the commune's clock."""
        return at.astimezone(ZoneInfo(self.tenant.timezone))

    def tell(self, to: Address, message: Outgoing, key: str, *, lane: int = NOTICE, case_id: int | None = None,
             question_id: int | None = None, important: bool = False) -> bool:  # fmt: skip
        """Owe somebody else a message. False when this key was owed before."""
        return outbox.add(
            self.session, self.tenant.id, self.tools.ids(), channel_id=to.channel_id, peer=to.peer, message=message,
            key=key, now=self.now, lane=lane, case_id=case_id, question_id=question_id, important=important,
        )  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """What a step decided: what to say, and where the talk stands. No `state` = the dialog is over."""

    say: tuple[Outgoing, ...] = ()
    state: str = ""
    keep: Mapping[str, Any] = field(default_factory=dict)
    remember: Mapping[str, Any] = field(default_factory=dict)  # merged into the memory that outlives dialogs
    case_id: int | None = None
    question_id: int | None = None
    welcome: bool = True  # at first contact the engine adds who we are; False when the turn already says it
    elsewhere: bool = False  # the person turns to something else: a report being written waits for them
    important: bool = False  # a receipt or a result: if it cannot be delivered, an officer is told
