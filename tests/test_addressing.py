from typing import Any

import pytest
from conftest import BOT
from telegram import Message
from test_handlers import GROUP, PERSON, message

from bot.addressing import Asked, read, read_guest

OTHER = {"id": 9, "is_bot": False, "first_name": "Other"}


def read_json(body: dict[str, Any]) -> Asked | None:
    return read(Message.de_json(body, None), "statement_bot", BOT["id"])


def theirs(text: str, **more: Any) -> dict[str, Any]:
    return {"message_id": 500, "date": 1, "chat": GROUP, "from": OTHER, "text": text, **more}


def test_a_reply_with_ask_is_about_the_message_replied_to() -> None:
    asked = read_json(message("/ask", GROUP, reply_to_message=theirs("how many died")))
    assert asked is not None
    assert (asked.text, asked.about.message_id, asked.quote) == ("how many died", 500, None)


def test_the_only_question_of_a_longer_message_is_quoted() -> None:
    asked = read_json(message("/ask", GROUP, reply_to_message=theirs("Hello all. How many died? I forgot.")))
    assert asked is not None
    assert asked.quote == "How many died?"


@pytest.mark.parametrize("text", ["How many died?", "Who? And how many died?", "No question here. None at all."])
def test_nothing_is_quoted_where_no_part_stands_out(text: str) -> None:
    asked = read_json(message("/ask", GROUP, reply_to_message=theirs(text)))
    assert asked is not None
    assert (asked.text, asked.quote) == (text, None)


def test_a_styled_message_is_not_quoted_from() -> None:
    bold = [{"type": "bold", "offset": 0, "length": 5}]
    asked = read_json(message("/ask", GROUP, reply_to_message=theirs("Hello all. How many died?", entities=bold)))
    assert asked is not None
    assert asked.quote is None


def test_what_the_person_quotes_is_the_question() -> None:
    body = message("/ask", GROUP, reply_to_message=theirs("Hello all, who did it and how many died"))
    asked = read_json(body | {"quote": {"text": "how many died", "position": 26}})
    assert asked is not None
    assert (asked.text, asked.quote) == ("how many died", "how many died")


def test_words_of_ones_own_come_first() -> None:
    body = message("/ask who did it", GROUP, reply_to_message=theirs("how many died"))
    asked = read_json(body)
    assert asked is not None
    assert (asked.text, asked.about.message_id) == ("who did it", body["message_id"])


def test_a_mention_alone_below_a_question_asks_it() -> None:
    asked = read_json(message("@statement_bot", GROUP, reply_to_message=theirs("how many died")))
    assert asked is not None
    assert (asked.text, asked.about.message_id) == ("how many died", 500)


@pytest.mark.parametrize("name", ["statement_bot", "Statement_Bot"])
def test_a_guest_message_is_read_as_a_mention(name: str) -> None:
    body = message(f"@{name} ?", GROUP, reply_to_message=theirs("how many died"))
    asked = read_guest(Message.de_json(body, None), "statement_bot", BOT["id"])
    assert asked is not None
    assert asked.text == "how many died"


@pytest.mark.parametrize("more", [{"from": BOT}, {"via_bot": BOT}])
def test_the_bots_own_words_are_no_question(more: dict[str, Any]) -> None:
    asked = read_json(message("@statement_bot", GROUP, reply_to_message=theirs("150 citizens died") | more))
    assert asked is not None
    assert not asked.question


def test_a_topics_first_message_is_no_question() -> None:
    created = theirs("", forum_topic_created={"name": "Topic", "icon_color": 1})
    asked = read_json(message("/ask", GROUP, reply_to_message=created, is_topic_message=True, message_thread_id=500))
    assert asked is not None
    assert not asked.question


@pytest.mark.parametrize(
    "more",
    [
        {"via_bot": BOT},
        {"from": {"id": 8, "is_bot": True, "first_name": "Bot"}},
        {"is_automatic_forward": True, "sender_chat": {"id": -7, "type": "channel", "title": "News"}},
    ],
)
def test_bots_and_forwarded_posts_ask_nothing(more: dict[str, Any]) -> None:
    assert read_json(message("/ask how many died", GROUP, **more)) is None


def test_an_anonymous_administrator_asks_like_anybody() -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    asked = read_json(message("/ask how many died", GROUP, sender_chat=GROUP) | {"from": anonymous})
    assert asked is not None
    assert asked.question


def test_a_command_keeps_what_follows_on_the_next_line() -> None:
    asked = read_json(message("/ask\nhow many died", {"id": 7, "type": "private"}) | {"from": PERSON})
    assert asked is not None
    assert (asked.command, asked.text) == ("ask", "how many died")


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("see https://a.az/news?id=3 please. How many died?", "How many died?"),
        ("Hello. What happened on 20 Jan. 1990? Thanks", "What happened on 20 Jan. 1990?"),
    ],
)
def test_a_sentence_ends_only_where_a_space_follows(text: str, quoted: str) -> None:
    asked = read_json(message("/ask", GROUP, reply_to_message=theirs(text)))
    assert asked is not None
    assert asked.quote == quoted


def test_a_command_may_be_followed_by_any_space() -> None:
    asked = read_json(message("/ask\u00a0how many died", GROUP))
    assert asked is not None
    assert asked.text == "how many died"


def test_the_head_of_a_topic_is_not_asked_about() -> None:
    head = {"message_id": 500, "date": 1, "chat": GROUP, "from": OTHER}
    own = message("/ask", GROUP, reply_to_message=head)
    asked = read_json(own)
    assert asked is not None
    assert asked.about.message_id == own["message_id"]
