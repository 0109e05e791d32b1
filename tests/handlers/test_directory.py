"""A citizen asks about the commune itself and is answered from its data."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from domain.messages import Incoming
from domain.texts.base import speaking
from handlers.actions import holidays as actions
from handlers.context import Address, Context
from handlers.dialogs.directory import answer
from storage import communes, conversations, holidays
from storage.tables import NATION, OutboxMessage, Question, Tenant
from tests.conftest import Press

SATURDAY_EVENING = datetime(2026, 3, 7, 11, 0, tzinfo=UTC)  # 18:00 in Việt Nam


def hear(town, text, *, peer="citizen-1", neighbour=False):
    """What `answer` says to a free text of this person, committed; None when it is not about the commune."""
    channel = town.neighbour_channel if neighbour else town.channel
    with town.db.writing() as session:
        commune = communes.load(session, channel.tenant_id)
        where = (session, town.tools.ids, channel.tenant_id, channel.id, peer, town.clock())
        conversations.lock_or_add(*where)
        person = conversations.citizen(*where)
        ctx = Context(
            session=session, tenant=commune.tenant, profile=commune.profile, calendar=commune.calendar,
            now=town.clock(), tools=town.tools, who=Address(channel.id, peer), citizen=person,
            officer=None, turn_key="turn:1",
        )  # fmt: skip
        with speaking(person.language):
            turn = answer(ctx, Incoming(external_id="e", peer=peer, at=town.clock(), text=text))
        return turn and "\n".join(message.text for message in turn.say)


def set_profile(town, **values):
    with town.db.writing() as session:
        tenant = session.get(Tenant, town.tenant.id)
        tenant.profile = {**tenant.profile, **values}


def reminders(town):
    return [row for row in town.rows(OutboxMessage) if row.key.startswith("remind:")]


@pytest.mark.parametrize(
    ("why", "text", "expected"),
    [
        ("the desk", "địa chỉ ủy ban ở đâu", "Nhà A, trụ sở Ủy ban nhân dân xã Hòa An, thôn Trung"),
        ("an office without an address of its own", "công an xã ở đâu", "Địa chỉ riêng của Công an xã chưa được nhập"),
        ("opening hours", "mấy giờ mở cửa", "Thứ Hai đến thứ Sáu: 7 giờ 30 đến 11 giờ 30, 13 giờ đến 17 giờ."),
        ("now", "hôm nay còn làm ko", "Xã đang mở cửa, đến 11 giờ 30."),
        ("Saturday", "t7 co lam ko", "Mở cửa lại: 7 giờ 30, thứ Hai, 09/03/2026."),
        ("hours of another office", "công an xã thứ 7 có làm việc không", "Công an xã có thể khác, ông/bà hỏi 0200"),
        ("a department", "sđt phòng kinh tế", "Phòng Kinh tế: 0200 000 0012"),
        ("the police", "số công an xã", "Công an xã: 0200 000 0015"),
        ("the chairman's number", "xin sđt chủ tịch xã", "Bùi Hữu Phúc, điện thoại 0200 000 0021"),
        ("everything", "làm sao liên hệ với xã", "Đường dây nóng: 0200 000 0001"),
        ("the chairman", "chủ tịch xã là ai", "Chủ tịch Ủy ban nhân dân xã: Bùi Hữu Phúc"),
        ("who does land", "ai phụ trách đất đai", "Trưởng phòng Kinh tế: Trần Văn Hùng, điện thoại 0200 000 0012"),
        ("an office whose head is not entered", "ai phụ trách trạm y tế", "thuộc Trạm Y tế, điện thoại 0200 000 0017"),
        ("the next reception", "hôm nào chủ tịch tiếp dân", "8 giờ đến 11 giờ, thứ Năm, 05/03/2026"),
        ("an old name", "xã Tân Lập cũ giờ thuộc đâu", "Xã Tân Lập nay thuộc xã Hòa An."),
        ("an old name of next door", "thị trấn Hòa Khê sáp nhập vào đâu", "Xã Hòa Bình, liên hệ: điện thoại 0200"),
        ("next door", "số điện thoại xã Hòa Bình", "điện thoại 0200 000 0101"),
        ("a holiday", "giỗ tổ có nghỉ không", "từ thứ Bảy, 25/04/2026 đến hết thứ Hai, 27/04/2026"),
        ("an unconfirmed day", "24/11 có nghỉ không", "chưa được xác nhận là ngày nghỉ"),
    ],
)  # fmt: skip
def test_a_question_is_answered_from_the_data(town, why, text, expected):
    assert expected in hear(town, text), why


@pytest.mark.parametrize(
    ("why", "text", "expected"),
    [
        ("no website", "trang web của xã là gì", "Trang thông tin chưa được nhập vào đây, nên tôi không trả lời đoán."),
        ("no e-mail", "email của xã", "Ông/bà hỏi đường dây nóng 0200 000 0001."),
        ("no account", "số tài khoản nộp lệ phí", "Số tài khoản chưa được nhập"),
        ("nobody of that title", "bí thư xã là ai", "Người phụ trách việc này chưa được nhập"),
        ("a body that is not ours", "sđt bưu điện", "Số điện thoại này chưa được nhập"),
        ("an old name nobody entered", "xã Bình Minh cũ giờ thuộc xã nào", "Tên cũ này chưa được nhập"),
        ("a commune nobody entered", "sđt ubnd xã Quảng Sơn", "Liên hệ của nơi này chưa được nhập"),
        ("a year nobody knows", "tết năm 2031 nghỉ mấy ngày", "Lịch nghỉ này chưa được nhập"),
    ],
)
def test_what_was_not_entered_is_never_guessed(town, why, text, expected):
    assert expected in hear(town, text), why
    assert town.rows(Question)[-1].status == "unanswered", why


def test_an_answer_is_written_down(town):
    hear(town, "sđt phòng kinh tế")
    (row,) = town.rows(Question)
    assert (row.status, row.aspect) == ("answered", "directory")
    assert "0200 000 0012" in row.answer


def test_a_question_about_a_procedure_is_left_to_the_procedures(town):
    assert hear(town, "nộp hồ sơ khai sinh ở đâu") is None
    assert town.rows(Question) == []


def test_after_hours_the_real_next_opening_and_the_duty_officer_are_named(town, clock):
    clock.now = SATURDAY_EVENING
    told = hear(town, "số công an xã")
    assert "Giờ này xã đã nghỉ. Mở cửa lại: 7 giờ 30, thứ Hai, 09/03/2026." in told
    assert "Trực ngoài giờ: 0200 000 0002" in told


def test_next_door_speaks_of_itself(town):
    assert hear(town, "xã Hòa Bình ở đâu", neighbour=True).startswith("Trung tâm Phục vụ hành chính công")


def test_without_a_hotline_an_officer_is_offered(town):
    set_profile(town, hotline="")
    assert "Ông/bà có thể nhờ cán bộ trả lời." in hear(town, "email của xã")


def test_words_and_buttons_open_the_directory(talk):
    talk(
        ("danh bạ", "Phòng Kinh tế: 0200 000 0012"),
        (Press("Giờ làm việc"), "Giờ làm việc của Trung tâm Phục vụ hành chính công"),
        (Press("Địa chỉ"), "Nhà A, trụ sở"),
        ("liên hệ", "Trực ngoài giờ: 0200 000 0002"),
        ("GIO LAM VIEC", "Các ngày khác nghỉ."),
    )


def test_asking_in_the_middle_of_a_report_does_not_end_it(citizen):
    citizen.does("phản ánh")
    state = citizen.state
    citizen.talk(("giờ làm việc", "Thứ Hai đến thứ Sáu"))
    assert citizen.state == state


@pytest.mark.parametrize(
    ("why", "text", "expected"),
    [
        ("which days", "một cửa làm những ngày nào", "Thứ Hai đến thứ Sáu: 7 giờ 30"),
        ("what is special on one", "hôm nào là ngày không viết", "Thứ Ba: ngày không viết, cán bộ điền giúp"),
        ("on duty", "số trực ngoài giờ", "Trực ngoài giờ: 0200 000 0002"),
        ("of which old communes", "xã mình gồm những xã nào", "Xã Hòa An nay gồm: xã Tân Lập, xã Hòa Lộc."),
        ("a day without a reception", "hôm nay có tiếp dân không", "Thứ Hai, 02/03/2026 không có buổi tiếp công dân."),
        ("and when there is one", "hôm nay có tiếp dân không", "8 giờ đến 11 giờ, thứ Năm, 05/03/2026"),
        ("a day with one", "thứ 5 có tiếp dân không", "Buổi tiếp công dân gần nhất"),
        ("somebody who receives nobody", "phó chủ tịch tiếp dân hôm nào", "chưa có buổi tiếp của người này"),
        ("who speaks English", "có ai biết tiếng anh không", "Tiếng Anh: Lê Thị Mai"),
        ("who speaks Hmong", "tieng mong co ai biet ko", "Chưa nhập cán bộ nào biết tiếng Mông."),
        ("not entered", "zalo của xã là gì", "Trang Zalo, Facebook của xã chưa được nhập"),
    ],
)
def test_more_of_the_commune_itself_is_answered(town, why, text, expected):
    assert expected in hear(town, text), why


def test_pages_elsewhere_are_told_once_they_are_entered(town):
    set_profile(town, social={"Zalo": "https://zalo.me/xahoaan"})
    assert hear(town, "xa co zalo k") == "Zalo: https://zalo.me/xahoaan"


def test_a_field_whose_officer_nobody_entered_is_left_to_the_procedures(town):
    assert hear(town, "chứng thực gặp ai") is None
    assert "Việc này thuộc Phòng Kinh tế" not in str(hear(town, "chứng thực gặp ai"))


def test_an_answer_that_is_not_it_leads_to_a_person_and_is_a_gap(town, citizen):
    citizen.does("menu")
    citizen.talk(
        ("ai phụ trách đất đai", "Trần Văn Hùng"), (Press("Không đúng ý"), "cán bộ"),
    )  # fmt: skip
    town.officer("Mai").talk(("câu hỏi chưa trả lời", "1 người: ai phụ trách đất đai"))


def test_before_an_officer_is_offered_the_data_are_looked_at_once_more(town, citizen):
    citizen.does("menu")
    citizen.talk(
        ("tôi làm công nhân hết ca 5h thì xã còn làm không", "Lúc 17 giờ xã nghỉ."),
        (Press("Chuyển cán bộ trả lời"), "Đã chuyển"),
    )


def test_a_holiday_announced_later_calls_the_reminder_off(town, citizen, clock):
    citizen.does(Press("/directory.remind 2026-03-05T08:00"))
    day = holidays.Day(date(2026, 3, 5), holidays.OFF, "Nghỉ lễ lớn", True, "Thông báo 12/TB-BNV")
    with town.db.writing() as session:
        actions.put(session, town.tools, NATION, day, clock())
        actions.recompute(session, town.tools, town.tenant, clock())
    clock.now = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    (eve,) = town.deliver()
    assert "không có vì là ngày nghỉ (Nghỉ lễ lớn)" in eve.body["text"]
    with town.db.writing() as session:
        actions.take_back(session, town.tools, NATION, date(2026, 3, 5), "Thông báo 13/TB-BNV", clock())
        actions.recompute(session, town.tools, town.tenant, clock())
    clock.now = datetime(2026, 3, 5, 0, 0, tzinfo=UTC)
    (morning,) = town.deliver()
    assert "hôm nay có buổi tiếp công dân" in morning.body["text"]


def test_a_reception_that_left_the_schedule_is_called_off(town, citizen, clock):
    citizen.does(Press("/directory.remind 2026-03-05T08:00"))
    set_profile(town, receptions=[])
    with town.db.writing() as session:
        actions.recompute(session, town.tools, session.get(Tenant, town.tenant.id), clock())
    assert all("không còn trong lịch" in row.body["text"] for row in reminders(town))


def test_a_reminder_comes_on_the_day_before_and_that_morning(town, citizen, clock):
    citizen.does("liên hệ")
    told = citizen.does(Press("/directory.remind 2026-03-05T08:00"))
    assert "16 giờ, thứ Tư, 04/03/2026 và lúc 7 giờ, thứ Năm, 05/03/2026" in told[0].text
    assert not [row for row in town.deliver() if row.key.startswith("remind:")], "nothing leaves before its time"
    clock.now = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    (eve,) = town.deliver()
    assert "ngày mai có buổi tiếp công dân, 8 giờ, thứ Năm, 05/03/2026" in eve.body["text"]
    clock.now = datetime(2026, 3, 5, 0, 0, tzinfo=UTC)
    (morning,) = town.deliver()
    assert "hôm nay có buổi tiếp công dân" in morning.body["text"]


def test_asking_twice_reminds_once(town, citizen):
    citizen.does(Press("/directory.remind 2026-03-05T08:00"))
    citizen.talk((Press("/directory.remind 2026-03-05T08:00"), "Tôi đã ghi lời nhắc cho buổi này rồi."))
    assert len(reminders(town)) == 2


def test_a_reminder_can_be_asked_for_in_words(town):
    assert "thứ Năm, 05/03/2026" in hear(town, "nhắc tôi lịch tiếp dân")
    assert len(reminders(town)) == 2


def test_a_reminder_can_be_dropped_and_asked_for_again(town, citizen):
    other = town.person("citizen-2")
    other.does(Press("/directory.remind 2026-03-05T08:00"))
    citizen.does(Press("/directory.remind 2026-03-05T08:00"))
    citizen.talk(("bỏ nhắc", "tôi đã bỏ các lời nhắc"), ("BO NHAC", "không có lời nhắc nào"))
    assert {row.peer for row in reminders(town)} == {"citizen-2"}
    citizen.does(Press("/directory.remind 2026-03-05T08:00"))
    assert len(reminders(town)) == 4


def test_what_was_sent_is_not_unsent(town, citizen, clock):
    citizen.does(Press("/directory.remind 2026-03-05T08:00"))
    clock.now = datetime(2026, 3, 4, 9, 1, tzinfo=UTC)
    town.deliver()
    citizen.does("bỏ nhắc")
    (kept,) = reminders(town)
    assert kept.sent_at is not None


@pytest.mark.parametrize(
    ("why", "data", "expected"),
    [
        ("a day without a reception", "2026-03-06T08:00", "không còn trong lịch"),
        ("a holiday", "2026-04-30T08:00", "không còn trong lịch"),
        ("another hour", "2026-03-05T09:00", "không còn trong lịch"),
        ("not a time at all", "hôm nào đó", "không dùng được nữa"),
    ],
)
def test_a_reception_that_is_not_there_has_no_reminder(town, citizen, why, data, expected):
    citizen.talk((Press(f"/directory.remind {data}"), expected))
    assert reminders(town) == [], why


def test_on_the_evening_before_only_the_morning_is_left(town, citizen, clock):
    clock.now = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
    citizen.talk((Press("/directory.remind 2026-03-05T08:00"), "lúc 7 giờ, thứ Năm, 05/03/2026. Không cần nữa"))
    assert len(reminders(town)) == 1


def test_a_number_typed_after_a_reminder_was_set_does_not_mean_an_unseen_message(town, citizen):
    citizen.does(Press("/directory.remind 2026-03-05T08:00"))
    with town.db.reading() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.has_choices)).all()
    assert not [row for row in rows if row.key.startswith("remind:")]
