"""A person with data of their own, and where words of theirs still stand: for tests of what may be asked about it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import select

from handlers.actions.my_data import files_are_gone
from storage import cases, media, my_data
from storage.tables import Base, FeedbackCase, Tenant
from tests.conftest import Person, Photo, Town

NAME, PHONE, WORDS = "Phan Thị Lụa", "0912345678", "den duong xom Dua Hau hong ca tuan roi"


def known(town: Town, peer: str = "citizen-1", *, neighbour: bool = False) -> Person:
    """Somebody who has been greeted before, so that answers come alone."""
    person = town.person(peer, neighbour=neighbour)
    person.does("menu")
    town.clock.forward(milliseconds=1)
    return person


def report(person: Person, words: str = WORDS, *, photo: str = "", phone: str = PHONE, name: str = NAME) -> str:
    """File a report with a name and a phone number; its code."""
    person.does("Phản ánh")
    person.does(words)
    person.does("1")
    person.does("Xóm Dưa Hấu")
    if photo:
        person.does(Photo(photo))
    person.does("xong")
    for _ in range(4):
        heard = person.heard[-1].text
        if "cần giữ nội dung" in heard:
            person.does("Tôi đồng ý")
        elif "số điện thoại" in heard and "xem lại" not in heard:
            person.does(phone)
        elif "cho biết tên" in heard:
            person.does(name)
    person.does("gửi")
    return person.heard[-1].text.split("Mã:")[1].split()[0].replace("-", "")


def digits_asked(person: Person) -> str:
    asked = [message.text for message in person.heard if "XOA " in message.text]
    return asked[-1].split("XOA ")[1][:4]


def erase(person: Person) -> str:
    """Both steps; the answer."""
    person.does("xóa dữ liệu")
    (done,) = person.does(f"XOA {digits_asked(person)}")
    assert "Đã xóa lúc" in done.text
    return done.text


def places(town: Town, needle: str, tenant: Tenant) -> Counter[str]:
    """Every table and column of the database in which the words stand for that commune."""
    found: Counter[str] = Counter()
    with town.db.reading() as session:
        for table in Base.metadata.tables.values():
            whose = table.c.tenant_id if "tenant_id" in table.c else table.c.id
            rows = session.execute(select(table).where(whose == tenant.id))
            for row in rows.mappings():
                for column, value in row.items():
                    if needle in readable(value):
                        found[f"{table.name}.{column}"] += 1
    return found


def readable(value: Any) -> str:
    if isinstance(value, str) and value[:1] in ("{", "["):
        value = json.loads(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def case_of(town: Town, code: str) -> FeedbackCase:
    (row,) = town.rows(FeedbackCase, code=code)
    return row


def chain_is_sound(town: Town, case: FeedbackCase) -> bool:
    with town.db.reading() as session:
        return cases.broken_link(session, case.tenant_id, case.id) is None


def media_file(data_dir: Path, town: Town, content: bytes) -> str:
    return media.keep(data_dir, town.tenant.id, content)


def sweep_files(town: Town, data_dir: Path) -> int:
    """What the running service does with the queue: unlink, then commit."""
    with town.db.reading() as session:
        files = my_data.files_to_delete(session, town.tenant.id, town.clock())
    for file in files:
        my_data.unlink(data_dir, file)
    with town.db.writing() as session:
        files_are_gone(session, town.tools, files, town.clock())
    return len(files)
