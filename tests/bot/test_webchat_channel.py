"""The web chat as a channel, and the helpers every channel shares."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import Channel, LocalChannel, numbered_list, split_text, utf16_len
from bot.channels.webchat import WebChat
from domain.messages import Choice, Outgoing
from storage import outbox
from storage.tables import OutboxMessage, WebMessage


@pytest.fixture
def owed(town):
    """An outbox row that delivery would pick up."""
    message = Outgoing(
        "Cần gì ạ?",
        choices=(Choice("m|a", "Hỏi thủ tục"), Choice("m|b", "Rất hài lòng", key="5")),
        links=(("Cổng", "https://dichvucong.gov.vn"), ("Xấu", "http://xau.example")),
    )
    with town.db.writing() as session:
        outbox.add(
            session, town.tenant.id, town.tools.ids(), channel_id=town.channel.id, peer="p", message=message,
            key="turn:1:0", now=town.clock(),
        )  # fmt: skip
    return town.rows(OutboxMessage)[0]


def test_the_web_chat_is_a_local_channel_and_no_other():
    channel = WebChat(lambda: 1)
    assert isinstance(channel, LocalChannel)
    assert not isinstance(channel, Channel)


def test_a_message_is_delivered_once_however_often_it_is_tried(town, owed):
    channel = WebChat(town.tools.ids)
    ids = []
    for _ in range(2):
        with town.db.writing() as session:
            ids.append(channel.deliver(session, owed, town.clock()))
    (row,) = town.rows(WebMessage)
    assert ids == [str(row.id)] * 2
    assert (row.peer, row.mine, row.body["text"]) == ("p", False, "Cần gì ạ?")


def test_a_delivery_that_is_rolled_back_leaves_nothing(town, owed):
    def fail():
        with town.db.writing() as session:
            WebChat(town.tools.ids).deliver(session, owed, town.clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert town.rows(WebMessage) == []


def test_choices_keep_their_numbers_and_only_https_links_go_out(town, owed):
    with town.db.writing() as session:
        WebChat(town.tools.ids).deliver(session, owed, town.clock())
    body = town.rows(WebMessage)[0].body
    assert [(choice["key"], choice["data"]) for choice in body["choices"]] == [("1", "m|a"), ("5", "m|b")]
    assert body["links"] == [["Cổng", "https://dichvucong.gov.vn"]]


def test_a_long_message_is_one_message():
    (payload,) = WebChat(lambda: 1).render("p", Outgoing("dài " * 5000))
    assert payload["to"] == "p"


@pytest.mark.parametrize(
    ("why", "text", "limit", "pieces"),
    [
        ("what fits stays whole", "một hai", 10, ["một hai"]),
        ("nothing gives nothing", "  \n ", 10, []),
        ("a paragraph's end is the best place", "aaaa bb.\n\ncccc d", 12, ["aaaa bb.", "cccc d"]),
        ("then a line's", "aaaa bbb\ncccc dddd", 12, ["aaaa bbb", "cccc dddd"]),
        ("then a sentence's", "Aaaaa bb. Ccc dddd", 14, ["Aaaaa bb.", "Ccc dddd"]),
        ("then a word's", "aaaa bbbb cccc", 10, ["aaaa bbbb", "cccc"]),
        ("a word too long is cut", "abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("an end too early would leave a crumb", "a. bbbbbbbbbb cc", 13, ["a. bbbbbbbbbb", "cc"]),
        ("a face counts as two and is never halved", "😀😀😀", 5, ["😀😀", "😀"]),
    ],
)
def test_texts_are_split_where_a_reader_would_pause(why, text, limit, pieces):
    assert split_text(text, limit) == pieces, why


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="aăâ😀 .\n", max_size=120), st.integers(2, 40))
def test_no_piece_is_too_long_and_no_letter_is_lost(text, limit):
    pieces = split_text(text, limit)
    assert all(0 < utf16_len(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_choices_without_buttons_are_numbered_lines():
    choices = Outgoing("", choices=(Choice("a", "Có"), Choice("b", "Không", key="0"))).numbered()
    assert numbered_list(choices) == "1. Có\n0. Không"
