"""Questions about the commune itself are told apart from questions about its procedures."""

import json
from datetime import date, time
from pathlib import Path

import pytest

from domain.directory import asked, offices_for, people_for
from domain.profile import Neighbour, Person, Profile

QUESTIONS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "questions-dev.jsonl"
WEDNESDAY = date(2026, 11, 18)
OWN = "xã Hòa An"
OFFICES = {
    1: "Trung tâm Phục vụ hành chính công",
    2: "Phòng Kinh tế",
    3: "Phòng Văn hóa - Xã hội",
    4: "Công an xã",
    5: "Trạm Y tế",
    6: "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân",
}
PEOPLE = (
    Person("Phó Chủ tịch Ủy ban nhân dân xã", "Lý Văn Ba", "0200 000 0022"),
    Person("Chủ tịch Ủy ban nhân dân xã", "Bùi Hữu Phúc", "0200 000 0021"),
    Person("Trưởng phòng Kinh tế", "Trần Văn Hùng", "0200 000 0012", handles=("đất đai", "xây dựng")),
    Person("Chuyên viên Phòng Kinh tế", "Nguyễn Thị Lan"),
    Person("Chánh Văn phòng", "Hồ Minh Tâm", handles=("tư pháp", "hộ tịch")),
)
PROFILE = Profile(
    people=PEOPLE,
    old_names={"xã Tân Lập": "xã Hòa An", "thị trấn Hòa Khê": "xã Hòa Bình"},
    neighbours=(Neighbour("xã Hòa Bình", "0200 000 0101"),),
)


def ask(text):
    return asked(text, PROFILE, OWN, OFFICES.values())


