"""Short ways to the places where the transcripts of this folder begin."""

from __future__ import annotations

from collections.abc import Iterable

from domain.messages import Outgoing
from storage.tables import Attachment, Citizen, Conversation, FeedbackCase, InboxMessage, OutboxMessage, Question
from tests.conftest import Person, Press, Town, message_as_read

LAMP = "Đèn đường thôn 3 hỏng cả tuần rồi"


def regular(town: Town, peer: str = "citizen-1") -> Person:
    """Somebody who has been here before, so that no welcome follows the answers."""
    person = town.person(peer)
    person.does("menu")
    person.heard.clear()
    town.clock.forward(seconds=1)
    return person


def file_report(citizen: Person, words: str = LAMP, *, anonymous: bool = False) -> FeedbackCase:
    """The shortest way to a case; with the telephone number 0912 345 678 unless anonymous."""
    citizen.talk(
        ("phản ánh", "việc gì"), (words, "loại nào"), ("1", "ở đâu"), ("Thôn 3", "có ảnh"), ("xong", "cần giữ")
    )
    if anonymous:
        citizen.talk(("2", "xem lại"))
    else:
        citizen.talk(("1", "số điện thoại"), ("0912345678", "cho biết tên"), ("Hoa", "xem lại"))
    citizen.talk(("1", "Mã:"))
    return case_of(citizen)


def case_of(citizen: Person) -> FeedbackCase:
    """The newest case of this chat as it stands now."""
    return citizen.town.rows(FeedbackCase, peer=citizen.peer)[-1]


def code_of(citizen: Person) -> str:
    code = case_of(citizen).code
    return f"{code[:4]}-{code[4:]}"


def answer(officer: Person, case: FeedbackCase, words: str = "Đã thay bóng đèn.") -> None:
    """From the first look to the sent result."""
    officer.talk(
        (Press(f"/case.answer {case.id}"), "nhắn nội dung trả lời"), (words, "Người dân sẽ nhận"), ("1", "đang được")
    )


def heard(messages: Iterable[Outgoing]) -> str:
    return "\n".join(message_as_read(message) for message in messages)


def everything_stored(town: Town) -> str:
    """All that people's words could stand in, as one text."""
    return "\n".join(
        str(value)
        for table in (InboxMessage, OutboxMessage, Conversation, Citizen, FeedbackCase, Question, Attachment)
        for row in town.rows(table)
        for value in (getattr(row, column.key) for column in table.__table__.columns)
    )
