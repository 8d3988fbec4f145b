"""What the Bot API takes: `check` refuses a call that Telegram would refuse, or would show otherwise than it was meant.

Methods, their parameters and the fields of what is nested are the installed library's; limits are those of
https://core.telegram.org/bots/api.
"""

import inspect
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

import telegram
from telegram import Bot

TEXT_LIMIT, CAPTION_LIMIT, QUOTE_LIMIT, ENTITIES = 4096, 1024, 1024, 100
BUTTONS_A_ROW, BUTTONS, CALLBACK_BYTES, COPY_LIMIT, QUERY_LIMIT, ALERT_LIMIT = 8, 100, 64, 256, 256, 200
COMMANDS, RESULTS, ID_BYTES, OFFSET_BYTES = 100, 50, 64, 64
PROFILE = {"name": 64, "description": 512, "short_description": 120}
GENERAL_TOPIC = 1

ACTIONS = {
    "callback_data", "url", "copy_text", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "web_app", "login_url", "callback_game", "pay",
}  # fmt: skip
SCOPES = {
    "default": set(), "all_private_chats": set(), "all_group_chats": set(), "all_chat_administrators": set(),
    "chat": {"chat_id"}, "chat_administrators": {"chat_id"}, "chat_member": {"chat_id", "user_id"},
}  # fmt: skip
TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
ATTRIBUTES = {
    "blockquote": r"( expandable)?",
    "a": r' href="[^"<>]+"',
    "span": r' class="tg-spoiler"',
    "code": r'( class="language-[^"<>]+")?',
    "tg-emoji": r' emoji-id="\d+"',
}
ALONE = {"code", "pre"}
"""Entities that hold no others."""

_TOKEN = re.compile(r"<(/?)([a-z-]+)([^<>]*)>|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|[^<>&]+")


@dataclass(frozen=True)
class Shown:
    """A text as Telegram shows it: `entities` are (type, offset, length), counted in UTF-16 units."""

    text: str
    entities: tuple[tuple[str, int, int], ...] = ()


def units(text: str) -> int:
    """How long `text` is as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def check(
    method: str,
    parameters: Mapping[str, Any],
    files: Collection[str] = (),
    texts: Mapping[tuple[int, int], str] | None = None,
) -> None:
    """Raises AssertionError, naming the rule, for a call of `method` that breaks one.

    `files` are the parameters that are uploaded; `texts` those of the messages known, by chat and message id.
    """
    values = {name: _plain(value) for name, value in parameters.items()}
    try:
        _known(method, values, files)
        _place(values)
        _words(values)
        _keyboard(values.get("reply_markup"))
        _reply(values, texts or {})
        _RULES.get(method, lambda _: None)(values)
    except AssertionError as error:
        raise AssertionError(f"{method}: {error}") from error


def read_html(html: str) -> Shown:
    """`html` as Telegram parses it, but strict: what it would mend or leave out is an AssertionError."""
    text, entities, opened = "", [], []
    position = 0
    while position < len(html):
        token = _TOKEN.match(html, position)
        assert token, f"HTML: {html[position : position + 20]!r} is no tag of Telegram and is not escaped"
        position = token.end()
        closing, tag, attributes = token.group(1, 2, 3)
        if tag is None:
            text += unescape(token.group())
        elif closing:
            assert opened, f"HTML: </{tag}> closes nothing"
            name, start = opened.pop()
            assert name == tag, f"HTML: </{tag}> closes <{name}>: not properly nested"
            assert not attributes, f"HTML: </{tag}{attributes}>"
            assert units(text) > start, f"HTML: <{tag}> is empty"
            entities.append((TAGS[tag], start, units(text) - start))
        else:
            assert tag in TAGS, f"HTML: <{tag}> is no tag of Telegram"
            assert re.fullmatch(ATTRIBUTES.get(tag, ""), attributes), f"HTML: <{tag}{attributes}>"
            around = {name for name, _ in opened}
            assert tag not in around, f"HTML: <{tag}> in another"
            assert not around & ALONE or (tag, around) == ("code", {"pre"}), f"HTML: <{tag}> in {around}"
            if tag == "a":
                _url(unescape(attributes[len(' href="') : -1]))
            opened.append((tag, units(text)))
    assert not opened, f"HTML: {opened} is not closed"
    assert len(entities) <= ENTITIES, f"entities: {len(entities)}, {ENTITIES} are shown at most"
    return Shown(text, tuple(entities))


def shown(values: Mapping[str, Any], name: str, mode: str = "parse_mode") -> Shown:
    """The text `name` of a call as it is shown."""
    assert values.get(mode) in (None, "HTML"), f"{mode}: {values[mode]!r} is not used here"
    return read_html(values[name]) if values.get(mode) else Shown(values[name])


def _plain(value: Any) -> Any:
    """What is nested is sent as JSON."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