@pytest.mark.parametrize(
    ("why", "text", "topic", "about"),
    [
        ("the office's address", "địa chỉ ủy ban ở đâu", "address", ""),
        ("without accents", "dia chi uy ban xa hoa an o dau vay", "address", ""),
        ("short forms", "cho e xin dc ubnd xa với ạ", "address", ""),
        ("one word", "địa chỉ", "address", ""),
        ("the one-stop desk", "bộ phận một cửa nằm ở chỗ nào vậy ạ", "address", ""),
        (
            "its official name",
            "Trung tâm Phục vụ hành chính công ở đâu?",
            "address",
            "trung tam phuc vu hanh chinh cong",
        ),
        ("the police", "công an xã ở đâu ạ", "address", "cong an"),
        ("how to get there", "chỉ đường đến trụ sở ủy ban xã", "address", ""),
        ("opening", "mấy giờ mở cửa", "hours", ""),
        ("opening, teencode", "may h mo cua z", "hours", ""),
        ("working hours", "Giờ làm việc của xã như thế nào ạ?", "hours", ""),
        ("Saturday", "thứ 7 có làm không", "hours", ""),
        ("Saturday, short", "t7 co lam ko", "hours", ""),
        ("Sunday", "chủ nhật ủy ban có làm việc không ạ", "hours", ""),
        ("now", "hôm nay còn làm ko", "hours", ""),
        ("short for today", "hnay xã còn làm việc k ạ", "hours", ""),
        ("noon", "trưa nay có ai không", "hours", ""),
        ("tomorrow", "mai có làm việc không", "hours", ""),
        ("tomorrow afternoon", "chiều mai có ai ở ủy ban không", "hours", ""),
        ("an hour", "5h chiều còn làm không", "hours", ""),
        ("filing tomorrow, nothing named", "mai nộp hồ sơ được không", "hours", ""),
        ("until when", "xã nhận hồ sơ đến mấy giờ", "hours", ""),
        ("the police on Saturday", "công an xã thứ 7 có làm việc không", "hours", "cong an"),
        ("after hours", "ủy ban có làm ngoài giờ không", "hours", ""),
        ("lunch", "ub nghỉ trưa từ mấy giờ", "hours", ""),
        ("a date", "20/11 có làm việc không", "hours", ""),
        ("a date off", "24/11 có nghỉ không", "hours", ""),
        ("a date in words", "ngày 24 tháng 11 xã có nghỉ không", "hours", ""),
        ("next week", "thứ bảy tuần sau có làm không ạ", "hours", ""),
        ("the hotline", "số điện thoại đường dây nóng", "contacts", ""),
        ("how to reach us", "làm sao liên hệ với xã", "contacts", ""),
        ("reach us", "liên hệ xã qua số nào", "contacts", ""),
        ("a department", "sđt phòng kinh tế", "phone", "phong kinh te"),
        ("a department, accents left out", "cho minh xin sdt phong van hoa xa hoi", "phone", "phong van hoa xa hoi"),
        ("the police", "số công an xã", "phone", "cong an xa"),
        ("the police, short", "so ca xa", "phone", "cong an xa"),
        ("the health station", "số điện thoại trạm y tế xã là gì", "phone", "tram y te xa"),
        ("the chairman's number", "xin số điện thoại chủ tịch xã", "phone", "chu tich xa"),
        ("a body that is not ours", "cho hỏi sđt bưu điện", "phone", "buu dien"),
        ("a hamlet head", "số điện thoại trưởng thôn Trung", "phone", "truong thon trung"),
        ("the chairman", "chủ tịch xã là ai", "who", "chu tich xa"),
        ("the chairman of this commune by name", "chủ tịch xã Hòa An tên gì", "who", "chu tich xa"),
        ("his deputy", "pho chu tich xa la ai z", "who", "pho chu tich xa"),
        ("who does land", "ai phụ trách đất đai", "who", "dat dai"),
        ("which department", "phòng nào quản lý xây dựng", "who", "xay dung"),
        ("whom to see", "hộ tịch gặp ai", "who", "ho tich"),
        ("a department's head", "trưởng phòng kinh tế là ai", "who", "truong phong kinh te"),
        ("all leaders", "lãnh đạo xã gồm những ai", "who", "lanh dao xa"),
        ("the schedule", "lịch tiếp công dân", "reception", ""),
        ("which day", "hôm nào chủ tịch tiếp dân", "reception", "chu tich"),
        ("to meet him", "tôi muốn gặp chủ tịch xã", "reception", "chu tich"),
        ("short for tiếp công dân", "lich tcd tuan nay", "reception", ""),
        ("an old name", "xã Tân Lập cũ giờ thuộc đâu", "old_place", "xã Tân Lập"),
        ("an old name, no accents", "xa tan lap truoc day nay la xa nao", "old_place", "xã Tân Lập"),
        ("an old town", "thị trấn Hòa Khê sáp nhập vào đâu", "old_place", "thị trấn Hòa Khê"),
        ("an old name nobody entered", "xã Bình Minh cũ giờ thuộc xã nào", "old_place", "binh minh"),
        ("next door", "số điện thoại xã Hòa Bình", "neighbour", "xã Hòa Bình"),
        ("next door's address", "uỷ ban xã Hoà Bình ở đâu", "neighbour", "xã Hòa Bình"),
        ("a commune nobody entered", "sđt ubnd xã Quảng Sơn", "neighbour", "quang son"),
        ("the website", "trang web của xã là gì", "website", ""),
        ("the e-mail", "email ủy ban là gì ạ", "email", ""),
        ("the account", "số tài khoản của xã để nộp lệ phí", "bank", ""),
        ("Tết", "Tết nghỉ mấy ngày", "holidays", "tet nguyen dan"),
        ("Tết, from when", "uỷ ban nghỉ tết từ ngày nào", "holidays", "tet nguyen dan"),
        ("Tết, on duty", "mùng 3 tết xã có làm không", "holidays", "tet nguyen dan"),
        ("New Year", "tết dương lịch có nghỉ không", "holidays", "tet duong lich"),
        ("a holiday by name", "giỗ tổ có nghỉ không ạ", "holidays", "gio to"),
        ("the next ones", "lịch nghỉ lễ sắp tới", "holidays", ""),
        ("a letter for 'vậy'", "dia chi xa o dau v", "address", ""),
        ("short for address", "cho e hoi dc ub xa", "address", ""),
        ("after the merger", "sau sáp nhập trụ sở xã ở đâu", "address", ""),
        ("which days", "bộ phận một cửa làm những ngày nào", "hours", ""),
        ("how many days a week", "mot cua lam may ngay trong tuan", "hours", ""),
        ("from which day to which", "xa lam viec tu thu may toi thu may", "hours", ""),
        ("again", "bao giờ xã làm việc lại", "hours", ""),
        ("again, in few words", "khi nao lam lai", "hours", ""),
        ("anybody there", "có ai ở xã không", "hours", ""),
        ("a quarter to", "5h kem 15 con lam ko", "hours", ""),
        ("to come tomorrow", "mai len xa dc k", "hours", ""),
        ("a day without its month", "ngay 24 co nghi ko", "hours", ""),
        ("Christmas is a day like others", "noel co nghi ko", "hours", ""),
        ("a Saturday worked instead", "thứ 7 này xã có làm bù không", "hours", ""),
        ("the day when nobody need write", "ngay khong viet la gi", "desk_days", ""),
        ("when forms are filled in for people", "ngày nào cán bộ điền giúp tờ khai", "desk_days", ""),
        ("who is on duty", "so truc tet", "duty", ""),
        ("to call", "goi cho xa so nao", "contacts", ""),
        ("a person's number", "so dt chi lam ho tich", "phone", "ho tich"),
        ("the water company", "so cong ty nuoc", "phone", "cong ty nuoc"),
        ("who cares for", "ai lo vụ người có công", "who", "nguoi co cong"),
        ("the head of police", "trưởng công an xã tên gì", "who", "truong cong an xa"),
        ("everybody", "danh sách cán bộ xã", "who", "lanh dao"),
        ("when he receives, short", "bao h ct tiep dan", "reception", "chu tich"),
        ("this month", "tháng này tiếp dân ngày nào", "reception", ""),
        ("what day before Tết", "29 tet co lam k", "holidays", "tet nguyen dan"),
        ("how many days", "le 30/4 nghi bao nhieu ngay", "holidays", ""),
        ("from an old commune", "người xã Tân Lập cũ thì làm giấy tờ ở đâu", "old_place", "xã Tân Lập"),
        ("of which communes", "xã mình sáp nhập từ những xã nào", "merged", ""),
        ("next door, short", "cho xin so xa hoa binh", "neighbour", "xã Hòa Bình"),
        ("who speaks English", "co can bo nao noi tieng anh ko", "speak", "anh"),
        ("who speaks Hmong", "tieng mong co ai biet ko", "speak", "mong"),
        ("no Vietnamese", "vợ tôi người Hàn không biết tiếng Việt", "speak", ""),
        ("Zalo", "xa co zalo k", "social", ""),
    ],
)
def test_a_question_about_the_commune_is_recognised(why, text, topic, about):
    found = ask(text)
    assert found is not None, why
    assert (found.topic, found.about) == (topic, about), why


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("a procedure's place", "nộp hồ sơ khai sinh ở đâu"),
        ("a procedure on a day", "thứ 7 có làm căn cước không"),
        ("a procedure's place, no accents", "lam giay ket hon o dau"),
        ("a follow-up that leans on the last answer", "nộp ở đâu"),
        ("a follow-up", "ở đâu"),
        ("a follow-up about filing", "nộp hồ sơ ở đâu"),
        ("how long a procedure takes", "mấy ngày có kết quả"),
        ("a fee", "lệ phí bao nhiêu"),
        ("who may do a procedure", "ai được làm giấy xác nhận độc thân"),
        ("who certifies", "ai có thẩm quyền chứng thực chữ ký"),
        ("a number inside a procedure", "đổi số điện thoại trên vneid"),
        ("a personal number", "số định danh cá nhân là gì"),
        ("a book, not a number", "sổ hộ tịch ở đâu"),
        ("land book", "so do lam o dau"),
        ("household book of the police", "sổ công an cấp có dùng được không"),
        ("an account inside a procedure", "nhận trợ cấp qua số tài khoản được không"),
        ("an address inside a procedure", "đổi địa chỉ trên sổ đỏ"),
        ("a change of address", "thay đổi địa chỉ hộ kinh doanh"),
        ("a dispute", "tranh chấp đất đai ai giải quyết"),
        ("a complaint", "khiếu nại chủ tịch xã"),
        ("a report about the chairman", "chủ tịch xã nhận tiền của dân"),
        ("a report about the police", "công an xã không làm việc, thái độ tệ"),
        ("a report of closed doors", "xã đóng cửa không ai tiếp dân từ sáng"),
        ("a procedure called reception", "thủ tục tiếp công dân gồm những gì"),
        ("a permit", "xin phép xây dựng gặp ai"),
        ("maternity leave", "nghỉ thai sản mấy tháng"),
        ("stopping a business", "tạm nghỉ bán phải báo ai"),
        ("pay on holidays", "đi làm ngày tết được trả lương bao nhiêu"),
        ("papers after a merger", "sau sáp nhập xã có phải đổi giấy tờ không"),
        ("a job", "xin việc làm ở đâu"),
        ("greeting", "chào em"),
        ("thanks", "cảm ơn nhé"),
        ("yes", "có"),
        ("no", "không"),
        ("silence of words", "..."),
        ("a phone number", "số điện thoại của tôi là 0912345678"),
        ("a question with a story", "hôm qua tôi lên xã gặp chị Mai mà chị hẹn mai quay lại, giờ có đúng không"),
        ("military service", "khám nghĩa vụ quân sự ở đâu"),
        ("residence with the police", "đăng ký tạm trú ở công an xã cần gì"),
        ("health insurance number", "số bảo hiểm xã hội của tôi là bao nhiêu"),
        ("a marriage by a chairman", "chủ tịch xã ký giấy kết hôn à"),
        ("vaccination", "trạm y tế xã có tiêm phòng không"),
        ("what an office does", "phòng kinh tế làm những thủ tục gì"),
        ("the department of another level", "sở y tế cấp phép gì"),
        ("an event", "hầm Thủ Thiêm mấy giờ đóng cửa"),
        ("the meaning of a day", "ngày của mẹ là ngày nào"),
        ("a bank transfer scam", "có người gọi xưng công an xã bảo chuyển khoản"),
        ("a dossier", "hồ sơ của tôi khi nào có kết quả"),
        ("being called", "cán bộ hẹn gọi lại mà chưa gọi"),
        ("a hairdresser, who sounds like a call", "gội đầu"),
        ("a school, which sounds like a head", "trường"),
        ("dead or lost", "mất số tài khoản ngân hàng"),
        ("a transfer of land, no name in the morning", "sang ten dat o dau"),
        ("far away is no commune", "khi nào đi làm xa phải báo"),
        ("a market has hours of its own", "chợ xã mấy giờ mở"),
        ("social housing is no commune", "nhà ở xã hội ở đâu"),
        ("a vehicle is no ward", "phuong tien tro giup o dau"),
        ("a board of managers is no district", "ban quản trị nhà chung cư ở đâu"),
        ("leaving to work far away", "đi làm xa có phải khai báo không"),
        ("paper for a child on Saturday", "làm giấy cho con mới đẻ thứ 7 được không"),
        ("closing a shop for a time", "đóng cửa một thời gian phải báo ai"),
        ("maternity, not a weekday", "nghỉ thai sản được bao lâu"),
    ],
)
def test_a_question_about_something_else_is_left_alone(why, text):
    assert ask(text) is None, why


