"""A foreigner finds the way in English, and back."""

import pytest

from domain.english import looks_english, script_of, wanted
from storage.tables import Citizen
from tests.conftest import Press, Start
from tests.handlers.test_directory import hear, set_profile


@pytest.mark.parametrize(
    ("why", "text", "expected"),
    [
        ("a question", "What documents do I need to register my marriage?", True),
        ("short", "need help please", True),
        ("hours", "when are you open", True),
        ("a greeting alone says nothing", "hello", False),
        ("Vietnamese with an English word", "cho em hỏi passport", False),
        ("Vietnamese without accents", "lam the can cuoc o dau", False),
        ("syllables that both have", "do an the me", False),
        ("mixed, without accents", "em muon register cho me", False),
        ("Vietnamese", "làm giấy khai sinh cần gì", False),
        ("a code", "7K2M-9QXD", False),
        ("nothing", "", False),
    ],
)
def test_english_is_told_from_vietnamese_without_accents(why, text, expected):
    assert looks_english(text) is expected, why


@pytest.mark.parametrize(
    ("why", "text", "expected"),
    [
        ("marriage", "I want to marry my girlfriend", "marriage"),
        ("birth", "birth certificate for our baby", "birth"),
        ("residence", "a guest is staying in my house", "residence"),
        ("hours", "when do you close", "hours"),
        ("nothing known", "what about my motorbike", ""),
    ],
)
def test_what_a_foreigner_wants_is_found(why, text, expected):
    assert wanted(text) == expected, why


def test_a_message_in_english_is_pointed_to_english(town):
    told = hear(town, "Hello, where can I register my marriage please?")
    assert told == ("This is the official service of xã Hòa An. For help in English reply 9; urgent: 0200 000 0001.")


def test_without_a_hotline_the_line_promises_none(town):
    set_profile(town, hotline="")
    assert hear(town, "I need help please").endswith("For help in English reply 9.")


def test_nine_opens_english_and_zero_returns(town, citizen, talk):
    talk(
        ("9", "This is the official service of xã Hòa An."),
        (Press("Opening hours"), "Closed on other days."),
        ("english", "What do you need?"),
        (Press("Urgent numbers"), "113 Police"),
        ("9", "What do you need?"),
        (Press("Address"), "People's Committee of xã Hòa An"),
        ("tiếng anh", "What do you need?"),
        ("1", "It answers by itself"),
        ("in english", "What do you need?"),
        ("0", "Vâng, từ đây tôi trả lời bằng tiếng Việt."),
        ("giờ làm việc", "Các ngày khác nghỉ."),
    )
    (person,) = [row for row in town.rows(Citizen) if row.peer == citizen.peer]
    assert person.language == "vi"


def test_what_was_asked_in_english_is_answered_once_english_is_chosen(citizen):
    citizen.talk(
        ("where is your office please", "For help in English reply 9"),
        ("9", "People's Committee of xã Hòa An"),
    )


def test_what_is_not_understood_in_english_can_go_to_an_officer(town, citizen):
    mai = town.officer("Mai")
    citizen.talk(
        ("please help, what about my motorbike", "For help in English reply 9"),
        ("9", "I did not understand."),
        (Press("Pass it to an officer"), "Passed to Trung tâm"),
    )
    assert "what about my motorbike" in "\n".join(message.text for message in mai.hears())


def test_thanks_in_english_are_no_question(citizen):
    citizen.does("english")
    citizen.talk(("thank you", "You are welcome."), ("ok", "All right."))


def test_a_language_that_is_named_is_looked_up(citizen):
    citizen.does("english")
    citizen.talk(
        ("who speaks Korean?", "No officer who speaks Korean was entered."),
        ("do you speak English", "English: Lê Thị Mai"),
    )


def test_english_words_are_answered_in_english_and_show_the_way(town, citizen):
    citizen.talk(("opening hours", "Monday to Friday: 07:30 to 11:30"), (Press("9"), "What do you need?"))


def test_the_welcome_shows_english_to_who_reads_no_vietnamese(citizen):
    citizen.talk((Start(), "9. English"), ("9", "This is the official service"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("你好，我想登记结婚", "zh"), ("結婚届を出したいです", "ja"), ("안녕하세요", "ko"),
        ("សួស្តី", "km"), ("ສະບາຍດີ", "lo"), ("สวัสดี", "th"), ("здравствуйте", ""),
        ("xin chào", None), ("hello 你", None), ("12345", None),
    ],
)  # fmt: skip
def test_a_script_points_to_a_language(text, language):
    assert script_of(text) == language


def test_who_writes_in_another_script_is_told_who_speaks_it(town):
    people = [{"title": "Chuyên viên", "name": "Lý A", "phone": "0200 000 0019", "languages": ["zh"]}]
    set_profile(town, people=people)
    told = hear(town, "你好，我想登记结婚")
    assert told.startswith("This is the official service of xã Hòa An.")
    assert "中文: Lý A, Chuyên viên, phone 0200 000 0019" in told


def test_the_words_tieng_viet_return_too(talk):
    talk(("english", "What do you need?"), ("tiếng việt", "từ đây tôi trả lời bằng tiếng Việt"))


def test_officers_who_speak_a_language_are_named_from_the_data(town, talk):
    talk(("9", "What do you need?"), (Press("Speak to an officer"), "English: Lê Thị Mai, Chuyên viên Trung tâm"))
    set_profile(town, people=[])
    talk(("9", "What do you need?"), (Press("Speak to an officer"), "No officer is listed"))


def test_nine_inside_a_dialog_is_an_answer(citizen):
    citizen.does("phản ánh")
    state = citizen.state
    told = citizen.does("9")
    assert "What do you need?" not in told[-1].text
    assert citizen.state.startswith(state.split(".")[0])


def test_after_english_is_chosen_plain_questions_are_answered_in_it(town, citizen):
    citizen.does("english")
    assert "Opening hours of" in hear(town, "when do you open?")
    assert "Hotline: 0200 000 0001" in hear(town, "phone number please")
    assert "I did not understand." in hear(town, "what about my motorbike")


def test_a_vietnamese_question_is_still_understood_after_english(town, citizen):
    citizen.does("english")
    assert hear(town, "nộp hồ sơ khai sinh ở đâu") is None
