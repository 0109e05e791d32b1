"""Officers at work in the chat: who may see what, take, ask, pass on, answer, move a date."""

from __future__ import annotations

from datetime import date

import pytest

from domain.messages import Outgoing
from handlers.dialogs.desk import read_day
from storage import cases
from storage.tables import Attachment, Audit, CaseEvent, CaseWords, FeedbackCase, OfficerLink, OutboxMessage
from tests.conftest import Blocks, Person, Photo, Press, Reply, Town
from tests.handlers.filing import LAMP, answer, case_of, code_of, file_report, heard, regular


@pytest.fixture
def citizen(town: Town) -> Person:
    return regular(town)


@pytest.fixture
def lan(town: Town) -> Person:
    return town.officer("Lan")


def kinds(town: Town, case: FeedbackCase) -> list[str]:
    return [row.kind for row in town.rows(CaseEvent, case_id=case.id)]


def test_the_first_to_take_a_case_has_it(town: Town, citizen: Person, lan: Person) -> None:
    hung = town.officer("Hùng")
    case = file_report(citizen)
    lan.hears(), hung.hears()
    lan.talk(("1", "Anh/chị đã nhận việc"))
    hung.talk(("1", "đã do Nguyễn Thị Lan nhận"))
    lan.talk((Press(f"/case.take {case.id}"), "anh/chị đang giữ rồi"))
    assert case_of(citizen).status == "in_progress"
    assert kinds(town, case) == ["opened", "taken"]


def test_the_number_is_shown_to_who_takes_the_case_and_that_is_written_down(
    town: Town, citizen: Person, lan: Person
) -> None:
    case = file_report(citizen)
    assert "0912345678" not in heard(lan.hears())
    lan.talk((Press(f"/case.take {case.id}"), "Người gửi: Hoa, 0912345678"))
    assert [(row.kind, row.about) for row in town.rows(Audit)] == [("identity seen", f"case:{case.id}")]


def test_another_department_sees_nothing(town: Town, citizen: Person, lan: Person) -> None:
    ha = town.officer("Hà")
    case = file_report(citizen)
    for command in ("view", "take", "ask", "forward", "answer", "extend", "history", "approve"):
        ha.talk((Press(f"/case.{command} {case.id}"), "việc này thuộc nơi khác"))
    assert LAMP not in heard(ha.heard)
    assert kinds(town, case) == ["opened"]


def test_the_neighbours_officer_finds_no_such_case(town: Town, citizen: Person) -> None:
    case = file_report(citizen)
    far = town.officer("Lan", neighbour=True)
    far.talk((Press(f"/case.view {case.id}"), "Không có việc này"), (code_of(citizen), "không có việc nào mang mã này"))