@pytest.mark.parametrize(
    ("why", "text", "topic"),
    [
        ("a story around it", "nop giay to o mot cua thi mot cua nam o dau", "address"),
        ("a worker's evening", "toi lam cong nhan het ca 5h thi xa con lam khong", "hours"),
        ("which room", "lên xã thì vào phòng nào", "address"),
        ("nothing of the commune is named", "bao nhiêu tuổi thì được đi làm", None),
        ("too much is not explained", "xã có cho thuê nhà văn hóa làm đám cưới buổi tối không", None),
    ],
)
def test_where_nothing_else_answers_some_words_may_be_unknown(why, text, topic):
    assert ask(text) is None, why
    found = asked(text, PROFILE, OWN, OFFICES.values(), lenient=True)
    assert (found and found.topic) == topic, why


@pytest.mark.skipif(not QUESTIONS.exists(), reason="the shared questions are not here")
def test_no_real_question_about_a_procedure_is_caught():
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    caught = [(row["id"], ask(row["question"])) for row in rows if ask(row["question"])]
    assert not [id for id, found in caught if next(r for r in rows if r["id"] == id)["codes"]], caught
    assert len(caught) <= 2, "few of the others are about a commune either"


def test_a_reminder_is_asked_for():
    assert ask("nhắc tôi lịch tiếp dân").remind
    assert ask("nhắc tôi với").remind
    assert not ask("lịch tiếp dân").remind
    assert ask("nhắc tôi đóng thuế") is None


