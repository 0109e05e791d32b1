"""What did not arrive: the officer in charge hears it once, with the reason and what they may know."""

from __future__ import annotations

import pytest

from domain.messages import Outgoing
from domain.texts.base import code
from scheduler.delivery_watch import watch_delivery
from storage import outbox
from storage.tables import Audit, OutboxMessage
from tests.scheduler.conftest import at


@pytest.fixture
def result(town):
    """Owe the citizen a result; failed for good where `why` is given."""

    def result(case=None, *, question=None, why: str = "", key: str = "result") -> None:
        with town.db.writing() as session:
            outbox.add(
                session, town.tenant.id, town.tools.ids(), channel_id=town.channel.id, peer="citizen-1",
                message=Outgoing("kết quả"), key=key, now=town.clock(), important=True,
                case_id=case.id if case else None, question_id=question.id if question else None,
            )  # fmt: skip
            row = outbox.by_key(session, town.tenant.id, key)
            if why:
                row.failed_at, row.failed_why, row.next_try_at = town.clock(), why, None

    return result


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("gone", "đã chặn hoặc rời chat"),
        ("late", "ba ngày"),
        ("rejected", "không nhận tin này"),
        ("misconfigured", "đang hỏng"),
    ],
)
def test_the_officer_hears_why_a_result_did_not_arrive(town, file_case, result, owed, why, said):
    lan = town.officer("Lan")
    case = file_case(officer="Lan", contact_phone="0912 345 678")
    result(case, why=why)
    assert town.run(watch_delivery) == 1
    (text,) = owed(lan.peer)
    assert code(case.code) in text
    assert said in text
    assert "0912 345 678" in text
    assert [row.kind for row in town.rows(Audit)] == ["identity seen"], "each look is written down"
    assert town.run(watch_delivery) == 0


def test_who_has_not_taken_the_case_does_not_see_the_number(town, file_case, result, owed):
    lan = town.officer("Lan")
    result(file_case(contact_phone="0912 345 678"), why="gone")
    town.run(watch_delivery)
    (text,) = owed(lan.peer)
    assert "0912" not in text
    assert "nhận việc thì thấy" in text
    assert town.rows(Audit) == []


def test_a_result_that_waits_for_a_day_is_told_before_it_is_given_up(town, file_case, result, owed):
    lan = town.officer("Lan")
    result(file_case(officer="Lan"))
    town.clock.forward(hours=23)
    assert town.run(watch_delivery) == 0
    town.clock.forward(hours=2)
    assert town.run(watch_delivery) == 1
    assert "Quá 24 giờ" in owed(lan.peer)[0]


def test_a_delivered_result_and_a_held_one_are_no_news(town, file_case, result):
    town.officer("Lan")
    result(file_case(officer="Lan"), key="a")
    result(file_case(officer="Lan"), why="restored", key="b")
    town.deliver()
    town.clock.forward(hours=30)
    assert town.run(watch_delivery) == 0


def test_it_waits_for_the_morning(town, file_case, result):
    town.officer("Lan")
    town.clock.now = at("2026-03-02 21:00")
    result(file_case(officer="Lan"), why="gone")
    assert town.run(watch_delivery) == 0
    town.clock.now = at("2026-03-03 07:30")
    assert town.run(watch_delivery) == 1


def test_an_undelivered_answer_to_a_question_is_told_to_its_department(town, ask, result, owed):
    mai = town.officer("Mai")
    result(question=ask(status="replied"), why="gone")
    town.run(watch_delivery)
    assert "Câu trả lời cho một câu hỏi chưa đến" in owed(mai.peer)[0]


def test_a_message_about_nothing_is_left_to_the_doctor(town, result):
    result(why="gone")
    assert town.run(watch_delivery) == 0
    assert len(town.rows(OutboxMessage)) == 1
