"""The first look at a message: is somebody in danger, is it a khiếu nại or tố cáo, is it about an officer?

Patterns are read on whole words. In LOOSE ones a word typed without accents stands for the accented word ("danh nhau"
for "đánh nhau"); EXACT ones are words whose plain form means something harmless far more often ("treo co" is a flag,
"treo cổ" is not), so they count only with their accents. The price of a mistake decides in doubt: emergency numbers
shown too often do no harm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from domain.fold import exact, fold, one_tone_place

Kind = Literal["", "complaint", "denunciation", "unclear"]

_WORD = re.compile(r"[^\W\d_]+")
_ASK_AT_MOST_WORDS = 40  # a longer text tells a story, whatever it asks at the end


@dataclass(frozen=True)
class Screening:
    """What a text seems to be. The person decides: everything but an emergency is asked about first."""

    emergency: str = ""  # suicide, fire, drowning, violence, electric, accident, disaster, medical, rescue; "" = none
    kind: Kind = ""  # a complaint or denunciation being made; "unclear" = "kn", which is khiếu nại or kiến nghị
    asks_about: Literal["", "complaint", "denunciation"] = ""  # a question about that procedure, to be answered as one
    restricted: bool = False  # about how an officer behaved: for the director and the chairman only


def screen(text: str) -> Screening:
    """Look at one message, with or without accents. Pure and quick enough for every message."""
    words = exact(text)
    kind, asks_about = _law(words, text)
    return Screening(_emergency(words), kind, asks_about, _is_restricted(words))


def _loose(*patterns: str) -> re.Pattern[str]:
    """Any of the patterns, each accented word also in its plain form."""

    def either(match: re.Match[str]) -> str:
        word = match[0]
        return word if fold(word) == word else f"(?:{word}|{_PLAIN.get(word, fold(word))})"

    return re.compile(r"\b(?:" + "|".join(_WORD.sub(either, one_tone_place(p)) for p in patterns) + r")\b")


def _exactly(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(one_tone_place(p) for p in patterns) + r")\b")


# "chay" is "chạy" (to run, to drive) or "chảy" (to flow) before these words, so it is no fire.
_RUNS = "xe|bo|ra|vao|ve|theo|qua|toi|di|den|grab|ship|viec|thu|giay|an|tien|roi|mau|nuoc|len|than|lo|vat"
_PLAIN = {"cháy": rf"chay(?! (?:{_RUNS})\b)"}

_FEW = r"(?: \w+){0,2}"
_SOME = r"(?: \w+){0,3}"
_HAZARDS = "tai nạn|cháy|đuối nước|chết đuối|điện giật|giật|sạt lở|đánh nhau|cướp|ngộ độc|bạo lực|bạo hành|xâm hại"
_HARMLESS = _loose(
    r"cháy (?:hàng|vé|túi|nắng|phố|sáng|máy|hết mình|giáo án|bóng|đèn|cầu chì|mô tơ|ic)",
    r"(?:đèn|bóng|cầu chì|mô tơ|(?<!xe )(?<!nhà )máy|tivi|ti vi|tủ lạnh|quạt|sạc|công tơ)"
    r"(?: (?!nhà|chợ)\w+){0,3} cháy(?! nhà| lan| lớn| to\b| dữ| chợ)",
    r"(?:phòng|phòng chống|chống|ngăn|báo|chữa|dễ|bảo hiểm) cháy(?: nổ| chữa cháy|" + _FEW + " chữa cháy)?",
    rf"(?:dễ|hay|thường|thường xuyên|nguy cơ|có thể|nạn|tránh|phòng|phòng chống|phòng tránh|phòng ngừa|đề phòng"
    rf"|coi chừng|từng|suýt|kẻo|ngừa|chống){_FEW} (?:{_HAZARDS})",
    rf"(?:{_HAZARDS})(?: giao thông| xảy ra)? (?:thường xuyên|hoài|liên tục|suốt)",
    r"tuyên bố" + _SOME + " mất tích",
    r"giết mổ|chặt chém|cướp (?:lời|công)",
)

# Counts whatever else the message says: somebody speaks of now, or of ending a life.
_NOW: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...] = (
    (
        "suicide",
        (
            _loose(
                r"(?:muốn|định|đòi|sắp|dọa|tính|đang) (?:tự tử|tự sát|tự vẫn|nhảy cầu|nhảy lầu|kết liễu)",
                r"(?:không|ko|k|hông|hổng|chẳng|chả) (?:còn )?(?:muốn|thiết) sống",
                r"(?:tôi|tui|em|con|cháu|mình|nó)(?: chỉ| đang)? (?:muốn|tính) chết",
                r"chán sống|uống thuốc (?:sâu|trừ sâu|diệt cỏ|chuột)|cắt cổ tay|rạch tay",
            ),
            _exactly("đang treo cổ|đòi treo cổ"),
        ),
    ),
    (
        "fire",
        (
            _exactly(r"đang (?:bị |bốc )?cháy|cháy (?:to|lớn|rồi|quá|dữ)"),
            _loose(
                r"(?:nhà|quán|chợ|xưởng|kho|rừng|bếp|chung cư|phòng trọ|dãy trọ)" + _FEW + " đang (?:bị |bốc )?cháy",
                r"đang cháy (?:nhà|rừng|chợ|lớn|to)|(?:gọi|cần|xin)(?: xe)? (?:chữa cháy|cứu hỏa)",
            ),
        ),
    ),
    ("drowning", (_loose(r"đang (?:bị )?(?:đuối nước|chết đuối|chìm|nước cuốn)"),)),
    (
        "violence",
        (_loose(r"đang (?:bị )?(?:đánh (?:nhau|đập|tôi|tui|em|vợ|mẹ|con|người)|chém|hành hung|bắt cóc|cướp)"),),
    ),
    ("medical", (_loose(r"đang (?:bị )?(?:nguy kịch|hấp hối|co giật|bất tỉnh)|(?:gọi|cần)(?: xe)? cấp cứu"),)),
    (
        "rescue",
        (
            _loose(
                r"cứu (?:với|tôi|tui|em|cháu|con|mạng|mẹ|người)|kêu cứu|đang (?:bị )?(?:mắc )?kẹt"
                r"|nguy hiểm(?: đến)? tính mạng"
            ),
        ),
    ),
)

# Counts unless the message is about papers, money or the past.
_SIGNS: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...] = (
    ("suicide", (_exactly("tự tử|tự vẫn|treo cổ|thắt cổ"), _loose("tự sát|nhảy cầu|nhảy lầu"))),
    (
        "fire",
        (
            _exactly("cháy"),
            _loose(
                r"cháy (?:nhà|rừng|chợ|lớn|to|dữ|quán|kho|xưởng|chung cư|bếp|bình gas)",
                r"(?:nhà|quán|chợ|xưởng|kho|rừng|chung cư|phòng trọ|dãy trọ)" + _FEW + " cháy",
                r"bốc cháy|phát hỏa|hỏa hoạn|đám cháy|cứu hỏa|bén lửa|lửa (?:to|lớn|bùng|lan)",
                r"cháy lan|chay roi (?:bà con|mọi người)",
                r"(?:nổ|rò|rò rỉ|xì)(?: bình| khí)? gas|nổ bình|phát nổ|có vụ nổ",
            ),
        ),
    ),
    (
        "drowning",
        (
            _exactly("đuối nước"),  # "duoi nuoc" is "dưới nước"
            _loose(
                r"(?:bị|bé|em|cháu|trẻ|người|học sinh) đuối nước|chết đuối|nước cuốn|cuốn trôi",
                r"lọt (?:cống|hố|giếng)|té (?:sông|giếng|ao)",
                r"(?:rơi|rớt|té|ngã|lọt|sụp|nhảy) (?:xuống|vô|vào) (?:sông|ao|hồ|giếng|kênh|mương|suối|biển|cống"
                r"|hố)(?! so\b| sơ\b)",
            ),
        ),
    ),
    (
        "violence",
        (
            _exactly(r"bị đâm|giết|đánh (?:con|bà|ông|cháu)"),
            _loose(
                r"đánh (?:nhau|đập|vợ|chồng|em|tôi|tui|mẹ|người|gãy|chết|bất tỉnh)|đâm chém",
                r"chém (?:nhau|người|lộn)|bị chém",
                r"cầm (?:dao|mã tấu|rựa|súng)|mã tấu|nổ súng|bắn nhau|hành hung|bạo hành|bạo lực|hỗn chiến|truy sát",
                r"dọa (?:giết|đốt|chém)|cướp|hiếp dâm|hãm hiếp|cưỡng hiếp|bắt cóc|dâm ô|xâm hại|mất tích",
            ),
        ),
    ),
    (
        "electric",
        (
            _exactly(r"hở điện|(?:cột|trụ) điện" + _SOME + " đổ"),
            _loose(
                r"(?:đứt|rơi|rớt|hở|chập|nổ)" + _FEW + " dây" + _FEW + " điện",
                r"dây" + _FEW + " điện" + _SOME + " (?:đứt|rơi|rớt|hở|sà|tuột|chập|trần|lòi|xẹt|sát đất)",
                r"rò(?: rỉ)? điện|điện giật|chập điện|phóng điện|(?:cột|trụ) điện" + _SOME + " (?:ngã|gãy|gẫy|sập)",
                r"trạm biến (?:áp|thế)" + _SOME + " (?:nổ|cháy)",
            ),
        ),
    ),
    (
        "accident",
        (
            _loose(
                r"tai nạn|lật (?:xe|tàu|ghe|thuyền|đò)|chìm (?:tàu|ghe|thuyền|đò|phà)",
                r"(?:xe|ô tô)" + _SOME + " (?:tông|đụng|húc|cán|đâm)" + _FEW + " (?:người|chết|nhau|bé|cháu|cụ|trẻ)",
                r"chết người|xác chết|xác người|tử thi",
            ),
        ),
    ),
    (
        "disaster",
        (
            _exactly(
                r"bão" + _FEW + " (?:đổ bộ|vào|về|tới|đến|lớn|to|mạnh)|cô lập|nhà" + _FEW + " sập|sắp sập",
                r"cây(?: \w+)? đổ(?! rác| đất| nước| xe| bê| cát| đá| phế| trộm| xăng| thải| đầy)",
                "quả bom|lựu đạn|đầu đạn|đạn pháo",
            ),
            _loose(
                r"siêu bão|lũ (?:quét|ống|về|lên|dâng|cuốn|lớn)|nước (?:lũ|dâng)|vỡ (?:đê|đập)|lốc xoáy|tốc mái",
                r"động đất",
                r"sạt lở|lở (?:đất|núi)|(?:bị|mắc) kẹt (?:trong|trên|dưới|giữa)",
                r"(?:bị sập|sập) (?:nhà|cầu|tường|mái|hầm|giàn giáo)|nhà" + _FEW + " bị sập",
                r"cây" + _FEW + " (?:ngã|bật gốc)",
            ),
        ),
    ),
    (
        "medical",
        (
            _exactly("ngất"),
            _loose(
                r"bất tỉnh|ngất xỉu|ngừng thở|ngưng thở|co giật|đột quỵ|ngộ độc|hấp hối|nguy kịch",
                r"(?<!nuôi )rắn(?: (?!có\b)\w+){0,2} cắn",  # "nuôi rắn có cần xin phép" asks for a paper
                r"chảy máu" + _FEW + " (?:nhiều|đầu)|xe cấp cứu",
            ),
        ),
    ),
    ("rescue", (re.compile(r"\A(?:sos|(?:việc |báo )?(?:khẩn cấp|khan cap))\Z"),)),
)
_PAPERS_OR_PAST = (
    _exactly(r"thuế|quỹ|tem|luật|biến động|năm (?:ngoái|trước|qua)"),  # "nam ngoai duong": somebody lies in the road
    _loose(
        r"thủ tục|hồ sơ|giấy tờ|giấy khai|giấy chứng|giấy xác|khai tử|khai sinh|sổ đỏ|lệ phí|trợ cấp|trợ giúp xã hội",
        r"chế độ|bảo hiểm|bh(?:xh|yt|tn)|xác nhận|làm lại|cấp lại|cấp đổi|mai táng|bồi thường|đơn xin|mẫu đơn",
        r"(?:tiền|mức|chính sách) hỗ trợ|hỗ trợ (?:bao nhiêu|không|gì|thiệt hại|khắc phục|kinh phí|tiền|nhà ở)",
        r"nghiệm thu|thẩm duyệt|tập huấn|diễn tập|tuyên truyền|quy định|mức phạt|phạt bao nhiêu|nghị định|giám định",
        r"giấy phép|cấp giấy|thẩm định|phê duyệt|biên lai|chi phí|thân nhân|chiến tranh|thửa đất|đăng ký (?:lại|biến)",
        r"(?:tháng|tuần|hôm) (?:trước|qua|kia)|cách đây(?: \w+){1,2} (?:năm|tháng|tuần|ngày)|trước đây|lần trước",
        r"miễn giảm|giảm thuế|thương tật|hồi (?:tháng|năm)|thời gian (?:vừa )?qua",
    ),
)
_STILL = _loose(
    r"vừa (?:mới )?(?:xảy|có|bị|cháy|tông)|mới xảy|(?:mau|nhanh) lên|(?:đến|tới|xuống) ngay|giúp với|gấp lắm",
    r"nằm (?:giữa|ngoài|trên) đường|bất tỉnh|ngất xỉu",
)


def _emergency(words: str) -> str:
    left = _HARMLESS.sub(" | ", words)
    found = [name for name, patterns in _NOW if any(p.search(left) for p in patterns)]
    muted = any(p.search(left) for p in _PAPERS_OR_PAST) and not _STILL.search(left)
    if found or not muted:
        found += [name for name, patterns in _SIGNS if any(p.search(left) for p in patterns)]
    return min(found, key=lambda name: name == "rescue", default="")  # the first that names the danger


_NOT_MEANT = _loose(
    r"(?:không|ko|k|chẳng|chứ không)(?: phải| là| có| muốn| định| hề| cần)* (?:khiếu nại|tố cáo)",
    r"(?:cây|nhà|người|cột|tòa|cổng|tường|dáng|vừa|rất|quá|hơi|khá)(?: \w+)? to cao",
    r"phòng(?: chống)?" + _FEW + " (?:tham nhũng|tham ô|hối lộ)",
)
_DENOUNCES = _loose(r"tố cáo|tcáo|đơn tc")
_ACCUSES = _loose(
    r"(?:nhận|ăn|đòi|đưa) hối lộ|tham ô|tham nhũng|biển thủ|lạm quyền|ăn chặn (?:tiền|của)|ăn bớt (?:tiền|gạo|quà)",
    r"rút ruột",
)
_WHOM = _loose(
    r"tố cáo(?: \w+)? (?:ông|bà|anh|chị|cô|chú|thằng|con|nó|cán bộ|công chức|viên chức|nhân viên|chủ tịch|phó"
    r"|bí thư|trưởng"
    r"|công an|giám đốc|hàng xóm|nhà|hành vi|việc|công ty|cơ sở|đối tượng|người|kẻ|bọn|vợ|chồng|hộ|lãnh đạo|địa chính"
    r"|tư pháp|thầy|doanh nghiệp|tên)"
)
_COMPLAINS = _loose(r"khiếu nại|khiếu kiện|khiếu tố|knại")
_UNCLEAR = re.compile(r"\bkn\b")
_CLEAR = _loose(r"kiến nghị|pakn|kinh nghiệm|khái niệm")
_ASKS = _loose(
    r"thủ tục|trình tự|quy trình|cách|mẫu|(?:ở |tới |đến )?đâu|nơi nào|chỗ nào|thế nào|ntn|làm sao|ra sao|cần gì",
    r"gồm gì",
    r"giấy tờ gì|bao lâu|bao nhiêu|mấy ngày|thời hạn|thời hiệu|là gì|khác|phân biệt|quy định|luật|hướng dẫn|lệ phí",
    r"(?<!không )(?<!chưa )giải quyết(?: \w+)?(?: tranh chấp)? (?:khiếu nại|tố cáo)",
    r"(?:gặp|gửi|nộp cho|cho) ai|ai (?:giải quyết|nhận)|được không|phải không|có được|có cần|cho hỏi|hỏi về",
)
_NAMED = _loose("thủ tục|giải quyết|đăng ký biến động")  # the name of a procedure, however long


def _law(words: str, text: str) -> tuple[Kind, Literal["", "complaint", "denunciation"]]:
    """Which of the law's kinds the message is, or asks about."""
    left = _NOT_MEANT.sub(" | ", words)
    named = bool(_NAMED.match(left))
    asks = named or (bool(_ASKS.search(left) or "?" in text) and len(left.split()) <= _ASK_AT_MOST_WORDS)
    if _ACCUSES.search(left):
        return "denunciation", ""
    if _DENOUNCES.search(left):
        about = asks and (named or not _WHOM.search(left))
        return ("", "denunciation") if about else ("denunciation", "")
    if _COMPLAINS.search(left):
        return ("", "complaint") if asks else ("complaint", "")
    if _UNCLEAR.search(left) and not _CLEAR.search(left):
        return "unclear", ""
    return "", ""


