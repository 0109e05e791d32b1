"""Versions of procedures for the people who work here: what changed, what to look at, and what an old version said."""

from __future__ import annotations

import re
from datetime import date, timedelta

from domain.errors import NotAllowed
from domain.messages import Choice, Incoming, Outgoing
from domain.procedure import from_record
from domain.texts import procedure as procedure_texts
from domain.texts import procedure_watch as texts
from domain.texts.base import day
from handlers.context import Context, Turn
from handlers.dialogs.menus import just_talk, part_of_talk
from handlers.dialogs.procedure_told import office_of
from handlers.registry import STEPS, command, said, step
from knowledge import changes, pages
from knowledge.answer import MAX_CHARS, answer
from storage import communes, procedure_flags, procedures
from storage.procedure_flags import Flag
from storage.procedures import Change
from storage.tables import ProcedureVersion, Tenant

_LISTED, _NAMED, _TITLE_CHARS, _LABEL_CHARS = 8, 3, 80, 60
_ABOVE = {"head", "director", "leader"}
_CODE = re.compile(r"[\w.-]{3,32}")
_ID_DIGITS = 19  # of a 63-bit number

said("thủ tục cần xem lại", "thủ tục thay đổi", "thủ tục cần xem", data="procedure.flags")
said("lịch sử thủ tục", data="procedure.history")


@command("procedure.flags")
def flags(ctx: Context, message: Incoming, argument: str) -> Turn:
    """What nobody of the commune has looked at yet. To a citizen the words are ordinary ones."""
    if ctx.officer is None:
        return just_talk(ctx, message)
    if turn := part_of_talk(ctx, message) if not message.choice else None:
        return turn
    found = _flags(ctx)
    if not found:
        return Turn((Outgoing(texts.flags_none()),))
    shown = found[:_LISTED]
    lines = [texts.flags_list(len(found)), *([texts.flags_more(len(found) - len(shown))] if found[_LISTED:] else [])]
    choices = tuple(
        Choice(f"/procedure.flag {flag.version_id}", pages.shortened(flag_line(flag), _LABEL_CHARS)) for flag in shown
    )
    return Turn((Outgoing("\n".join(lines), choices),))


def flag_line(flag: Flag) -> str:
    """Code, plain name, what changed and since when, in one line."""
    name, since = pages.shortened(flag.procedure.title, _TITLE_CHARS), day(flag.since)
    if flag.ended:
        return texts.flag_ended(flag.procedure.code, name, since)
    named = list(dict.fromkeys(name for change in flag.changes for name in _named(change)))
    if not named:
        return texts.flag_new(flag.procedure.code, name, since)
    fields = ", ".join(named[:_NAMED]) + ("…" if named[_NAMED:] else "")
    return texts.flag_changed(flag.procedure.code, name, fields, since)


def _named(change: Change) -> list[str]:
    """What changed, as people call it: "lệ phí" rather than "cách nộp", which holds the fees."""
    if change.field == "submission":
        return [texts.part(part) for part in changes.parts_changed([change])]
    return [texts.field(change.field).lower()]


@command("procedure.flag", staff=True)
def flag_shown(ctx: Context, message: Incoming, argument: str) -> Turn:
    """ "/procedure.flag <version> 2": field by field, with the way to say that it was looked at."""
    number, _, page = argument.partition(" ")
    version = _version(ctx, number)
    if version is None:
        return Turn((Outgoing(texts.seen_already()),))
    found = procedure_flags.flag_of(ctx.session, version, ctx.today)
    lines = [flag_line(found), *changes.told(found.changes)]
    code = found.procedure.code
    choices = (
        Choice(f"/procedure.seen {version.id}", texts.choice_seen()),
        Choice(f"/procedure.history {code}", texts.choice_history()),
        Choice(f"/p {code} overview", procedure_texts.choice("overview")),
    )
    return _paged(lines, page, f"/procedure.flag {version.id}", choices)


@command("procedure.seen", staff=True)
def seen(ctx: Context, message: Incoming, argument: str) -> Turn:
    """ "Đã xem": written down; the commune is not reminded of this version again."""
    if ctx.officer is None or not _may_look_after(ctx):
        raise NotAllowed(texts.may_not())
    found = next((flag for flag in _flags(ctx) if str(flag.version_id) == argument.strip()), None)
    if found is None:
        return Turn((Outgoing(texts.seen_already()),))
    procedure_flags.mark(
        ctx.session, ctx.tools.ids, ctx.tenant.id, procedure_flags.SEEN, found, ctx.now, officer_id=ctx.officer.id
    )
    note = texts.seen(pages.shortened(found.procedure.title, _TITLE_CHARS))
    return Turn((Outgoing(note, (Choice("/procedure.flags", texts.choice_flags()),)),))