@cache
def _signature(method: str) -> dict[str, inspect.Parameter]:
    """The Bot API's parameters of `method`; those of the library alone can only be named."""
    function = getattr(Bot, re.sub("[A-Z]", lambda letter: f"_{letter.group().lower()}", method), None)
    assert function, "no method of the Bot API"
    kinds = inspect.signature(function).parameters.items()
    return {name: p for name, p in kinds if name != "self" and p.kind is p.POSITIONAL_OR_KEYWORD}


@cache
def _fields(name: str) -> frozenset[str]:
    """The fields of the Bot API's type `name`."""
    parameters = inspect.signature(getattr(telegram, name)).parameters
    return frozenset(parameters) - {"api_kwargs", "args", "kwargs"}


def _known(method: str, values: Mapping[str, Any], files: Collection[str]) -> None:
    signature = _signature(method)
    for name, value in values.items():
        assert name in signature, f"{name}: no parameter of it"
        kinds = _kinds(str(signature[name].annotation))
        assert type(value) in kinds, f"{name}: {value!r} is none of {sorted(kind.__name__ for kind in kinds)}"
    for name, parameter in signature.items():
        given = name in values or name in files
        assert given or parameter.default is not parameter.empty, f"{name}: missing"
    for name, type_ in (("reply_parameters", "ReplyParameters"), ("link_preview_options", "LinkPreviewOptions")):
        assert set(values.get(name, ())) <= _fields(type_), f"{name}: unknown fields in {values[name]}"


def _kinds(annotation: str) -> set[type]:
    """The types, as JSON has them, that an annotation of the library admits."""
    words = set(re.findall(r"\w+", annotation)) - {"DefaultValue", "Union", "None", "NoneType", "typing", "Optional"}
    found: set[type] = {kind for kind in (bool, int, str) if kind.__name__ in words}
    if words & {"float", "TimePeriod", "timedelta", "datetime"}:
        found |= {int, float}
    if "Sequence" in words:
        found |= {list}
    if any(word[0].isupper() and word != "Sequence" for word in words):
        found |= {dict, str} if "Input" in annotation else {dict}
    return found


def _place(values: Mapping[str, Any]) -> None:
    if "chat_id" in values:
        chat = values["chat_id"]
        assert chat != 0, "chat_id: 0"
        assert isinstance(chat, int) or re.fullmatch(r"@\w{5,32}", chat), f"chat_id: {chat!r}"
    topic = values.get("message_thread_id")
    assert topic is None or topic > 0, f"message_thread_id: {topic!r}"
    assert topic != GENERAL_TOPIC, "message_thread_id: the General topic has none that may be sent"


def _words(values: Mapping[str, Any]) -> None:
    for name, least, most in (("text", 1, TEXT_LIMIT), ("caption", 0, CAPTION_LIMIT)):
        if name in values:
            _length(name, shown(values, name).text, least, most)
    assert not ("entities" in values and "parse_mode" in values), "entities beside parse_mode"


def _length(name: str, text: str, least: int, most: int) -> None:
    assert least <= units(text) <= most, f"{name}: {units(text)} units, {least} to {most} are allowed"
    assert not least or text.strip(), f"{name}: nothing but spaces"


def _bytes(name: str, text: str, most: int) -> None:
    assert 1 <= len(text.encode()) <= most, f"{name}: {text!r} has {len(text.encode())} bytes, 1 to {most} are allowed"


def _url(url: str) -> None:
    assert re.match(r"(https?://[^/\s]+|tg://|mailto:)\S*$", url), f"url: {url!r}"


def _keyboard(markup: dict[str, Any] | None) -> None:
    if markup is None:
        return
    assert set(markup) == {"inline_keyboard"}, f"reply_markup: {set(markup)}; the bot has inline keyboards alone"
    rows = markup["inline_keyboard"]
    assert all(1 <= len(row) <= BUTTONS_A_ROW for row in rows), f"reply_markup: rows of {[len(row) for row in rows]}"
    assert sum(map(len, rows)) <= BUTTONS, f"reply_markup: more than {BUTTONS} buttons"
    for button in (button for row in rows for button in row):
        _button(button)


def _button(button: dict[str, Any]) -> None:
    unknown = set(button) - _fields("InlineKeyboardButton")
    assert not unknown, f"button: unknown fields {unknown}"
    assert button["text"].strip(), "button: no text"
    actions = set(button) & ACTIONS
    assert len(actions) == 1, f"button {button['text']!r}: {len(actions)} actions, exactly one is allowed"
    if "callback_data" in button:
        _bytes("callback_data", button["callback_data"], CALLBACK_BYTES)
    if "url" in button:
        _url(button["url"])
    if "copy_text" in button:
        _length("copy_text", button["copy_text"]["text"], 1, COPY_LIMIT)
    chosen = button.get("switch_inline_query_chosen_chat", {"allow_user_chats": True})
    _length("switch_inline_query", chosen.get("query", ""), 0, QUERY_LIMIT)
    assert any(value for name, value in chosen.items() if name.startswith("allow_")), "button: no kind of chat allowed"