_PRAISE = _loose(
    r"thái độ(?: (?!không|ko|chưa|chẳng|thiếu|kém)\w+){0,5} (?:tốt|vui vẻ|nhiệt tình|niềm nở|lịch sự|dễ thương"
    r"|thân thiện"
    r"|hòa nhã|chu đáo|đúng mực|tuyệt vời)"
)
_OFFICER = _loose(
    r"cán bộ|cb|công chức|viên chức|nhân viên|chủ tịch|bí thư|giám đốc|công an|dân quân|địa chính|tư pháp|hộ tịch",
    r"văn thư",
    r"một cửa|1 cửa|quầy|ủy ban|ubnd|ub|xã|phường|trưởng (?:thôn|ấp|khu phố|bản|phòng)|tổ trưởng|lãnh đạo|tiếp dân",
    r"trung tâm|hcc|mấy (?:anh|chị|người|cô|chú)|người (?:tiếp|nhận|làm việc)",
)
_MISBEHAVES = (
    _exactly("vòi tiền"),
    _loose(r"thái độ|nhũng nhiễu|sách nhiễu|hạch sách|hách dịch|cửa quyền|vòi vĩnh|lót tay|phong bì|hành dân|hối lộ"),
)
_MISBEHAVES_IF_OFFICER = (
    _exactly("quát|mắng|chửi|cáu|gắt"),
    _loose(
        r"quát (?:tháo|nạt|mắng)|chửi (?:dân|bới|tôi)|cáu gắt|gây khó|làm khó",
        r"(?:đòi|thu|xin|lấy) thêm (?:tiền|giấy|hồ sơ|phí)",
        r"đòi (?:tiền|bồi dưỡng|quà)|bồi dưỡng mới|bắt (?:chờ|đợi|đi lại)|say (?:rượu|xỉn)|(?:đi|ngồi) nhậu|coi thường",
        r"không chịu (?:làm|tiếp|nhận|giải)|xúc phạm|thờ ơ|vô cảm|ngồi chơi|chơi game|thiên vị|bao che cho|quan liêu",
        r"(?:vô|thiếu) trách nhiệm|ăn tiền",
    ),
)


def _is_restricted(words: str) -> bool:
    left = _PRAISE.sub(" | ", words)
    if any(p.search(left) for p in _MISBEHAVES) or (_ACCUSES.search(_NOT_MEANT.sub(" | ", left))):
        return True
    return bool(_OFFICER.search(left)) and any(p.search(left) for p in _MISBEHAVES_IF_OFFICER)
