"""A question that an officer owes an answer to."""

from __future__ import annotations

from scheduler.questions import remind_of_questions
from tests.scheduler.conftest import at, walk


def test_who_answers_hears_an_hour_before_and_the_head_once_it_is_late(town, ask, owed):
    mai, head = town.officer("Mai"), town.officer("Dũng")
    town.clock.now = at("2026-03-02 08:00")
    with town.db.writing() as session:
        from storage.tables import Officer

        holder = next(o for o in session.query(Officer).filter_by(tenant_id=town.tenant.id) if "Mai" in o.name)
    ask(due="2026-03-02 16:30", officer_id=holder.id)
    walk(town, "2026-03-02 08:00", "2026-03-04 12:00", lambda: town.run(remind_of_questions), minutes=10)
    assert [text.partition(":")[0] for text in owed(mai.peer)] == [
        "Sắp đến giờ hẹn trả lời một câu hỏi",
        "QUÁ GIỜ HẸN",
    ]
    assert [text.partition(":")[0] for text in owed(head.peer)] == ["QUÁ GIỜ HẸN"]
    assert "hỏi gì đó" not in owed(head.peer)[0], "the words open with the question, in the chat of who may see it"


def test_an_answered_question_is_not_reminded_of(town, ask, change):
    town.officer("Mai")
    question = ask(due="2026-03-02 09:30")
    change(question, status="replied", replied_at=at("2026-03-02 09:00"))
    town.clock.now = at("2026-03-02 10:00")
    assert town.run(remind_of_questions) == 0


def test_nobody_is_reminded_on_a_sunday(town, ask):
    town.officer("Mai")
    ask(due="2026-02-27 16:30")
    town.clock.now = at("2026-03-01 10:00")
    assert town.run(remind_of_questions) == 0


def test_a_question_of_the_neighbour_stays_there(town, ask, owed):
    town.officer("Mai", neighbour=True)
    ask(due="2026-02-27 16:30")
    town.clock.now = at("2026-03-02 10:00")
    assert town.run(remind_of_questions, neighbour=True) == 0
    assert owed(neighbour=True) == []