def test_a_citizen_cannot_use_officers_choices(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    for command in ("take", "answer", "view", "approve"):
        citizen.talk((Press(f"/case.{command} {case.id}"), "chỉ dành cho cán bộ"))


def test_a_case_about_behaviour_is_for_the_director_and_each_look_is_written_down(town: Town, citizen: Person) -> None:
    mai, director, chairman = town.officer("Mai"), town.officer("Dũng"), town.officer("Phúc")
    case = file_report(citizen, "Cán bộ một cửa thái độ hách dịch")
    assert case.restricted
    mai.talk(
        (Press(f"/case.view {case.id}"), "chỉ lãnh đạo được xem"),
        (Press("/case.list new"), "Không có việc nào"),
        (code_of(citizen), "chỉ hiện ở nơi đã gửi"),
    )
    assert "hách dịch" not in heard(mai.heard)
    director.talk((Press(f"/case.view {case.id}"), "hách dịch"))
    chairman.talk((Press(f"/case.view {case.id}"), "hách dịch"))
    seen = [row.officer_id for row in town.rows(Audit, kind="restricted case seen")]
    assert len(seen) == 2


def test_a_question_goes_to_the_citizen_and_the_answer_comes_back(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    lan.talk(
        (Press(f"/case.ask {case.id}"), "nhắn câu cần hỏi"),
        ("Cột đèn số mấy ạ?", "Đã chuyển câu hỏi"),
    )
    asked = citizen.hears()
    assert "Cột đèn số mấy ạ?" in heard(asked)
    assert code_of(citizen) in heard(asked)
    assert case_of(citizen).status == "waiting_citizen"
    citizen.talk(("1", "phần cần bổ sung"), ("Cột số 7", "Đã chuyển lời ông/bà cho người phụ trách"))
    assert case_of(citizen).status == "in_progress"
    assert "người dân trả lời: Cột số 7" in heard(lan.hears())
    assert kinds(town, case) == ["opened", "taken", "asked", "told"]


def test_passing_a_case_on(town: Town, citizen: Person, lan: Person) -> None:
    ha = town.officer("Hà")
    case = file_report(citizen)
    before = case.due_on
    lan.talk(
        (Press(f"/case.forward {case.id}"), "Chuyển việc"),
        ("Phòng Văn hóa - Xã hội", "Vì sao chuyển đến Phòng Văn hóa - Xã hội?"),
        ("Đèn của nhà văn hóa", "đã chuyển đến Phòng Văn hóa - Xã hội"),
        (Press(f"/case.view {case.id}"), "việc này thuộc nơi khác"),
    )
    told = heard(ha.hears())
    assert "Chuyển từ Phòng Kinh tế. Lý do: Đèn của nhà văn hóa" in told
    assert LAMP in told
    assert "đã chuyển đến Phòng Văn hóa - Xã hội xử lý" in heard(citizen.hears())
    assert case_of(citizen).due_on == before
    ha.talk(("1", "Anh/chị đã nhận việc"))


def test_passing_on_can_be_called_off(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    lan.talk((Press(f"/case.forward {case.id}"), "Chuyển việc"), ("Thôi, quay lại", LAMP))
    assert kinds(town, case) == ["opened"]


def test_where_nobody_has_a_chat_the_officer_is_asked_to_call(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    lan.talk((Press(f"/case.forward {case.id}"), "Chuyển việc"), ("Trạm Y tế", "Vì sao"), ("dịch", "gọi báo giúp"))


def test_the_preview_is_exactly_what_the_citizen_gets(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    lan.talk((Press(f"/case.answer {case.id}"), "nhắn nội dung trả lời"))
    shown = lan.does("Đã thay bóng đèn sáng nay.")
    assert shown[0].text == "Người dân sẽ nhận đúng như sau:"
    lan.talk(("Sửa nội dung", "nhắn nội dung"))
    shown = lan.does("Đã thay bóng đèn sáng nay, cột số 7.")
    lan.talk(("1", "đang được gửi"))
    result = citizen.hears()[-1]
    assert result.text == shown[1].text
    assert [choice.key for choice in result.choices] == ["5", "4", "3", "2", "1", "0"]
    assert "trễ" not in result.text
    assert town.rows(OutboxMessage, peer=citizen.peer)[-1].important


def test_an_answer_can_be_dropped(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    lan.talk((Press(f"/case.answer {case.id}"), "nhắn"), ("abc", "sẽ nhận"), ("3", "Chưa gửi gì"))
    assert citizen.hears() == []
    assert case_of(citizen).status == "received"


def test_replying_to_the_message_about_a_case_writes_its_answer(town: Town, citizen: Person, lan: Person) -> None:
    file_report(citizen)
    lan.hears()
    lan.talk((Reply(lan.last_external_id, "Đã thay bóng đèn."), "Người dân sẽ nhận"), ("một", "đang được gửi"))
    assert "Đã thay bóng đèn." in heard(citizen.hears())


def test_a_late_answer_apologises_with_the_days(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    town.clock.now = town.clock.now.replace(day=10)
    answer(lan, case)
    result = heard(citizen.hears())
    assert "trễ 3 ngày làm việc, xã xin lỗi ông/bà" in result


def test_an_answer_is_given_once(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    answer(lan, case)
    citizen.hears()
    lan.talk((Press(f"/case.answer {case.id}"), "không còn mở"))
    town.officer("Hùng").talk((Press(f"/case.take {case.id}"), "không còn mở"))
    assert citizen.hears() == []


def test_two_drafts_at_once_send_one_answer(town: Town, citizen: Person, lan: Person) -> None:
    hung = town.officer("Hùng")
    case = file_report(citizen)
    for officer in (lan, hung):
        officer.talk((Press(f"/case.answer {case.id}"), "nhắn"), ("Đã xong.", "sẽ nhận"))
    lan.talk(("1", "đang được gửi"))
    hung.talk(("1", "không còn mở"))
    assert heard(citizen.hears()).count("Đã xong.") == 1


def test_only_the_holder_or_the_head_works_on_a_taken_case(town: Town, citizen: Person, lan: Person) -> None:
    hung = town.officer("Hùng")
    case = file_report(citizen)
    hung.talk((Press(f"/case.take {case.id}"), "đã nhận"))
    lan.talk((Press(f"/case.answer {case.id}"), "đã do Trần Văn Hùng nhận"))


def test_files_of_an_answer_wait_until_they_are_here(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    lan.talk(
        (Press(f"/case.answer {case.id}"), "nhắn nội dung"),
        (Photo("result-1"), "Cần có chữ trả lời"),
        ("Đã làm xong.", "sẽ nhận"),
        ("1", "đang tải về"),
    )
    with town.db.writing() as session:
        row = session.get_one(Attachment, (case.tenant_id, town.rows(Attachment, ref="result-1")[0].id))
        row.status, row.sha256 = "ready", "ab" * 32
    lan.talk(("1", "đang được gửi"))
    result = citizen.hears()[-1]
    assert result.media == ("sha256:" + "ab" * 32,)
    assert "1 ảnh, văn bản kèm theo" in result.text


def test_the_officer_hears_that_the_sender_is_anonymous(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen, anonymous=True)
    lan.talk((Press(f"/case.answer {case.id}"), "nhắn"), ("Xong.", "sẽ nhận"), ("1", "không để tên, số điện thoại"))
    assert "Xong." in heard(citizen.hears())


def test_the_officer_hears_that_the_sender_has_left(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    citizen.does(Blocks())
    lan.talk((Press(f"/case.answer {case.id}"), "nhắn"), ("Xong.", "sẽ nhận"), ("1", "Số điện thoại: 0912345678"))


def test_the_head_moves_a_date_and_the_citizen_reads_why(town: Town, citizen: Person) -> None:
    hung = town.officer("Hùng")
    case = file_report(citizen)
    hung.talk(
        (Press(f"/case.extend {case.id}"), "Vì sao cần lùi hẹn"),
        ("Chờ vật tư thay thế", "Hẹn mới là ngày nào"),
        ("hôm nào đó", "chưa đọc được"),
        ("7/3", "không phải ngày làm việc"),
        ("ngày 9/3/2026", "đã lùi hẹn đến thứ Hai, 09/03/2026"),
        (Press(f"/case.extend {case.id}"), "đã lùi hẹn một lần"),
    )
    told = heard(citizen.hears())
    assert "Lý do: Chờ vật tư thay thế." in told
    assert "Hẹn cũ: 05/03/2026. Hẹn mới: thứ Hai, 09/03/2026. Người duyệt: Trưởng phòng Kinh tế" in told
    moved = case_of(citizen)
    assert moved.due_on == date(2026, 3, 9)
    assert town.clock().astimezone(moved.due_at.tzinfo) < moved.due_at


def test_an_officers_wish_for_a_new_date_needs_approval(town: Town, citizen: Person, lan: Person) -> None:
    hung = town.officer("Hùng")
    case = file_report(citizen)
    hung.hears()
    lan.talk(
        (Press(f"/case.extend {case.id}"), "Vì sao"), ("Chờ vật tư", "ngày nào"), ("10/3", "đến người duyệt"),
        (Press(f"/case.approve {case.id}"), "trưởng bộ phận hoặc lãnh đạo duyệt"),
    )  # fmt: skip
    assert case_of(citizen).due_on == date(2026, 3, 5)
    assert "đề nghị lùi hẹn" in heard(hung.hears())
    hung.talk(("1", "đã lùi hẹn đến thứ Ba, 10/03/2026"), (Press(f"/case.approve {case.id}"), "một lần rồi"))
    assert "đã lùi hẹn đến" in heard(lan.hears())
    assert "Hẹn mới: thứ Ba, 10/03/2026" in heard(citizen.hears())


def test_a_date_that_has_passed_is_not_moved(town: Town, citizen: Person) -> None:
    hung = town.officer("Hùng")
    case = file_report(citizen)
    town.clock.now = town.clock.now.replace(day=6)
    hung.talk((Press(f"/case.extend {case.id}"), "đã quá hẹn"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20/3", date(2026, 3, 20)),
        ("ngày 20-03-2026 nhé", date(2026, 3, 20)),
        ("20.3.26", date(2026, 3, 20)),
        ("1/2", date(2027, 2, 1)),
        ("31/2", None),
        ("mai", None),
    ],
)
def test_reading_a_day(text: str, expected: date | None) -> None:
    assert read_day(text, after=date(2026, 3, 5)) == expected


def test_lists_show_what_is_whose(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    lan.does(Press("/case.list new"))
    lan.talk(
        ("việc mới", f"Xem {code_of(citizen)}: Đèn đường"),
        ("1", LAMP),
        ("nhận việc", "đã nhận việc"),
        ("việc mới", "Việc chờ người nhận: 0"),
        ("việc của tôi", f"Xem {code_of(citizen)}"),
        ("trễ hẹn", "Không có việc nào"),
    )
    town.clock.now = town.clock.now.replace(day=10)
    lan.talk(("trễ hẹn", "trễ 3 ngày làm việc"), (code_of(citizen), "ĐÃ TRỄ 3 ngày làm việc"))
    town.officer("Hà").talk(("trễ hẹn", "Không có việc nào"))
    town.officer("Phúc").talk(("trễ hẹn", f"Xem {code_of(citizen)}"), (Press(f"/case.history {case.id}"), "nhận việc"))


def test_the_history_is_bound_and_its_words_can_be_erased(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    answer(lan, case)
    with town.db.writing() as session:
        assert cases.broken_link(session, case.tenant_id, case.id) is None
        told = session.get_one(CaseWords, (case.tenant_id, town.rows(CaseEvent, kind="answered")[0].id))
        told.words = "Chưa làm gì cả."
        session.flush()
        assert cases.broken_link(session, case.tenant_id, case.id) == 2
        cases.erase_words(session, case.tenant_id, case.id)
        assert cases.broken_link(session, case.tenant_id, case.id) is None
        event = session.get_one(CaseEvent, (case.tenant_id, town.rows(CaseEvent, kind="opened")[0].id))
        event.officer_id = 7
        session.flush()
        assert cases.broken_link(session, case.tenant_id, case.id) == 1


def test_an_officer_leaves_and_hears_no_more(town: Town, citizen: Person, lan: Person) -> None:
    lan.talk(("thoát cán bộ", "Thoát liên kết"), ("2", "vẫn liên kết"), ("thoat can bo", "Thoát"), ("1", "Đã thoát"))
    assert town.rows(OfficerLink, peer=lan.peer) == []
    file_report(citizen)
    assert lan.hears() == []


def test_the_menu_is_that_of_the_officers_own_work(town: Town, lan: Person) -> None:
    shown = {name: heard(town.officer(name).does("menu")) for name in ("Lan", "Mai", "Phúc")}
    assert "Câu hỏi chờ trả lời" not in shown["Lan"]
    assert "4. Câu hỏi chờ trả lời: 0" in shown["Mai"]
    assert "Báo cáo hôm nay" not in shown["Mai"]
    assert "Báo cáo hôm nay" in shown["Phúc"]


def test_a_case_with_photos_offers_to_look_at_them(town: Town, citizen: Person, lan: Person) -> None:
    plain = file_report(citizen)
    assert "Xem ảnh" not in heard(lan.does(Press(f"/case.view {plain.id}")))
    citizen.talk(("phản ánh", "việc gì"), (LAMP, "loại nào"), ("1", "ở đâu"), ("Thôn 3", "có ảnh"))
    citizen.does(Photo("photo-9"))
    citizen.talk(("xong", "xem lại"), ("1", "Mã:"))
    case = case_of(citizen)
    lan.talk((Press(f"/case.view {case.id}"), "Xem ảnh, bỏ ảnh giấy tờ"))
    assert any(choice.data == f"/case.photos {case.id}" for choice in lan.heard[-1].choices)


def test_words_below_a_new_case_are_shown_as_its_answer_before_they_go_out(citizen: Person, lan: Person) -> None:
    file_report(citizen)
    lan.hears()
    lan.talk(("Xã đã thay bóng đèn sáng nay", "Người dân sẽ nhận đúng như sau"), (Press("drop"), ""))


def test_an_officers_chatter_gets_the_menu(lan: Person) -> None:
    lan.talk(("ok em", "Xem việc mới"))


def test_every_choice_fits_the_tightest_platform(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    lan.talk((Press(f"/case.forward {case.id}"), "Chuyển"))
    shown: list[Outgoing] = [*citizen.heard, *lan.heard]
    assert all(len(choice.data.encode()) <= 64 for message in shown for choice in message.choices)


@pytest.mark.parametrize("typed", ["gửi", "gui di", "OK", "đồng ý", "Gửi cho người dân"])
def test_saying_send_sends_the_answer_without_becoming_part_of_it(
    town: Town, citizen: Person, lan: Person, typed: str
) -> None:
    case = file_report(citizen)
    lan.talk((Press(f"/case.answer {case.id}"), "nhắn"), ("Đã thay bóng.", "sẽ nhận"), (typed, "đang được gửi"))
    assert case_of(citizen).answer == "Đã thay bóng."


def test_a_stray_number_is_not_sent_to_the_citizen_as_a_question(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    lan.talk((Press(f"/case.ask {case.id}"), "nhắn câu cần hỏi"), ("1", "nhắn câu cần hỏi"), ("Ở đâu?", "Đã chuyển"))
    assert "hỏi thêm: Ở đâu?" in heard(citizen.hears())


def test_a_list_is_shown_whatever_the_officer_was_writing(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    lan.talk((Press(f"/case.answer {case.id}"), "nhắn"), ("việc mới", "Việc chờ người nhận: 1"), ("1", LAMP))


def test_a_code_in_a_sentence_opens_the_case(town: Town, citizen: Person, lan: Person) -> None:
    file_report(citizen)
    lan.talk((f"cho xem việc {code_of(citizen)} với", LAMP))
    town.officer("Hà").talk((f"cho xem việc {code_of(citizen)} với", "Tôi chưa rõ"))


def test_a_department_that_is_not_on_the_list_is_asked_for_again(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    lan.talk((Press(f"/case.forward {case.id}"), "Chuyển việc"), ("bên điện lực", "Anh/chị chọn giúp một số"))


def test_a_long_history_comes_in_screens_with_dates_as_people_write_them(
    town: Town, citizen: Person, lan: Person
) -> None:
    case = file_report(citizen)
    for n in range(6):
        citizen.talk((Press(f"/case.add {case.id}"), "bổ sung"), (f"Bổ sung {n}: " + "đèn vẫn tối " * 12, "Đã ghi"))
    town.officer("Hùng")
    lan.talk((Press(f"/case.extend {case.id}"), "Vì sao"), ("Chờ vật tư", "ngày nào"), ("10/3", "đến người duyệt"))
    shown = lan.does(Press(f"/case.history {case.id}"))
    assert len(shown) > 1
    assert all(len(message.text) <= 600 for message in shown)
    assert "đề nghị lùi hẹn (10/03/2026: Chờ vật tư)" in heard(shown)
    assert shown[0].text.startswith(f"Lịch sử việc {code_of(citizen)}:")


def test_a_reopened_case_is_not_called_new(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    answer(lan, case)
    citizen.hears()
    citizen.talk(("0", "mở lại"))
    told = lan.hears()[-1].text
    assert "Việc mới" not in told
    assert "được mở lại" in told