@pytest.mark.parametrize(
    ("why", "text", "day", "part"),
    [
        ("today", "hôm nay còn làm không", WEDNESDAY, ""),
        ("noon of today", "trưa nay có ai không", WEDNESDAY, "noon"),
        ("right now", "giờ này còn làm việc không", WEDNESDAY, "now"),
        ("tomorrow afternoon", "chiều mai có làm không", date(2026, 11, 19), "afternoon"),
        ("the coming Saturday", "thứ 7 có làm không", date(2026, 11, 21), ""),
        ("Saturday next week", "t7 tuần sau có làm không", date(2026, 11, 28), ""),
        ("a weekday that is today", "thứ tư có làm không", WEDNESDAY, ""),
        ("Sunday", "chủ nhật có làm không", date(2026, 11, 22), ""),
        ("a date to come", "24/11 có làm không", date(2026, 11, 24), ""),
        ("a date that has passed this year", "2/9 có làm không", date(2027, 9, 2), ""),
        ("a date with its year", "2/9/2026 có làm không", date(2026, 9, 2), ""),
        ("a day that does not exist", "31/2 có làm không", None, ""),
        ("no day", "mấy giờ mở cửa", None, ""),
        ("the number of a day", "ngày 24 có nghỉ không", date(2026, 11, 24), ""),
        ("a number that has passed this month", "ngay 3 co lam ko", date(2026, 12, 3), ""),
        ("Christmas", "noel có nghỉ không", date(2026, 12, 25), ""),
    ],
)
def test_the_day_meant_is_found(why, text, day, part):
    time = ask(text).time
    assert (time.on(WEDNESDAY), time.part) == (day, part), why


