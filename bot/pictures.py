"""Sends the cards: each picture is uploaded once, and afterwards Telegram is told its id."""

import asyncio
import hashlib
import logging
from functools import cache

from telegram import InputFile, Message
from telegram.error import BadRequest

from bot.model import Card, Knowledge, Language
from bot.page import Page
from bot.posting import Sender, Target, keyboard, post, send
from bot.rendering import CAPTION_LIMIT, messages
from bot.storage import Storage

_LOG = logging.getLogger(__name__)

_NO_PICTURES = ("photo", "media_forbidden", "image_process_failed")
"""What Telegram says, in lower case, where a picture may not be sent or is not taken."""
_LOST = ("file identifier", "file_id", "remote file", "file reference")


class Pictures:
    """The cards of one knowledge base, and where Telegram has them."""

    def __init__(self, knowledge: Knowledge, storage: Storage) -> None:
        self._knowledge = knowledge
        self._storage = storage
        self._name = cache(self._named)

    async def send(self, bot: Sender, target: Target, card: tuple[Card, Language], page: Page) -> Message | None:
        """Send a card with the text of `page` as its caption where that has room; else below it, but for a group,
        which gets one message, with the heading and the link of `page`.

        Returns the last message; None where pictures may not be sent, and then nothing was. Raises TelegramError.
        """
        text, *more = messages(page, CAPTION_LIMIT)
        if more:
            text, *_ = messages(Page((page.blocks[0], page.blocks[-1])), CAPTION_LIMIT)
        try:
            photo = await self._send(bot, target, card, (text, Page((), page.buttons if not more else ())))
        except BadRequest as error:
            if not any(said in error.message.casefold() for said in _NO_PICTURES):
                raise
            _LOG.info("no picture in chat %s: %s", target.place.chat, error)
            return None
        return await send(bot, target, page) if more and not target.place.is_group else photo

    async def _send(self, bot: Sender, target: Target, card: tuple[Card, Language], below: tuple[str, Page]) -> Message:
        name = await asyncio.to_thread(self._name, *card)
        known = await self._storage.file(name)
        if known is not None:
            try:
                return await self._post(bot, target, known, below)
            except BadRequest as error:
                if not any(said in error.message.casefold() for said in _LOST):
                    raise
                _LOG.info("Telegram no longer has %s (%s); it is sent anew", name, error)
        drawn = await asyncio.to_thread(self._drawn, *card)
        sent = await self._post(bot, target, InputFile(drawn, f"{name}.png"), below)
        await self._storage.keep_file(name, sent.photo[-1].file_id)
        return sent

    async def _post(self, bot: Sender, target: Target, photo: InputFile | str, below: tuple[str, Page]) -> Message:
        text, page = below
        return await post(bot.send_photo, target, photo=photo, caption=text, reply_markup=keyboard(page))

    def _named(self, kind: Card, language: Language) -> str:
        """A name that changes with what is drawn."""
        from bot.cards import lay_out  # not before a card is wanted: fonts and pictures take 5 MB

        drawn = repr(lay_out(kind, self._knowledge, language))
        return f"{kind}-{language}-{hashlib.sha256(drawn.encode()).hexdigest()[:16]}"

    def _drawn(self, kind: Card, language: Language) -> bytes:
        from bot.cards import draw

        return draw(kind, self._knowledge, language)
