"""The first look at a message: danger, khiếu nại and tố cáo, complaints about officers; with and without accents."""

from __future__ import annotations

import time

import pytest

from domain.feedback import screen
from domain.fold import fold

DANGERS = [
    ("fire", "Cháy nhà ở thôn 3, cứu với!"),
    ("fire", "Nhà bà Tư đang cháy lớn"),
    ("fire", "cháy rồi bà con ơi"),
    ("fire", "đang cháy chợ Hòa An"),
    ("fire", "có mùi khét, rò gas nhà bên"),
    ("fire", "cháy rừng sau núi"),
    ("fire", "gọi chữa cháy giúp, quán karaoke bốc cháy"),
    ("fire", "bóng đèn nổ cháy lan sang nhà bên"),
    ("fire", "nhà tôi thuê bị cháy lớn"),
    ("accident", "Tai nạn ở ngã ba, có người bị thương"),
    ("accident", "vừa xảy ra tai nạn, hai xe tông nhau"),
    ("accident", "người bị tai nạn nằm ngoài đường"),
    ("accident", "lật xe khách trên đèo"),
    ("accident", "tai nạn cách đây 200 m"),
    ("violence", "hàng xóm đang đánh nhau, cầm dao"),
    ("violence", "chồng đánh tôi, cứu tôi với"),
    ("violence", "có cướp ở chợ"),
    ("violence", "cháu bé bị xâm hại"),
    ("violence", "nó dọa giết cả nhà tôi"),
    ("drowning", "có cháu bé rơi xuống sông"),
    ("drowning", "trẻ đuối nước ở hồ"),
    ("drowning", "em bé lọt cống rồi"),
    ("suicide", "em không muốn sống nữa"),
    ("suicide", "có người đòi nhảy cầu"),
    ("suicide", "tôi muốn tự tử vì làm hồ sơ mãi không xong"),
    ("suicide", "nó uống thuốc sâu"),
    ("electric", "dây điện bị đứt rơi xuống đường"),
    ("electric", "có người bị điện giật"),
    ("electric", "trụ điện ngã ngang đường"),
    ("disaster", "nước lũ dâng nhanh, nhà tôi kẹt trong nhà"),
    ("disaster", "sạt lở núi sau trường học"),
    ("disaster", "cây ngã đè nhà dân"),
    ("disaster", "bị sập nhà, có người mắc kẹt trong đó"),
    ("medical", "ông cụ bất tỉnh ngoài chợ"),
    ("medical", "cần xe cấp cứu gấp"),
    ("rescue", "cứu với"),
    ("rescue", "khẩn cấp"),
]

ONLY_WITH_ACCENTS = [  # the plain letters mean something harmless far more often
    ("suicide", "nó treo cổ", "treo co to quoc o dau"),
    ("suicide", "con bé tự tử", "lam tu tu thoi"),
    ("fire", "cháy", "chay"),
    ("fire", "xe máy đang cháy giữa đường", "xe may dang chay giua duong"),
    ("electric", "hở điện trụ đèn", "ho dien chinh sach"),
    ("electric", "cột điện gần chợ đổ", "cot dien do hong den"),
    ("disaster", "bão vào rồi", "bao vao xem thu"),
    ("disaster", "cây đổ chắn đường", "cai cay do cua nha ai"),
    ("disaster", "nhà sắp sập", "nha sap xay xong"),
    ("drowning", "đuối nước", "vui choi duoi nuoc"),
]

HARMLESS = [
    "Bán cháy hàng luôn",
    "vé xe cháy vé chưa",
    "Đèn đường trước nhà bị cháy bóng",
    "bóng đèn cháy ba hôm nay chưa thay",
    "đèn đường ngõ 5 cháy rồi, không sáng",
    "xe tôi chết máy giữa đường",
    "Thủ tục nghiệm thu phòng cháy chữa cháy cho quán karaoke",
    "bình chữa cháy mua ở đâu",
    "quán ăn cần giấy phòng cháy không",
    "PCCC nhà trọ cần gì",
    "bảo hiểm cháy nổ bắt buộc",
    "đường này hay xảy ra tai nạn, xin lắp gờ giảm tốc",
    "ổ gà rất dễ gây tai nạn",
    "chế độ tai nạn lao động cần giấy tờ gì",
    "trợ cấp người bị tai nạn giao thông",
    "nhà bị cháy năm ngoái, làm lại sổ đỏ thế nào",
    "khai tử cho người tự tử cần giấy gì",
    "lớp phòng chống đuối nước cho trẻ em",
    "hỗ trợ thiệt hại do bão lũ bao nhiêu",
    "đánh giá cán bộ ở đâu",
    "lấy giấy rồi hồ sơ nộp ở đâu",
    "tôi chạy xe ôm, đăng ký hộ kinh doanh",
    "nhà tôi chạy thận, xin trợ giúp",
    "cây xanh, đổ rác bừa bãi",
    "cây cao che khuất biển báo",
    "rác thải hôi thối",
    "phần mềm dịch vụ công đang chạy chậm",
    "danh bạ điện thoại xã",
    "yêu cầu tuyên bố một người mất tích",
    "lò giết mổ heo gây mùi hôi",
    "nước chảy tràn ra đường",
    "chờ lâu muốn chết luôn",
]


