"""Whether a message is for the bot, what it asks, and which message the answer belongs to."""

import re
from dataclasses import dataclass

from telegram import Message, MessageEntity
from telegram.constants import ChatType

from bot.answering import split_command
from bot.normalise import words
from bot.page import utf16_length
from bot.pages import COMMANDS

MENTIONS: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]

QUOTE_LIMIT = 1024
"""UTF-16 units of a quotation in a reply (https://core.telegram.org/bots/api#replyparameters)."""

_STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji", "date_time"})
"""Entities that must be repeated in a quotation; a message that has them is not quoted from."""

_SENTENCE = re.compile(r"(?:[^.?!\n]|[.?!]+(?=[^\s.?!])|\.(?=\s\d))+[.?!]*")
"""Up to a mark that a space follows: "az/news?id=3" and "20 Jan. 1990" are in one."""


@dataclass(frozen=True)
class Asked:
    """A message that is for the bot: a `command` (without its slash) with what follows it, or a question.

    The answer goes to the message `about`, which may be another than the one that asked; `quote` is the part of it
    that is answered, word for word.
    """

    command: str
    text: str
    about: Message
    quote: str | None = None

    @property
    def question(self) -> bool:
        """Whether it is looked up in the knowledge base."""
        return bool(self.text) and self.command in ("", "ask")


def read(message: Message, name: str, bot: int) -> Asked | None:
    """What `message` asks of the bot, whose username and id are given; None where it is not for it."""
    if message.is_automatic_forward or _by_bot(message):
        return None
    text = message.text or message.caption or ""
    private = message.chat.type == ChatType.PRIVATE
    if text.startswith("/"):
        command, addressee, rest = split_command(text)
        if addressee != name.casefold() if addressee else not private and command not in COMMANDS:
            return None
        asked = Asked(command, rest, message)
        return _about_reply(asked, bot) if command == "ask" and not asked.text else asked
    if private:
        return Asked("", text.strip(), message)
    return _mentioning(message, name, bot) if _addressed(message, name, bot) else None


def read_guest(message: Message, name: str, bot: int) -> Asked | None:
    """As `read`, where Telegram brings only what mentions the bot: in a chat that it has not joined."""
    return None if _by_bot(message) else _mentioning(message, name, bot)


def _by_bot(message: Message) -> bool:
    """Whether another bot wrote it: two could go on for ever. Who writes as a chat has the account of a bot, too."""
    return bool(message.via_bot or (message.from_user and message.from_user.is_bot and not message.sender_chat))


def _mentioning(message: Message, name: str, bot: int) -> Asked:
    """What is said besides the bot's name; where that is nothing, `message` is about the one that it replies to."""
    text = message.text or message.caption or ""
    plain = re.sub(rf"@{name}\b", " ", text, flags=re.IGNORECASE).strip(" ,:;–-\n")
    if words(plain):
        return Asked("", plain, message, _question_in(message))
    return _about_reply(Asked("", "", message), bot)


def _about_reply(asked: Asked, bot: int) -> Asked:
    """`asked` without words of its own is about the message that it replies to, or the part of it that it quotes."""
    message = asked.about
    replied = message.reply_to_message
    if replied is None and message.quote is not None:  # of another chat
        return Asked(asked.command, message.quote.text.strip(), message)
    if replied is None or _by(bot, replied):
        return asked
    text = replied.text or replied.caption or (replied.poll.question if replied.poll else "")
    if not text:  # a picture, or the head of a topic
        return asked
    if message.quote is not None:
        part = message.quote.text
        return Asked(asked.command, part.strip(), replied, part if _may_quote(replied, part) else None)
    return Asked(asked.command, text.strip(), replied, _question_in(replied))


def _by(bot: int, message: Message) -> bool:
    """Whether these are the bot's own words, sent by itself or chosen by somebody."""
    return any(author is not None and author.id == bot for author in (message.from_user, message.via_bot))


def _question_in(message: Message) -> str | None:
    """The only sentence of a longer message that ends with a question mark, if it can be quoted."""
    text = message.text or message.caption or ""
    sentences = [found.group().strip() for found in _SENTENCE.finditer(text)]
    questions = [sentence for sentence in sentences if sentence.endswith("?")]
    if len(sentences) < 2 or len(questions) != 1 or not _may_quote(message, questions[0]):  # noqa: PLR2004
        return None
    return questions[0]


def _may_quote(message: Message, part: str) -> bool:
    text = message.text or message.caption or ""
    styled = any(entity.type in _STYLES for entity in (*message.entities, *message.caption_entities))
    return part in text and utf16_length(part) <= QUOTE_LIMIT and not styled


def _addressed(message: Message, name: str, bot: int) -> bool:
    """Whether a message in a group replies to the bot or mentions it."""
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == bot:
        return True
    found = {**message.parse_entities(MENTIONS), **message.parse_caption_entities(MENTIONS)}
    return any(
        entity.user.id == bot if entity.user else text.casefold() == f"@{name}".casefold()
        for entity, text in found.items()
    )
