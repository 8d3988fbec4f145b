from typing import Any

import pytest
from telegram_rules import Shown, check, read_html, shown, units

SENT = {"chat_id": 7, "text": "a <b>word</b>", "parse_mode": "HTML"}


def with_button(**action: Any) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [[{"text": "Button"} | action]]}}


def test_a_sound_call_passes() -> None:
    reply = {"message_id": 5, "quote": "how many", "allow_sending_without_reply": True}
    check(
        "sendMessage",
        SENT | with_button(callback_data="x") | {"reply_parameters": reply},
        texts={(7, 5): "so how many"},
    )


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ("no parameter", {"colour": "red"}),
        ("is none of", {"disable_notification": "yes"}),
        ("chat_id", {"chat_id": 0}),
        ("General topic", {"message_thread_id": 1}),
        ("4097 units", {"text": "x" * 4097}),
        ("4098 units", {"text": "🌹" * 2049}),
        ("0 units", {"text": ""}),
        ("nothing but spaces", {"text": "\n "}),
        ("not escaped", {"text": "3 < 5"}),
        ("not escaped", {"text": "you & me"}),
        ("no tag", {"text": "<p>x</p>"}),
        ("nested", {"text": "<b><i>x</b></i>"}),
        ("not closed", {"text": "<b>x"}),
        ("closes nothing", {"text": "x</b>"}),
        ("in another", {"text": "<blockquote>x<blockquote>y</blockquote></blockquote>"}),
        ("url", {"text": '<a href="nowhere">x</a>'}),
        ("65 bytes", with_button(callback_data="x" * 65)),
        ("66 bytes", with_button(callback_data="ə" * 33)),
        ("2 actions", with_button(callback_data="x", url="https://a.b")),
        ("0 actions", with_button()),
        ("257 units", with_button(copy_text={"text": "x" * 257})),
        ("rows of", {"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 9]}}),
        ("rows of", {"reply_markup": {"inline_keyboard": [[]]}}),
        ("is not in", {"reply_parameters": {"message_id": 5, "quote": "how  many"}}),
        ("not escaped", {"reply_parameters": {"message_id": 5, "quote": "3 < 5", "quote_parse_mode": "HTML"}}),
        ("unknown fields", {"reply_parameters": {"message_id": 5, "colour": "red"}}),
    ],
)  # fmt: skip
def test_a_broken_rule_is_named(rule: str, more: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match=rule):
        check("sendMessage", SENT | more, texts={(7, 5): "so how many, 3 < 5"})


@pytest.mark.parametrize(
    ("method", "parameters", "rule"),
    [
        ("sendNothing", {}, "no method"),
        ("sendMessage", {"chat_id": 7}, "text: missing"),
        ("sendPhoto", {"chat_id": 7, "photo": "x", "caption": "x" * 1025}, "1025 units"),
        ("editMessageText", {"text": "x", "chat_id": 7}, "either"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "201 units"),
        ("setMyCommands", {"commands": [{"command": "Ask", "description": "x"}]}, "'Ask'"),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat"}}, "scope"),
        ("setMyName", {"name": "x" * 65}, "65 units"),
        ("setMyShortDescription", {"short_description": "x" * 121}, "121 units"),
        ("answerInlineQuery", {"inline_query_id": "1", "results": [{"id": "a", "type": "x"}] * 2}, "comes twice"),
        ("answerInlineQuery", {"inline_query_id": "1", "results": [{"id": "a" * 65, "type": "x"}]}, "65 bytes"),
        ("answerInlineQuery", {"inline_query_id": "1", "results": [{"id": str(n), "type": "x"} for n in range(51)]}, "51"),
    ],
)  # fmt: skip
def test_methods_have_rules_of_their_own(method: str, parameters: dict[str, Any], rule: str) -> None:
    with pytest.raises(AssertionError, match=rule):
        check(method, parameters)


def test_html_is_read_as_telegram_counts_it() -> None:
    html = '🌹 <b>x &amp; y</b> <a href="https://a.b/?c&amp;d">z</a>'
    assert read_html(html) == Shown("🌹 x & y z", (("bold", 3, 5), ("text_link", 9, 1)))
    assert units("🌹") == 2
    assert shown({"text": "<"}, "text") == Shown("<")
