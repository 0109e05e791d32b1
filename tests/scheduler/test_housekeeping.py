"""Erasing what was kept long enough, dropping what expired, asking for the days off ahead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.messages import Incoming, Outgoing
from scheduler.housekeeping import check_calendar, tidy
from storage import attempts, inbox, outbox, sign_ins
from storage.tables import (
    Attempt,
    Conversation,
    FeedbackCase,
    Holiday,
    InboxMessage,
    Officer,
    OutboxMessage,
    Question,
    SignIn,
)
from tests.scheduler.conftest import at


def test_what_was_said_goes_after_ninety_days_and_cases_stay(town, file_case, ask, citizen):
    citizen.does("phản ánh")
    file_case()
    ask("ai ký giấy này", status="unanswered", phone="0912345678")
    waiting = ask("còn chờ", due="2026-09-01 09:00")
    town.clock.forward(days=89)
    town.run(tidy)
    assert town.rows(InboxMessage)[0].body["text"] == "phản ánh"
    town.clock.forward(days=2)
    town.run(tidy)
    assert [row.body for row in town.rows(InboxMessage)] == [{}]
    assert {str(row.body) for row in town.rows(OutboxMessage) if row.sent_at} == {"{}"}
    assert [row.memory for row in town.rows(Conversation)] == [{}]
    questions = {row.id: row for row in town.rows(Question)}
    assert questions.pop(waiting.id).peer == "citizen-1"
    assert {(row.peer, row.channel_id, row.phone) for row in questions.values()} == {(None, None, "")}
    assert any(row.text == "ai ký giấy này" for row in questions.values()), "what was asked stays, not by whom"
    assert town.rows(FeedbackCase)[0].description == "Bóng đèn hỏng"


def test_a_message_that_is_still_owed_or_failed_keeps_its_words(town):
    with town.db.writing() as session:
        outbox.add(
            session, town.tenant.id, town.tools.ids(), channel_id=town.channel.id, peer="a", message=Outgoing("x"),
            key="k", now=town.clock(),
        )  # fmt: skip
        said = Incoming("e", "a", town.clock(), text="hỏng")
        inbox.add(session, town.tenant.id, 5, town.channel.id, said, now=town.clock(), quiet=timedelta(0))
        inbox.park(session, session.get_one(InboxMessage, (town.tenant.id, 5)), town.clock(), "ValueError at x:1")
    town.clock.forward(days=100)
    town.run(tidy)
    assert town.rows(OutboxMessage)[0].body == {"text": "x"}
    assert town.rows(InboxMessage)[0].body["text"] == "hỏng"


def test_the_neighbours_words_are_the_neighbours_to_erase(town):
    town.person("n", neighbour=True).does("menu")
    town.clock.forward(days=100)
    town.run(tidy)
    assert town.rows(InboxMessage)[0].body["text"] == "menu"
    town.run(tidy, neighbour=True)
    assert town.rows(InboxMessage)[0].body == {}


def test_expired_links_codes_and_tries_are_dropped(town):
    with town.db.writing() as session:
        officer = session.query(Officer).filter_by(tenant_id=town.tenant.id).first()
        officer.link_code_hash, officer.link_code_until_at = "h", town.clock() + timedelta(hours=1)
        sign_ins.create_sign_in(
            session, town.tools.ids, town.tenant.id, officer.id, now=town.clock(),
            until=town.clock() + timedelta(hours=1), random_bytes=lambda n: b"x" * n,
        )  # fmt: skip
        attempts.allowed(session, town.tools.ids, town.tenant.id, "k", town.clock(), limit=3)
    town.run(tidy)
    assert [len(town.rows(table)) for table in (SignIn, Attempt)] == [1, 1]
    town.clock.forward(days=3)
    town.run(tidy)
    assert [len(town.rows(table)) for table in (SignIn, Attempt)] == [0, 0]
    assert all(row.link_code_hash is None for row in town.rows(Officer))


@pytest.mark.parametrize(
    ("why", "moment", "said"),
    [
        ("eight days before, nothing yet", "2026-11-16 09:00", ""),
        ("a week before an unconfirmed day", "2026-11-17 09:00", "24/11/2026 (Ngày Văn hóa Việt Nam)"),
        ("not at night", "2026-11-17 22:00", ""),
        ("December asks for next year", "2026-12-01 09:00", "Lịch nghỉ năm 2027 còn 8 ngày"),
    ],
)
def test_leaders_are_asked_to_confirm_days_off(town, owed, why, moment, said):
    leader = town.officer("Phúc")
    town.clock.now = at(moment)
    town.run(check_calendar)
    texts = owed(leader.peer)
    assert any(said in text for text in texts) if said else texts == [], (why, texts)
    assert town.run(check_calendar) == 0, "once"


def test_a_break_of_many_days_is_asked_about_once(town, owed):
    leader = town.officer("Phúc")
    for day in range(20, 31):
        town.clock.now = at(f"2027-01-{day} 09:00")
        town.run(check_calendar)
    for day in range(1, 12):
        town.clock.now = at(f"2027-02-{day:02d} 09:00")
        town.run(check_calendar)
    tet = [text for text in owed(leader.peer) if "Tết" in text]
    assert len(tet) == 1
    assert "04/02/2027" in tet[0]


def test_a_confirmed_day_and_a_year_without_days(town, owed):
    leader = town.officer("Phúc")
    with town.db.writing() as session:
        day = at("2026-11-24 12:00").date()
        session.add(Holiday(tenant_id=town.tenant.id, id=town.tools.ids(), on=day, kind="off", name="n", verified=True))
    town.clock.now = at("2026-11-17 09:00")
    assert town.run(check_calendar) == 0, "the commune's own row wins"
    town.clock.now = at("2027-12-01 09:00")
    town.run(check_calendar)
    assert any("Chưa có lịch nghỉ năm 2028" in text for text in owed(leader.peer))
