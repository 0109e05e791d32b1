"""Citizens ask about procedures: transcripts against the starter set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from domain.messages import Outgoing
from domain.procedure import Procedure, Submission
from knowledge import load
from storage import procedures
from storage.tables import NATION, Question
from tests.conftest import Person, Press, Town

SEED = Path(__file__).parents[2] / "knowledge/seed"

Talk = Callable[..., None]


@lru_cache
def starter_set() -> tuple[Procedure, ...]:
    return tuple(item for item in load.read(SEED) if isinstance(item, Procedure))


@pytest.fixture(autouse=True)
def known(town: Town) -> None:
    with town.db.writing() as session:
        procedures.save_many(
            session, NATION, starter_set(), ids=town.tools.ids, now=town.clock(), today=date(2026, 1, 5), origin="seed"
        )


def text_of(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


def test_a_question_without_accents_is_answered_with_its_source(talk: Talk) -> None:
    talk(
        ("lam khai sinh cho con can giay to gi", "1. Giấy chứng sinh"),
        ("con le phi?", "Lệ phí: Miễn phí (0 đồng)"),
        ("vay nop o dau", "Trung tâm Phục vụ hành chính công"),
        ("cảm ơn", "Không có gì ạ"),
    )


@pytest.mark.parametrize(
    ("why", "text", "expected"),
    [
        ("a greeting is no question", "alo", "ông/bà cần hỏi thủ tục nào"),
        ("nor is asking leave to ask", "cho hỏi xíu", "ông/bà cần hỏi thủ tục nào"),
        ("thanks", "cảm ơn xã nhiều lắm", "Không có gì ạ"),
        ("a nod", "dạ vâng ạ", "Vâng ạ"),
        ("goodbye", "tạm biệt", "Chào ông/bà"),
        ("goodbye with thanks", "đủ rồi cảm ơn nha", "Không có gì ạ"),
        ("a laugh is no question", "hihi", "ông/bà cần hỏi thủ tục nào"),
        ("not understood, with nothing before it", "hả", "ông/bà cần hỏi thủ tục nào"),
        ("a number with no list before it", "8", "Ông/bà đang hỏi về việc nào"),
        ("a follow-up with nothing before it", "lệ phí bao nhiêu?", "Ông/bà đang hỏi về việc nào"),
        ("the code itself", "cho xem thủ tục 1.000894", "Đăng ký kết hôn"),
        ("a code that is not in force here", "1.999999", "không còn trong danh mục"),
        ("divorce is the court's", "tôi muốn ly hôn", "Ly hôn do Tòa án giải quyết"),
        ("without accents too", "toi muon ly di chong", "Tòa án nhân dân"),
        ("driving licences are the traffic police's", "doi bang lai xe het han", "Cảnh sát giao thông"),
        ("pensions", "sao tháng này chậm lương hưu", "Bảo hiểm xã hội"),
        ("electricity bills", "tiền điện tháng này cao quá", "công ty điện lực"),
        ("nothing published fits", "xin cấp phép nuôi voi trong nhà", "tôi không trả lời đoán"),
    ],
)
def test_what_people_write_is_met_with_one_fitting_line(talk: Talk, why: str, text: str, expected: str) -> None:
    talk((text, expected))


def test_a_question_about_papers_of_a_divorce_is_still_a_question_about_a_procedure(talk: Talk) -> None:
    talk(("sao y bản án ly hôn bao nhiêu tiền", "2.000 đồng/trang"))


def test_the_wanted_part_is_told_and_the_others_are_one_tap_away(citizen: Person) -> None:
    citizen.talk(("sao y giay to het bao nhieu tien", "Lệ phí: 2.000 đồng/trang"))
    citizen.talk((Press("Giấy tờ"), "Bản chính giấy tờ cần sao"), (Press("Nơi nộp"), "Ủy ban nhân dân cấp xã"))


def test_a_long_answer_goes_on_when_asked(citizen: Person) -> None:
    citizen.talk(("giấy tờ làm khai sinh", "Phần 1/"), (Press("Xem tiếp"), "Phần 2/"), ("1", "Phần 3/"))


def test_a_follow_up_after_half_an_hour_no_longer_leans_on_the_old_answer(citizen: Person, town: Town) -> None:
    citizen.talk(("đăng ký kết hôn", "Đăng ký kết hôn"))
    town.clock.forward(minutes=29)
    citizen.talk(("cần giấy tờ gì", "Giấy tùy thân"))
    town.clock.forward(minutes=31)
    citizen.talk(("còn lệ phí?", "Ông/bà đang hỏi về việc nào"))


def test_it_asks_back_once_and_then_answers_with_the_name(citizen: Person) -> None:
    citizen.talk(("chứng thực", "ông/bà cho biết cần việc nào"))
    assert len(citizen.heard[-2].choices or citizen.heard[-1].choices) <= 4
    citizen.talk(("chứng thực", "Nguồn: thủ tục 2."))


COPIES = "Chứng thực bản sao, sao y giấy tờ"


@pytest.mark.parametrize("way", ["{n}", "số {n}", "cái thứ {word}", "{word}", "chung thuc ban sao, sao y giay to"])
def test_an_offered_procedure_is_chosen_in_any_way(citizen: Person, way: str) -> None:
    citizen.talk(("chứng thực", COPIES))
    offered = next(message.choices for message in citizen.heard if message.choices)
    n = next(n for n, choice in enumerate(offered) if choice.label == COPIES)
    typed = way.format(n=n + 1, word=("nhất", "hai", "ba")[n])
    citizen.talk((typed, "Nguồn: thủ tục 2.000815"))


def test_a_number_that_is_not_on_the_list_brings_the_list_again_and_chooses_nothing(
    citizen: Person, town: Town
) -> None:
    offered = citizen.does("chứng thực")[0].choices
    for typed in ("8", "số 77", "cái thứ 9"):
        again = citizen.does(typed)[0]
        assert "chọn giúp một số trong danh sách" in again.text
        assert [choice.label for choice in again.choices] == [choice.label for choice in offered]
    assert len(town.rows(Question)) == 1, "a number is no question"
    citizen.talk(("2", "Nguồn: thủ tục 2."))


def test_the_list_that_was_chosen_from_can_be_gone_back_to(citizen: Person) -> None:
    offered = [choice.label for choice in citizen.does("chứng thực")[0].choices]
    citizen.talk(("2", offered[1]), ("còn phí?", offered[1]), ("còn cái thứ nhất thì sao", offered[0]))
    citizen.talk(("cái cuối", offered[2]), ("đăng ký kết hôn", "Đăng ký kết hôn"), ("cái cuối", "chọn giúp một số"))


def test_after_nothing_was_found_a_follow_up_is_asked_about_with_what_was_told_before(citizen: Person) -> None:
    citizen.talk(("đăng ký kết hôn", "Nguồn: thủ tục 1.000894"), ("nuôi voi trong nhà", "không trả lời đoán"))
    asked = citizen.does("mất bao nhiêu tiền")[0]
    assert [choice.label for choice in asked.choices] == ["Đăng ký kết hôn"]
    citizen.talk(("1", "Lệ phí: Miễn lệ phí"))


def test_who_does_not_understand_is_offered_a_person(citizen: Person) -> None:
    citizen.talk(("làm khai sinh", "Cần mang"), ("không hiểu", "Chỗ nào chưa rõ"), ("1", "Đã chuyển"))


def test_none_of_the_offered_ones_is_not_taken_for_an_answer(citizen: Person) -> None:
    citizen.talk(("chứng thực", "cần việc nào"))
    shown = {choice.label for choice in citizen.heard[0].choices[:3]}
    again = citizen.does("không phải mấy cái đó")[0]
    assert "Nguồn" not in again.text
    assert shown.isdisjoint(choice.label for choice in again.choices)


def test_the_answer_of_another_province_says_so_and_offers_a_person(citizen: Person, town: Town) -> None:
    theirs = Procedure(
        "9.000002", "Xin cấp chậu hoa", decision="1282/QĐ-UBND", scope="provincial",
        submission=(Submission("Trực tiếp", "3 ngày", "70.000 đồng"),),
    )  # fmt: skip
    with town.db.writing() as session:
        procedures.save(session, NATION, theirs, ids=town.tools.ids, now=town.clock(), today=date(2026, 1, 5))
    citizen.talk(("9.000002", "Bản này do một tỉnh công bố"), ("còn phí?", "nơi ông/bà ở có thể khác"))
    assert "Chuyển cán bộ trả lời" in [choice.label for choice in citizen.heard[0].choices]


def test_a_fee_of_the_commune_itself_is_not_told_as_the_ministrys(citizen: Person, town: Town) -> None:
    own = Procedure(
        "2.000815", "Chứng thực bản sao", submission=(Submission("Trực tiếp", fee="1.500 đồng/trang"),), scope="local"
    )
    with town.db.writing() as session:
        procedures.save(session, town.tenant.id, own, ids=town.tools.ids, now=town.clock(), today=date(2026, 3, 1))
    citizen.talk(("2.000815", "Lệ phí theo xã Hòa An, áp dụng từ ngày 01/03/2026."))
    citizen.talk(("còn phí?", "Lệ phí theo xã Hòa An, áp dụng từ ngày 01/03/2026."))
    assert "theo xã" not in text_of(citizen.does("cần giấy tờ gì")), "papers are the law's"


def test_where_to_go_comes_with_the_hours(citizen: Person, town: Town) -> None:
    citizen.talk(("làm khai sinh", "Cần mang"), ("vậy nộp ở đâu?", "Xã đang mở cửa, đến 11 giờ 30."))
    town.clock.forward(hours=9)
    citizen.talk(("làm khai sinh", "Cần mang"), ("vậy nộp ở đâu?", "Mở cửa lại: 7 giờ 30, thứ Ba"))
    text = citizen.heard[-1].text
    assert text.index("Ở xã Hòa An: nộp tại") < text.index("Mở cửa lại")


def test_every_answer_that_says_something_asks_whether_it_helped(citizen: Person) -> None:
    citizen.does("làm khai sinh")
    for data in ("/p 1.001193 documents", "/p 1.001193 form", "/p 1.001193 time", "/p 1.001193 steps"):
        labels = [choice.label for choice in citizen.does(Press(data))[0].choices]
        assert labels[-2:] == ["Đúng điều tôi cần", "Không đúng ý? Chọn việc khác"], data


def test_something_else_leads_to_other_words_or_a_person(citizen: Person) -> None:
    citizen.talk(
        ("chứng thực", "Việc khác"),
        ("việc khác", "nhắn lại việc cần làm bằng lời của mình"),
        ("đăng ký kết hôn", "Nguồn: thủ tục 1.000894"),
    )


def test_a_correction_is_understood(citizen: Person) -> None:
    citizen.talk(
        ("làm khai sinh", "Làm giấy khai sinh cho con"),
        ("à không, ý tôi là đăng ký kết hôn", "Nguồn: thủ tục 1.000894"),
        ("không phải", "ông/bà cần việc nào dưới đây"),
    )


@pytest.mark.parametrize("need", ["can gi", "cần gì", "cần những gì", "can nhung gi", "cần gì ạ"])
def test_what_is_needed_means_the_papers_not_the_short_card(citizen: Person, town: Town, need: str) -> None:
    citizen.talk((f"lam giay khai sinh {need}", "Giấy tờ, mỗi loại 1 bản chính:\n1. Giấy chứng sinh"))
    assert town.rows(Question)[0].aspect == "documents"


def test_follow_ups_lean_on_the_last_answer_and_a_new_subject_leaves_it(talk: Talk) -> None:
    talk(
        ("cho xem thủ tục 1.001193", "Làm giấy khai sinh cho con"),
        ("còn phí?", "Lệ phí: Miễn phí"),
        ("vậy nộp ở đâu?", "Nhà A, trụ sở Ủy ban nhân dân xã Hòa An"),
        ("nop online dc ko", "Thủ tục này nộp được qua mạng"),
        ("alo alo", "ông/bà cần hỏi thủ tục nào"),
        ("còn giấy tờ?", "Giấy chứng sinh"),
        ("đăng ký kết hôn cần giấy tờ gì", "Đăng ký kết hôn"),
        ("còn phí?", "Miễn lệ phí. Xin thêm bản sao trích lục kết hôn"),
    )


def test_the_offered_ones_are_meant_by_their_place_and_a_part_asked_early_is_kept(citizen: Person) -> None:
    citizen.does("chứng thực")
    offered = [choice.label for choice in next(m for m in citizen.heard if m.choices).choices][:-1]
    again = citizen.does("còn phí?")[0]
    assert [choice.label for choice in again.choices] == offered
    assert all(choice.data.endswith(" fee") for choice in again.choices)
    assert offered[-1] in citizen.does("cái cuối")[0].text
    citizen.does("chứng thực")
    assert offered[0] in citizen.does("cái đầu tiên")[0].text


def test_a_correction_is_not_mixed_with_what_was_asked_before(citizen: Person) -> None:
    citizen.does("làm khai sinh")
    said = text_of(citizen.does("à không phải, ý mình là làm giấy khai tử"))
    assert "khai sinh" not in said
    citizen.talk(("không phải cái đó", "Vậy ông/bà cần việc nào dưới đây"))


@pytest.mark.parametrize(
    ("why", "level", "url", "label"),
    [
        ("wholly online", "toàn trình", "https://dichvucong.gov.vn/x", "Nộp qua mạng (toàn trình)"),
        ("partly, and only the portal itself", "một phần", "https://dichvucong.gov.vn", "Nộp qua mạng (một phần)"),
        ("not online: the page to read", None, "https://dichvucong.gov.vn/x", "Xem trên Cổng dịch vụ công"),
        ("not online, no page of its own", None, "https://dichvucong.gov.vn/", ""),
        ("not encrypted", "toàn trình", "http://dichvucong.gov.vn/x", ""),
        ("somebody else's site", "toàn trình", "https://dichvucong.gov.vn.example.com/x", ""),
        ("dressed up", "toàn trình", "https://dichvucong.gov.vn@example.com/x", ""),
        ("no address at all", "toàn trình", None, ""),
    ],
)
def test_the_link_leads_to_the_national_portal_alone(
    citizen: Person, town: Town, why: str, level: str | None, url: str | None, label: str
) -> None:
    new = Procedure("9.000001", "Xin cấp chậu hoa", online_level=level, portal_url=url)
    with town.db.writing() as session:
        procedures.save(session, NATION, new, ids=town.tools.ids, now=town.clock(), today=date(2026, 1, 5))
    links = citizen.does("9.000001")[0].links
    assert [text for text, _ in links] == ([label] if label else []), why


def test_a_wrong_answer_is_noted_and_other_procedures_are_offered(citizen: Person, town: Town) -> None:
    citizen.talk(
        ("làm khai sinh cho con", "Nguồn"), (Press("Không đúng ý? Chọn việc khác"), "ông/bà cần việc nào dưới đây")
    )
    assert town.rows(Question)[-1].helpful is False
    assert all("1.001193" not in choice.data for choice in citizen.heard[-1].choices)


def test_a_right_answer_is_noted(citizen: Person, town: Town) -> None:
    citizen.talk(("làm khai sinh cho con", "Nguồn"), (Press("Đúng điều tôi cần"), "Cảm ơn ông/bà"))
    assert town.rows(Question)[-1].helpful is True


def test_a_missing_limit_is_not_guessed_and_a_person_is_offered(citizen: Person) -> None:
    citizen.talk(("đăng ký kết hôn mất bao lâu", "Bản công bố chưa ghi thời hạn"))
    labels = [choice.label for message in citizen.heard for choice in message.choices]
    assert labels[:2] == ["Chuyển cán bộ trả lời", "Xin cán bộ gọi lại"]


def test_every_question_is_kept_with_its_answer_and_the_version_it_came_from(citizen: Person, town: Town) -> None:
    citizen.talk(("làm khai sinh cần gì", "Giấy chứng sinh"), ("nuôi voi trong nhà", "không trả lời đoán"))
    first, second = town.rows(Question)
    with town.db.reading() as session:
        version = procedures.version(session, first.procedure_version_id)
        assert version
        assert version.record["code"] == first.procedure_code == "1.001193"
    assert (first.text, first.status, first.aspect) == ("làm khai sinh cần gì", "answered", "documents")
    assert "Giấy chứng sinh" in first.answer
    assert (second.status, second.procedure_code) == ("unanswered", None)


def test_a_button_of_last_month_still_answers_with_todays_fee(citizen: Person, town: Town) -> None:
    citizen.talk(("cho xem thủ tục 2.000815", "Nguồn: thủ tục 2.000815"))
    town.clock.forward(days=30)
    own = Procedure(
        "2.000815", "Chứng thực bản sao", submission=(Submission("Trực tiếp", fee="1.500 đồng/trang"),), scope="local"
    )
    with town.db.writing() as session:
        procedures.save(
            session,
            town.tenant.id,
            own,
            ids=town.tools.ids,
            now=town.clock(),
            today=town.clock().date(),
            origin="xa.xlsx",
        )
    citizen.talk((Press("/p 2.000815 fee"), "1.500 đồng/trang"))


def test_the_neighbour_commune_does_not_see_our_fee(town: Town) -> None:
    own = Procedure(
        "2.000815", "Chứng thực bản sao", submission=(Submission("Trực tiếp", fee="1.500 đồng/trang"),), scope="local"
    )
    with town.db.writing() as session:
        procedures.save(session, town.tenant.id, own, ids=town.tools.ids, now=town.clock(), today=date(2026, 1, 5))
    town.person("a").talk(("sao y giấy tờ hết bao nhiêu tiền", "1.500 đồng/trang"))
    town.person("b", neighbour=True).talk(("sao y giấy tờ hết bao nhiêu tiền", "2.000 đồng/trang"))


def test_nobody_can_rate_or_hand_over_another_persons_question(citizen: Person, town: Town) -> None:
    citizen.talk(("nuôi voi trong nhà", "không trả lời đoán"))
    number = town.rows(Question)[0].id
    stranger = town.person("stranger")
    for data in (f"/helpful {number} yes", f"/question.hand {number}", f"/question.phone {number}"):
        stranger.talk((Press(data), "không dùng được nữa"))
    assert town.rows(Question)[0].status == "unanswered"


@pytest.mark.parametrize(
    "data", ["/p", "/p x", "/p 1.001193 mùi 99", "/p 1.001193 fee -1", "/procedure.show", "/helpful", "/helpful x yes"]
)
def test_a_forged_button_is_no_crash(citizen: Person, data: str) -> None:
    said = text_of(citizen.does(Press(data)))
    assert said
    assert "Tôi gặp lỗi" not in said


def test_a_report_is_not_answered_as_a_procedure(talk: Talk) -> None:
    talk(("đèn đường trước nhà tôi hỏng cả tuần nay tối om", "phản ánh"))


def test_every_message_fits_a_phones_screen_and_every_choice_a_button(citizen: Person) -> None:
    for text in ("làm khai sinh", "đăng ký kết hôn cần gì", "chứng thực", "nuôi voi trong nhà", "không phải"):
        citizen.does(text)
    for message in citizen.heard:
        assert len(message.text) <= 600
        assert all(len(choice.data.encode()) <= 48 for choice in message.choices)