@command("procedure.history", staff=True)
def history(ctx: Context, message: Incoming, argument: str) -> Turn:
    """ "/procedure.history <code> 2": every version of every layer, the newest first, each with what it changed."""
    code, page = (*argument.split(), "", "")[:2]
    if not _CODE.fullmatch(code):
        return Turn((Outgoing(texts.history_which()),), state="procedure.history")
    lines: list[str] = []
    choices: list[Choice] = []
    name = ""
    for tenant_id in communes.layers(ctx.session, ctx.tenant.id):
        layer = _layer(ctx, tenant_id)
        for version in procedures.versions_of(ctx.session, tenant_id, code):
            found = procedure_flags.flag_of(ctx.session, version, ctx.today)
            name = name or found.procedure.title
            told = changes.told(found.changes) or [texts.same_words()]
            lines += [_headed(version, layer), *(told if version.number > 1 else [texts.first_version()])]
            choices.append(Choice(f"/procedure.version {version.id}", texts.choice_version(version.number, layer)))
    if not lines:
        return Turn((Outgoing(texts.history_none(code)),))
    title = texts.history(code, pages.shortened(name, _TITLE_CHARS))
    return _paged([title, *lines], page, f"/procedure.history {code}", tuple(choices[:_LISTED]))


@step("procedure.history")
def history_of(ctx: Context, message: Incoming) -> Turn:
    """The code, once asked for; other words are what they would be without the question."""
    code = message.text.strip()
    if ctx.officer is None or not any(map(str.isdigit, code)) or not _CODE.fullmatch(code):
        return STEPS["officer.idle" if ctx.officer else "idle"](ctx, message)
    return history(ctx, message, code)


@command("procedure.version", staff=True)
def version_shown(ctx: Context, message: Incoming, argument: str) -> Turn:
    """ "/procedure.version <id> fee": what a version said, of this commune or of a layer above it."""
    number, _, aspect = argument.partition(" ")
    version = _version(ctx, number)
    if version is None:
        return Turn((Outgoing(procedure_texts.gone()),))
    heading = _headed(version, _layer(ctx, version.tenant_id)).rstrip(":")
    record = from_record(version.record)
    told = answer(record, aspect or "overview", since=version.valid_from_on, office=office_of(ctx), validity=heading)
    parts = [Choice(f"/procedure.version {version.id} {part}", procedure_texts.choice(part)) for part in told.others]
    choices = (*parts, Choice(f"/procedure.history {record.code}", texts.choice_history()))
    *before, last = told.screens
    return Turn((*(Outgoing(screen) for screen in before), Outgoing(last, choices)))


def _paged(lines: list[str], page: str, data: str, choices: tuple[Choice, ...]) -> Turn:
    title, *rest = lines
    screens = pages.screens(pages.shortened(title, 200), [line for row in rest for line in pages.lines_of(row)], "",
                            MAX_CHARS)  # fmt: skip
    n = min(max(int(page) if page.isdecimal() and len(page) < 4 else 1, 1), len(screens))
    more = (Choice(f"{data} {n + 1}", procedure_texts.more()),) if n < len(screens) else ()
    return Turn((Outgoing(screens[n - 1].strip(), (*more, *choices)),))


def _headed(version: ProcedureVersion, layer: str) -> str:
    since, origin = day(version.valid_from_on), version.origin or texts.nothing()
    if version.valid_to_on is None:
        return texts.version(version.number, layer, since, origin)
    if version.valid_to_on <= version.valid_from_on:
        return texts.version_replaced(version.number, layer, since, origin)
    return texts.version_until(version.number, layer, since, day(_day_before(version)), origin)


def _day_before(version: ProcedureVersion) -> date:
    assert version.valid_to_on is not None
    return version.valid_to_on - timedelta(days=1)


def _version(ctx: Context, number: str) -> ProcedureVersion | None:
    """A version of a layer that this commune stands on; a neighbour's is nobody's business here."""
    if not number.isdecimal() or len(number) > _ID_DIGITS:
        return None
    found = procedures.version(ctx.session, int(number))
    return found if found and found.tenant_id in communes.layers(ctx.session, ctx.tenant.id) else None


def _flags(ctx: Context) -> list[Flag]:
    layers = communes.layers(ctx.session, ctx.tenant.id)
    return procedure_flags.flags(ctx.session, ctx.tenant.id, layers, ctx.today)


def _layer(ctx: Context, tenant_id: int) -> str:
    tenant = ctx.session.get(Tenant, tenant_id)
    return texts.layer(tenant.kind, tenant.name) if tenant else texts.layer("nation", "")


def _may_look_after(ctx: Context) -> bool:
    officer = ctx.officer
    if officer is None:
        return False
    department = communes.department_by_key(ctx.session, ctx.tenant.id, ctx.profile.question_department)
    ours = department is not None and officer.department_id == department.id
    return ours or bool(_ABOVE & set(officer.roles))
