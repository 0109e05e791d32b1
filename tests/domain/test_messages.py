"""Messages survive storage, and a burst reads as one message."""

from datetime import UTC, datetime

from domain.messages import (
    Choice,
    Incoming,
    Location,
    Media,
    Outgoing,
    incoming_from_json,
    merge,
    outgoing_from_json,
    to_json,
)

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def test_an_incoming_message_survives_storage():
    said = Incoming(
        "1", "p", AT, text="chào", media=(Media("photo", "f1", size=3),), location=Location(10.5, 106.0), album="a"
    )
    assert incoming_from_json(to_json(said)) == said


def test_an_outgoing_message_survives_storage():
    message = Outgoing("Chọn", (Choice("a", "Một"),), ask="location", links=(("Cổng", "https://dichvucong.gov.vn"),))
    assert outgoing_from_json(to_json(message)) == message


def test_a_burst_keeps_every_line_every_photo_and_the_last_place():
    pieces = [
        Incoming("1", "p", AT, media=(Media("photo", "f1"),)),
        Incoming("2", "p", AT, text="đèn hỏng", media=(Media("photo", "f2"),)),
        Incoming("3", "p", AT, location=Location(1, 2)),
        Incoming("4", "p", AT, text="thôn 3", location=Location(3, 4)),
    ]
    said = merge(pieces)
    assert said.text == "đèn hỏng\nthôn 3"
    assert [item.ref for item in said.media] == ["f1", "f2"]
    assert said.location == Location(3, 4)


def test_a_press_and_a_command_are_no_pieces_of_a_burst():
    assert not Incoming("1", "p", AT, choice="x").gathers
    assert not Incoming("1", "p", AT, text="/menu").gathers
    assert not Incoming("1", "p", AT, start="pa").gathers
    assert Incoming("1", "p", AT, text="xin chào").gathers