@pytest.mark.parametrize(
    ("why", "text", "hour"),
    [
        ("five is in the afternoon", "5h còn làm không", time(17)),
        ("unless it is said", "5h sáng làm chưa", time(5)),
        ("before the hour", "sáng mai 6h có làm không", time(6)),
        ("a quarter to five", "5h kém 15 còn làm không", time(16, 45)),
        ("eight is in the morning", "8h làm chưa", time(8)),
    ],
)
def test_the_hour_meant_is_found(why, text, hour):
    assert ask(text).time.hour == hour, why


@pytest.mark.parametrize(
    ("why", "about", "expected"),
    [
        ("by name", "phong kinh te", [2]),
        ("by a part of the name", "van hoa", [3]),
        ("the police", "cong an xa", [4]),
        ("the desk by its old name", "hanh chinh cong", [1]),
        ("by its work", "dat dai", [2]),
        ("the commune as a whole", "uy ban xa", []),
        ("nobody here", "buu dien", []),
    ],
)
def test_an_office_is_found_by_name_or_by_its_work(why, about, expected):
    assert offices_for(about, OFFICES, {2: ["Đất đai", "sổ đỏ"], 4: ["Tiếng ồn, an ninh trật tự"]}) == expected, why


@pytest.mark.parametrize(
    ("why", "about", "expected"),
    [
        ("the chairman, not his deputy", "chu tich xa", ["Bùi Hữu Phúc"]),
        ("the deputy", "pho chu tich", ["Lý Văn Ba"]),
        ("the head of a department", "truong phong kinh te", ["Trần Văn Hùng"]),
        ("who handles it", "dat dai", ["Trần Văn Hùng"]),
        ("all who lead, no specialist", "lanh dao xa", ["Lý Văn Ba", "Bùi Hữu Phúc", "Trần Văn Hùng", "Hồ Minh Tâm"]),
        ("nobody", "bi thu", []),
    ],
)
def test_people_are_found_by_title_or_by_what_they_handle(why, about, expected):
    assert [person.name for person in people_for(about, PEOPLE)] == expected, why