@pytest.mark.parametrize(("danger", "text"), DANGERS)
def test_danger_is_seen_with_and_without_accents(danger, text):
    assert screen(text).emergency == danger
    assert screen(text.upper()).emergency == danger
    assert screen(fold(text)).emergency, fold(text)


@pytest.mark.parametrize(("danger", "text", "plain"), ONLY_WITH_ACCENTS)
def test_words_that_collide_without_accents_count_only_with_them(danger, text, plain):
    assert screen(text).emergency == danger
    assert screen(plain).emergency == ""


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_words_raise_no_alarm_with_or_without_accents(text):
    assert screen(text).emergency == ""
    assert screen(fold(text)).emergency == ""


@pytest.mark.parametrize(
    "text", ["C\u200bháy nhà rồi", "CHÁY NHÀ!!!", "cháy   nhà\nthôn 2", "cứuuuu vớiiii", "chay nhaaaa", "ＣＨÁＹ nhà"]
)
def test_hidden_characters_capitals_and_stretched_letters_hide_no_danger(text):
    assert screen(text).emergency


@pytest.mark.parametrize(
    ("text", "kind", "asks_about"),
    [
        ("Tôi muốn tố cáo ông Nguyễn Văn A chiếm đất", "denunciation", ""),
        ("tố cáo", "denunciation", ""),
        ("gửi đơn tố cáo", "denunciation", ""),
        ("tôi tố cáo cán bộ địa chính, nộp đơn ở đâu?", "denunciation", ""),
        ("cán bộ xã nhận hối lộ 5 triệu", "denunciation", ""),
        ("Tố cáo là gì", "", "denunciation"),
        ("thủ tục giải quyết tố cáo", "", "denunciation"),
        ("muốn tố cáo thì gửi đơn ở đâu", "", "denunciation"),
        ("thời hạn giải quyết tố cáo là bao lâu?", "", "denunciation"),
        ("Tôi khiếu nại quyết định thu hồi đất số 12", "complaint", ""),
        ("tôi muốn khiếu nại", "complaint", ""),
        ("khiếu nại gửi ở đâu", "", "complaint"),
        ("khiếu nại lần đầu thời hạn bao lâu", "", "complaint"),
        ("mẫu đơn khiếu nại", "", "complaint"),
        ("khiếu nại khác tố cáo chỗ nào", "", "denunciation"),
        ("xã không giải quyết khiếu nại của tôi", "complaint", ""),
        ("tôi muốn kn", "unclear", ""),
        ("KN về đất", "unclear", ""),
        ("kn tức là kiến nghị", "", ""),
        ("gửi pakn", "", ""),
        ("tôi không khiếu nại, chỉ phản ánh đèn hỏng", "", ""),
        ("tôi kiến nghị sửa đường", "", ""),
        ("cây to cao che khuất biển báo", "", ""),
        ("tuyên truyền phòng chống tham nhũng", "", ""),
        ("Đèn đường thôn 3 hỏng", "", ""),
        ("", "", ""),
    ],
)
def test_the_kinds_of_the_law_are_kept_apart(text, kind, asks_about):
    for said in (text, fold(text)):
        found = screen(said)
        assert (found.kind, found.asks_about) == (kind, asks_about), said


def test_a_long_story_with_a_question_at_its_end_is_a_filing():
    story = "Tôi khiếu nại quyết định thu hồi đất. " + "Nhà tôi ở đây từ lâu và có giấy tờ. " * 8 + "Gửi ở đâu?"
    assert screen(story).kind == "complaint"


@pytest.mark.parametrize(
    ("text", "restricted"),
    [
        ("Thái độ cán bộ một cửa rất tệ", True),
        ("chị ở quầy số 2 quát tháo dân", True),
        ("cán bộ đòi thêm tiền mới làm", True),
        ("nhân viên nhũng nhiễu, hạch sách", True),
        ("công an xã đòi bồi dưỡng", True),
        ("cán bộ địa chính gây khó dễ", True),
        ("thái độ phục vụ không tốt", True),
        ("đưa phong bì mới ký", True),
        ("xã đòi thêm giấy tờ không có trong danh mục", True),
        ("thái độ cán bộ rất nhiệt tình", False),
        ("cán bộ nào làm khai sinh", False),
        ("mang giấy tờ gì khi gặp cán bộ tư pháp", False),
        ("nhận tiền trợ cấp ở bộ phận một cửa phải không", False),
        ("đèn đường hỏng", False),
        ("chứng chỉ hành nghề", False),
        ("thức ăn chăn nuôi", False),
    ],
)
def test_what_is_about_an_officers_behaviour_is_restricted(text, restricted):
    assert screen(text).restricted is restricted
    assert screen(fold(text)).restricted is restricted


def test_a_message_can_be_several_things_at_once():
    found = screen("công an xã đánh người bất tỉnh, tôi tố cáo ông A")
    assert found.emergency == "violence"
    assert found.kind == "denunciation"


def test_a_very_long_text_is_looked_at_quickly():
    text = "dây điện xe nhà cột điện " * 800
    began = time.process_time()
    screen(text)
    assert time.process_time() - began < 2
