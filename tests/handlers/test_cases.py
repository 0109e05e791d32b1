"""A citizen and what they have sent: by code, in their own chat and in another; rating, reopening, editing, danger."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.messages import Incoming
from storage.tables import Attachment, CaseEvent, CaseWords, Category, Conversation, FeedbackCase, InboxMessage, Rating
from tests.conftest import Edit, Person, Photo, Place, Press, Town
from tests.handlers.filing import LAMP, answer, case_of, code_of, file_report, heard, regular


@pytest.fixture
def citizen(town: Town) -> Person:
    return regular(town)


@pytest.fixture
def stranger(town: Town) -> Person:
    return regular(town, "citizen-2")


@pytest.fixture
def lan(town: Town) -> Person:
    return town.officer("Lan")


def test_the_own_chat_shows_everything(town: Town, citizen: Person) -> None:
    file_report(citizen)
    for typed in (code_of(citizen), code_of(citizen).lower().replace("-", " "), code_of(citizen).replace("0", "O")):
        shown = heard(citizen.does(typed))
        assert LAMP in shown
        assert "Hẹn trả lời: thứ Năm, 05/03/2026" in shown
    citizen.talk(("việc của tôi", f"1. {code_of(citizen)}: Đèn đường"), ("1", LAMP))


def test_who_has_sent_nothing_is_asked_for_a_code(citizen: Person, stranger: Person) -> None:
    file_report(citizen)
    stranger.talk(("xem việc đã gửi", "chưa gửi việc nào"), (code_of(citizen), "Tình hình"))


def test_a_stranger_with_the_code_sees_the_state_and_with_four_digits_the_words(
    citizen: Person, stranger: Person
) -> None:
    file_report(citizen)
    shown = heard(stranger.does(code_of(citizen)))
    assert "đang chờ người xử lý" in shown
    assert LAMP not in shown
    assert "Thôn 3" not in shown
    assert "Hoa" not in shown
    shown = heard(stranger.does("0000"))
    assert "Bốn số này chưa đúng" in shown
    assert LAMP in heard(stranger.does("5678"))


def test_an_anonymous_case_opens_its_words_to_nobody(citizen: Person, stranger: Person) -> None:
    file_report(citizen, anonymous=True)
    shown = heard(stranger.does(code_of(citizen)))
    assert "chỉ hiện ở nơi đã gửi" in shown
    assert "4 số cuối" not in shown
    assert stranger.state == ""


def test_ten_tries_an_hour(town: Town, citizen: Person, stranger: Person) -> None:
    file_report(citizen)
    for _ in range(9):
        stranger.does(code_of(citizen))
    stranger.talk(("1234", "chưa đúng"), ("5678", "đã thử nhiều lần"), (code_of(citizen), "đã thử nhiều lần"))
    citizen.talk((code_of(citizen), LAMP))
    town.clock.forward(minutes=61)
    stranger.talk((code_of(citizen), "Tình hình"), ("5678", LAMP))


def test_tries_of_one_address_are_counted_together(town: Town, citizen: Person) -> None:
    file_report(citizen)
    code, refused = code_of(citizen), 0
    for n in range(61):
        person = town.person(f"crowd-{n}")
        said = Incoming(f"x{n}", person.peer, town.clock(), text=code, address="203.0.113.9")
        town.store(town.channel, said)
        while town.turns():
            pass
        refused += "đã thử nhiều lần" in heard(person.hears())
    assert refused == 1


@pytest.mark.parametrize("typed", ["7K2M-9QXE", "ABCD1234"])
def test_a_wrong_code_says_how_codes_look(citizen: Person, typed: str) -> None:
    citizen.talk(("tra mã", "nhắn mã"), (typed, "Mã gồm 8 chữ và số"))


def test_the_neighbours_codes_are_never_found(town: Town, citizen: Person) -> None:
    far = town.person("citizen-1", neighbour=True)
    far.talk(("menu", "kênh chính thức của Ủy ban nhân dân xã Hòa Bình"))
    town.clock.forward(seconds=1)
    file_report(citizen)
    far.talk((code_of(citizen), "Xã không có việc nào mang mã này"), ("việc của tôi", "chưa gửi việc nào"))
    case = case_of(citizen)
    far.talk((Press(f"/case.show {case.id}"), "Không có việc này"), (Press(f"/rate {case.id} 5"), "Không có việc này"))


def test_other_peoples_cases_cannot_be_touched(town: Town, citizen: Person, stranger: Person) -> None:
    case = file_report(citizen)
    for data in (f"case.show {case.id}", f"case.add {case.id}", f"case.withdraw {case.id}", f"case.tell {case.id}",
                 f"case.proof {case.id}", f"rate {case.id} 1", f"case.reopen {case.id}", "case.show abc"):  # fmt: skip
        shown = heard(stranger.does(Press(f"/{data}")))
        assert "không gửi từ đây" in shown or "Không có việc này" in shown, data
        assert LAMP not in shown
    assert [row.kind for row in town.rows(CaseEvent)] == ["opened"]


def test_more_is_added_and_the_officer_hears(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    lan.does(Press(f"/case.take {case.id}"))
    citizen.talk(
        (code_of(citizen), "1. Bổ sung thông tin"),
        ("1", "nhắn phần cần bổ sung"),
        (Photo("more-1", caption="Cột số 7 cũng hỏng"), "Người phụ trách cũng nhận được"),
    )
    told = heard(lan.hears())
    assert "người dân bổ sung: Cột số 7 cũng hỏng" in told
    assert "1 ảnh, tệp gửi thêm" in told
    assert [row.ref for row in town.rows(Attachment)] == ["more-1"]


def test_why_that_date(citizen: Person) -> None:
    file_report(citizen)
    citizen.does(code_of(citizen))
    pages = citizen.does("3")
    assert "thứ Hai 02/03/2026" in heard(pages) or "02/03/2026" in heard(pages)
    assert all(len(page.text) <= 600 for page in pages)


def test_withdrawing_takes_a_second_yes(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    citizen.talk(
        (Press(f"/case.withdraw {case.id}"), "muốn rút lại việc"),
        ("2", "vẫn được xử lý"),
        (Press(f"/case.withdraw {case.id}"), "muốn rút lại việc"),
        ("Đúng, rút lại", "đã rút lại việc"),
        (Press(f"/case.withdraw {case.id}"), "không còn mở"),
        (Press(f"/case.add {case.id}"), "không còn mở"),
    )
    assert "người dân đã rút lại" in heard(lan.hears())
    lan.talk((Press(f"/case.take {case.id}"), "không còn mở"))


def test_a_rating_is_kept_from_the_officer_and_the_last_one_counts(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    answer(lan, case)
    citizen.hears()
    citizen.talk(("5", "Cảm ơn ông/bà. Điểm được giữ kín"), (Press(f"/rate {case.id} 2"), "cần sửa"))
    citizen.talk(("Phải chờ lâu quá", "đã ghi lại"))
    (rating,) = town.rows(Rating)
    assert (rating.about, rating.level, rating.comment) == (f"case:{case.id}", 2, "Phải chờ lâu quá")
    assert lan.hears() == []
    shown = heard([*lan.does(Press(f"/case.view {case.id}")), *lan.does(Press(f"/case.history {case.id}"))])
    assert "Phải chờ lâu quá" not in shown
    assert "đánh giá" not in shown


@pytest.mark.parametrize(("typed", "level"), [("5", 5), ("Bình thường", 3), ("bốn", 4), ("rat khong hai long", 1)])
def test_ratings_are_read_as_people_type_them(town: Town, citizen: Person, lan: Person, typed: str, level: int) -> None:
    answer(lan, file_report(citizen))
    citizen.hears()
    citizen.does(typed)
    assert [row.level for row in town.rows(Rating)] == [level]


@pytest.mark.parametrize(("level", "said"), [("5", "Cảm ơn ông/bà"), ("2", "Cảm ơn ông/bà"), ("0", "mở lại việc")])
def test_an_old_rating_button_does_not_cost_the_report_that_is_being_written(
    town: Town, citizen: Person, lan: Person, level: str, said: str
) -> None:
    case = file_report(citizen)
    answer(lan, case)
    citizen.hears()
    citizen.talk(("phản ánh", "việc gì"), ("Đường trước chợ ngập nước cả tuần", "loại nào"), ("1", "ở đâu"))
    shown = heard(citizen.does(Press(f"/rate {case.id} {level}")))
    assert said in shown
    assert "viết tiếp phản ánh" in shown
    assert "ở đâu" in shown, "the step it stood at"
    citizen.talk(("Chợ Trung", "có ảnh"), ("xong", "xem lại trước khi gửi"), ("gửi", "Mã:"))
    assert "ngập nước" in town.rows(CaseWords)[-1].words or "ngập nước" in case_of(citizen).description


def test_a_bad_rating_needs_no_comment(citizen: Person, lan: Person) -> None:
    answer(lan, file_report(citizen))
    citizen.hears()
    citizen.talk(("1", "cần sửa"), ("không", "Vâng ạ"))
    assert citizen.state == ""


def test_nothing_is_rated_before_it_is_answered(town: Town, citizen: Person) -> None:
    case = file_report(citizen)
    citizen.talk((Press(f"/rate {case.id} 5"), "chưa có kết quả"), (Press(f"/rate {case.id} 9"), "không dùng được nữa"))
    assert town.rows(Rating) == []


@pytest.mark.parametrize("typed", ["0", "không", "Chưa giải quyết xong", "chưa xong"])
def test_not_solved_opens_the_same_case_again(town: Town, citizen: Person, lan: Person, typed: str) -> None:
    hung = town.officer("Hùng")
    case = file_report(citizen)
    answer(lan, case)
    citizen.hears(), hung.hears()
    town.clock.now = town.clock.now.replace(day=10)
    citizen.talk((typed, "còn thiếu gì"), ("Chỉ sáng được một đêm", "Đã ghi thêm vào việc"))
    again = case_of(citizen)
    assert (again.id, again.code, again.status, again.reopened) == (case.id, case.code, "assigned", 1)
    assert str(again.due_on) == "2026-03-13"
    for officer in (lan, hung):
        assert "người dân báo chưa xong" in heard(officer.hears())
    answer(lan, again, "Đã thay cả bộ đèn.")
    assert "Đã thay cả bộ đèn." in heard(citizen.hears())
    kinds = [row.kind for row in town.rows(CaseEvent)]
    assert kinds == ["opened", "answered", "reopened", "added", "answered"]


def test_an_edited_report_is_added_to_its_case(town: Town, citizen: Person, lan: Person) -> None:
    citizen.does("phản ánh")
    citizen.does(LAMP)
    original = next(
        row.body["message_id"] for row in town.rows(InboxMessage)
        if row.body.get("text") == LAMP
    )  # fmt: skip
    citizen.talk(("1", "ở đâu"), ("Thôn 3", "có ảnh"), ("xong", "cần giữ"), ("2", "xem lại"), ("1", "Mã:"))
    lan.hears()
    citizen.talk((Edit(original, "Đèn đường thôn 4 hỏng, tôi ghi nhầm"), "đã thấy ông/bà sửa tin"))
    assert "thôn 4" in heard(lan.hears())
    assert "Đèn đường thôn 4 hỏng, tôi ghi nhầm" in [row.words for row in town.rows(CaseWords)]


def test_an_edit_of_something_else_is_a_new_message(town: Town, citizen: Person) -> None:
    file_report(citizen)
    citizen.does(Edit("unknown", "rác chất đống trước cổng trường mấy hôm nay"))
    assert [row.kind for row in town.rows(CaseEvent)] == ["opened"]
    assert citizen.state == "feedback.begin"


def test_a_case_tells_the_words_chua_xong_apart_from_a_talk(citizen: Person, lan: Person) -> None:
    answer(lan, file_report(citizen))
    citizen.hears()
    citizen.talk(("5", "Cảm ơn"), ("phản ánh", "việc gì"), ("chưa xong", "loại nào"))


# Danger to life ----------------------------------------------------------------------------------------------------


def test_numbers_first_then_the_duty_officer_then_the_place(town: Town, citizen: Person) -> None:
    son, lan = town.officer("Sơn"), town.officer("Lan")
    answers = citizen.does("nhà hàng xóm đang cháy lớn")
    assert answers[0].text.startswith("Nguy hiểm đến tính mạng, xin GỌI NGAY:\n113")
    assert "0200 000 0002" in answers[0].text
    assert "đã báo" not in answers[0].text
    assert "KHẨN CẤP, người dân báo: nhà hàng xóm đang cháy lớn" in heard(son.hears())
    citizen.talk(("cháy ở thôn 5, cạnh chợ", "đang chuyển ngay cho cán bộ trực"))
    told = heard(son.hears())
    assert "KHẨN CẤP:" in told
    assert "Nơi: cháy ở thôn 5, cạnh chợ" in told
    assert lan.hears() == []
    case = case_of(citizen)
    assert (case.emergency, case.description) == (True, "nhà hàng xóm đang cháy lớn")
    son.talk(("1", "Anh/chị đã nhận việc"))


def test_the_place_can_be_shared(town: Town, citizen: Person) -> None:
    son = town.officer("Sơn")
    citizen.does("cứu với, có người đuối nước")
    citizen.does(Place(10.5, 106.5))
    assert any("openstreetmap.org" in url for message in son.hears() for _, url in message.links)


def test_with_nobody_on_duty_the_leader_is_paged_and_with_nobody_at_all_it_is_said(
    town: Town, citizen: Person, stranger: Person
) -> None:
    assert "chưa liên lạc được với cán bộ trực" in heard(citizen.does("nhà đang cháy lớn quá"))
    leader = town.officer("Phúc")
    stranger.does("nhà đang cháy lớn quá")
    assert "KHẨN CẤP" in heard(leader.hears())


def test_a_commune_without_the_category_still_passes_the_place_on(town: Town, citizen: Person) -> None:
    with town.db.writing() as session:
        row = next(row for row in town.rows(Category, tenant_id=town.tenant.id) if row.key == "khan-cap")
        session.delete(session.get_one(Category, (row.tenant_id, row.id)))
    son = town.officer("Sơn")
    citizen.talk(("có cháy nhà", "GỌI NGAY"), ("Thôn 5", "đang chuyển ngay"))
    assert "địa điểm: Thôn 5" in heard(son.hears())
    assert town.rows(FeedbackCase) == []


def test_a_false_alarm_is_told_and_goes_on_as_a_report(town: Town, citizen: Person) -> None:
    son = town.officer("Sơn")
    citizen.does("cây ngã trước nhà văn hóa từ hôm kia")
    if citizen.state != "emergency.place":
        citizen.does("khẩn cấp")
    son.hears()
    citizen.does("Không khẩn cấp, tôi muốn phản ánh")
    assert citizen.state.startswith("feedback.")
    assert "không khẩn cấp" in heard(son.hears())
    assert town.rows(FeedbackCase) == []


def test_an_emergency_interrupts_a_report_and_offers_it_again(town: Town, citizen: Person) -> None:
    town.officer("Sơn")
    citizen.talk(("phản ánh", "việc gì"), (LAMP, "loại nào"), ("1", "ở đâu"))
    citizen.talk(
        ("nhà bên đang cháy lớn", "GỌI NGAY"),
        ("thôn 3", "phản ánh đang viết dở"),
        ("1", "xảy ra ở đâu"),
        ("thôn 3", "có ảnh"),
        ("xong", "cần giữ"),
        ("2", f"Việc: {LAMP}"),
    )


def test_the_place_is_asked_again_when_nothing_useful_comes(town: Town, citizen: Person) -> None:
    citizen.does("nhà đang cháy lớn quá")
    with town.db.reading() as session:
        assert session.query(Conversation).filter_by(peer=citizen.peer).one().state == "emergency.place"
    citizen.does("🔥🔥")
    assert citizen.state == "emergency.place"
    said = replace(Incoming("phone-1", citizen.peer, town.clock()), phone="+84912345678")
    town.store(town.channel, said)
    town.turns()
    assert "nhắn địa điểm" in heard(citizen.hears())


def test_plain_words_right_after_an_officers_question_are_its_answer(citizen: Person, lan: Person) -> None:
    file_report(citizen)
    lan.hears()
    lan.talk((Press("Nhận việc"), "đã nhận việc"), (Press("Hỏi thêm người gửi"), "câu cần hỏi"))
    lan.does("Đèn ở cột số mấy ạ?")
    assert "cột số mấy" in heard(citizen.hears())
    citizen.talk(("Cột số 7, gần nhà ông Ba", code_of(citizen)))
    assert "Cột số 7" in heard(lan.hears())
    citizen.does("đèn của tôi")
    assert "đèn của tôi" not in heard(lan.hears())


def test_photos_sent_one_by_one_all_join_the_case(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    citizen.talk((Press(f"/case.add {case.id}"), "bổ sung"), (Photo("p-1"), "Đã ghi thêm"))
    town.clock.forward(minutes=2)
    citizen.talk((Photo("p-2"), "Đã ghi thêm"), (Photo("p-3"), "Đã ghi thêm"))
    assert [row.ref for row in town.rows(Attachment, case_id=case.id)] == ["p-1", "p-2", "p-3"]
    town.clock.forward(minutes=30)
    citizen.talk((Photo("p-4"), "muốn phản ánh việc gì"))


def test_a_code_with_words_around_it_shows_the_case_and_can_add_the_words(
    town: Town, citizen: Person, lan: Person
) -> None:
    case = file_report(citizen)
    lan.hears()
    words = f"{code_of(citizen)} đèn lại tắt thêm hai cột"
    citizen.talk((words, "Tình hình: đã nhận"), ("Thêm lời vừa nhắn", "Đã ghi thêm"))
    assert words in heard(lan.hears())
    citizen.talk((f"bao giờ xong việc {code_of(citizen)}", "Hẹn trả lời"), ("cảm ơn", "Không có gì ạ"))
    assert case.id == case_of(citizen).id


def test_another_persons_code_in_a_sentence_is_just_words(town: Town, citizen: Person, lan: Person) -> None:
    file_report(citizen)
    stranger = regular(town, "stranger")
    assert LAMP not in heard(stranger.does(f"việc {code_of(citizen)} tới đâu rồi"))


@pytest.mark.parametrize("asked", ["bao giờ xong", "việc của tôi đến đâu rồi", "chưa xong", "khi nao co ket qua"])
def test_how_far_is_it_shows_the_open_case(town: Town, citizen: Person, lan: Person, asked: str) -> None:
    file_report(citizen)
    citizen.talk((asked, "Tình hình: đã nhận"))


def test_a_photo_in_the_middle_of_withdrawing_joins_the_case(town: Town, citizen: Person, lan: Person) -> None:
    case = file_report(citizen)
    citizen.talk((Press(f"/case.withdraw {case.id}"), "rút lại"), (Photo("p-9"), "Đã ghi thêm"))
    assert case_of(citizen).status == "received"