def _reply(values: Mapping[str, Any], texts: Mapping[tuple[int, int], str]) -> None:
    reply = values.get("reply_parameters")
    if reply is None:
        return
    assert isinstance(reply.get("message_id"), int), "reply_parameters: no message_id"
    if "quote" not in reply:
        return
    quote = shown(reply, "quote", "quote_parse_mode").text
    _length("quote", quote, 1, QUOTE_LIMIT)
    text = texts.get((reply.get("chat_id", values["chat_id"]), reply["message_id"]))
    assert text is None or quote in text, f"quote: {quote!r} is not in {text!r}"


def _edited(values: Mapping[str, Any]) -> None:
    own = "chat_id" in values and "message_id" in values
    assert own != ("inline_message_id" in values), "either chat_id with message_id, or inline_message_id"


def _callback(values: Mapping[str, Any]) -> None:
    _length("text", values.get("text", ""), 0, ALERT_LIMIT)


def _results(values: Mapping[str, Any]) -> None:
    results = values["results"]
    assert len(results) <= RESULTS, f"results: {len(results)}, {RESULTS} are allowed"
    ids = [result["id"] for result in results]
    assert len(ids) == len(set(ids)), f"results: an id comes twice in {ids}"
    assert len(values.get("next_offset", "").encode()) <= OFFSET_BYTES, "next_offset: too long"
    if "button" in values:
        start = values["button"].get("start_parameter", "x")
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", start), f"button: start_parameter {start!r}"
        assert len(set(values["button"]) - {"text"}) == 1, "button: exactly one of start_parameter and web_app"
    for result in results:
        _result(result)


def _result(result: dict[str, Any]) -> None:
    _bytes("id", result["id"], ID_BYTES)
    assert result["type"] != "article" or result["title"].strip(), "title: an article has one"
    content = result.get("input_message_content")
    if content is not None and "message_text" in content:
        _length("message_text", shown(content, "message_text").text, 1, TEXT_LIMIT)
    _keyboard(result.get("reply_markup"))


def _commands(values: Mapping[str, Any]) -> None:
    commands = values["commands"]
    assert len(commands) <= COMMANDS, f"commands: {len(commands)}"
    names = [command["command"] for command in commands]
    assert len(names) == len(set(names)), f"commands: one comes twice in {names}"
    for command in commands:
        assert re.fullmatch("[a-z0-9_]{1,32}", command["command"]), f"commands: {command['command']!r}"
        _length("description", command["description"], 1, 256)


def _scope(values: Mapping[str, Any]) -> None:
    scope = values.get("scope", {"type": "default"})
    assert scope["type"] in SCOPES, f"scope: {scope}"
    assert set(scope) - {"type"} == SCOPES[scope["type"]], f"scope: {scope}"
    _language(values)


def _profile(values: Mapping[str, Any]) -> None:
    for name in set(values) & set(PROFILE):
        _length(name, values[name], 0, PROFILE[name])
    _language(values)


def _language(values: Mapping[str, Any]) -> None:
    code = values.get("language_code", "")
    assert re.fullmatch("([a-z]{2})?", code), f"language_code: {code!r}"


def _webhook(values: Mapping[str, Any]) -> None:
    assert not values["url"] or values["url"].startswith("https://"), f"url: {values['url']!r}"
    secret = values.get("secret_token", "x")
    assert re.fullmatch("[A-Za-z0-9_-]{1,256}", secret), "secret_token: other letters than A-Z, a-z, 0-9, _ and -"
    assert 1 <= values.get("max_connections", 40) <= 100, f"max_connections: {values['max_connections']}"


def _both(values: Mapping[str, Any]) -> None:
    _commands(values)
    _scope(values)


_RULES: dict[str, Any] = {
    "editMessageText": _edited,
    "answerCallbackQuery": _callback,
    "answerInlineQuery": _results,
    "answerGuestQuery": lambda values: _result(values["result"]),
    "setMyCommands": _both,
    "getMyCommands": _scope,
    "deleteMyCommands": _scope,
    **dict.fromkeys(["setMyName", "setMyDescription", "setMyShortDescription"], _profile),
    **dict.fromkeys(["getMyName", "getMyDescription", "getMyShortDescription"], _language),
    "setWebhook": _webhook,
}
