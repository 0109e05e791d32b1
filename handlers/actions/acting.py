"""Who does something with a case, through whatever door: a chat, the console, a sweep. And whether they may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from domain.calendar import WorkCalendar
from domain.errors import NotAllowed, NotFound
from domain.feedback import OPEN
from domain.profile import Profile
from domain.texts import cases as texts
from domain.texts import why
from handlers.context import Address, Context, Tools
from storage import cases
from storage.tables import FeedbackCase, Officer, Tenant

_ABOVE = frozenset({"director", "leader"})  # see every case of the commune, and alone the restricted ones


@dataclass(frozen=True)
class Acting:
    """`key` is the root of every unique key that the action writes; `who` is a citizen's own chat."""

    session: Session
    tools: Tools
    tenant: Tenant
    profile: Profile
    calendar: WorkCalendar
    now: datetime
    key: str
    officer: Officer | None = None
    who: Address | None = None

    @property
    def today(self) -> date:
        return self.local(self.now).date()

    def local(self, at: datetime) -> datetime:
        """The instant on the commune's clock."""
        return at.astimezone(ZoneInfo(self.tenant.timezone))


def acting(ctx: Context) -> Acting:
    """The person of this turn."""
    return Acting(
        ctx.session, ctx.tools, ctx.tenant, ctx.profile, ctx.calendar, ctx.now, ctx.turn_key, ctx.officer, ctx.who
    )


def find(act: Acting, case_id: int) -> FeedbackCase:
    """The case, held until commit. Raises NotFound."""
    case = cases.locked(act.session, act.tenant.id, case_id)
    if case is None:
        raise NotFound(texts.not_found())
    return case


def is_own(case: FeedbackCase, who: Address | None) -> bool:
    """The case was filed from this chat."""
    return who is not None and case.peer is not None and (case.channel_id, case.peer) == (who.channel_id, who.peer)


def may_see(officer: Officer, case: FeedbackCase) -> bool:
    """A case is its department's and the leaders'; one about an officer's behaviour is the leaders' alone."""
    if _ABOVE & set(officer.roles):
        return True
    if case.restricted:
        return False
    return officer.department_id == case.department_id or (case.emergency and "duty" in officer.roles)


def may_approve(officer: Officer, case: FeedbackCase) -> bool:
    """Moving a date takes the head of the department or somebody above."""
    return may_see(officer, case) and bool({"head", *_ABOVE} & set(officer.roles))


def see_own(act: Acting, case_id: int) -> FeedbackCase:
    """The person's own case. Raises NotFound, NotAllowed."""
    case = find(act, case_id)
    if not is_own(case, act.who):
        raise NotAllowed(texts.not_yours())
    return case


def see_as_officer(act: Acting, case_id: int) -> tuple[FeedbackCase, Officer]:
    """The case and the officer who may see it; a look at a restricted one is written down. Raises NotAllowed."""
    case = find(act, case_id)
    officer = act.officer
    if officer is None or officer.tenant_id != case.tenant_id or not officer.active:
        raise NotAllowed(why.not_allowed())
    if not may_see(officer, case):
        raise NotAllowed(why.restricted() if case.restricted else why.not_allowed())
    if case.restricted:
        watch(act, case, "restricted case seen")
    return case, officer


def handle(act: Acting, case_id: int) -> tuple[FeedbackCase, Officer]:
    """An open case and the officer who may work on it: whoever holds it, or a head or leader. Raises NotAllowed."""
    case, officer = see_as_officer(act, case_id)
    if case.status not in OPEN:
        raise NotAllowed(why.not_open(case.code))
    if case.officer_id not in (None, officer.id) and not may_approve(officer, case):
        raise NotAllowed(why.taken(case.code, holder_name(act, case)))
    return case, officer


def holder_name(act: Acting, case: FeedbackCase) -> str:
    holder = cases.officer(act.session, act.tenant.id, case.officer_id)
    return holder.name if holder else ""


def watch(act: Acting, case: FeedbackCase, kind: str) -> None:
    """Write down a look at what is watched."""
    officer_id = act.officer.id if act.officer else None
    cases.watch(act.session, act.tools.ids, act.tenant.id, officer_id, kind, f"case:{case.id}", act.now)
