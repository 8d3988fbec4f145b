"""How the bot talks with Telegram's servers: connection trouble said plainly, limits kept, order kept within a chat."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime, timedelta, timezone
from http import HTTPStatus
from typing import Any

import httpx
from aiolimiter import AsyncLimiter
from telegram import Message, Update
from telegram.error import NetworkError, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter, BaseUpdateProcessor, ExtBot
from telegram.request import HTTPXRequest, RequestData

from bot.outbox import Due, Room
from bot.recent import Recent
from bot.storage import Storage

_LOG = logging.getLogger(__name__)

ALL_PER_SECOND = 30
"""What Telegram allows a bot (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)."""

AT_FIRST = 5
"""How many of these may go out at the same moment; the others of a second are spread over it. A limiter that let all go
at once would let as many more go before that second is over."""

RETRIES = 3
"""How often a message is sent again after Telegram said when to."""

CONNECTIONS = 256
"""How many requests to Telegram are made at the same time."""

AT_ONCE = 10_000
"""How many updates may be under way. One of each chat is answered at a time; those behind it cost a place here, so the
number is large, or a busy group would keep all others waiting."""

BAKU = timezone(timedelta(hours=4))

SAY_AGAIN_AFTER = 60.0
"""Seconds until lasting trouble is logged again."""


class Connection(HTTPXRequest):
    """Requests that log when Telegram cannot be reached, and tell when it refuses the token."""

    def __init__(self, on_refused: Callable[[], None], **options: Any) -> None:
        """`on_refused` is called when Telegram says that the token is not, or no longer, valid."""
        super().__init__(**options)
        self.last_success = time.monotonic()
        self._on_refused = on_refused
        self._said = 0.0

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **more: Any
    ) -> tuple[int, bytes]:
        """As in HTTPXRequest."""
        try:
            code, payload = await super().do_request(url, method, request_data, *timeouts, **more)
        except NetworkError as error:
            now = time.monotonic()
            if now - self._said > SAY_AGAIN_AFTER:
                _LOG.warning("Telegram cannot be reached (%s); trying again until it can", error)
                self._said = now
            raise
        if self._said:
            _LOG.info("Telegram can be reached again")
            self._said = 0.0
        if code == HTTPStatus.UNAUTHORIZED:
            self._on_refused()
        elif code == HTTPStatus.OK:
            self.last_success = time.monotonic()
        return code, payload


def readable(data: dict[str, Any], bot: ExtBot[int | None]) -> Update:
    """The update `data`; without its content where the library cannot read that, so that what follows is reached."""
    try:
        return Update.de_json(data, bot)
    except Exception as error:  # noqa: BLE001  # the library raises whatever it stumbles over
        _LOG.error("update %s cannot be read (%r) and is left out", data.get("update_id"), error)
        return Update(data["update_id"])


class ConsiderateBot(ExtBot[int | None]):
    """Sends without sound in a chat's quiet hours, and leaves out updates that the library cannot read."""

    def __init__(self, storage: Storage, *args: Any, **options: Any) -> None:
        """`storage` knows the quiet hours."""
        super().__init__(*args, **options)
        self._storage = storage

    async def send_message(self, chat_id: int, *args: Any, **options: Any) -> Message:  # type: ignore[override]  # the bot has numbers of chats, and whether there is a sound is decided here
        """As in ExtBot."""
        options["disable_notification"] = await self._is_quiet(chat_id)
        return await super().send_message(chat_id, *args, **options)

    async def send_photo(self, chat_id: int, *args: Any, **options: Any) -> Message:  # type: ignore[override]  # as above
        """As in ExtBot."""
        options["disable_notification"] = await self._is_quiet(chat_id)
        return await super().send_photo(chat_id, *args, **options)

    async def _is_quiet(self, chat: int) -> bool | None:
        return (await self._storage.chosen(chat)).is_quiet(datetime.now(BAKU).hour) or None

    async def get_updates(self, *args: Any, **options: Any) -> tuple[Update, ...]:
        """As in ExtBot; it would ask for the same unreadable ones for ever."""
        try:
            return await super().get_updates(*args, **options)
        except TelegramError:
            raise
        except Exception:  # noqa: BLE001  # as above; the library has logged it
            again = await self._post("getUpdates", {"offset": options.get("offset"), "timeout": 0})
            return tuple(readable(data, self) for data in again)


class RateLimiter(BaseRateLimiter[int | None]):
    """Keeps Telegram's limits, and waits as long as Telegram says for the chat that it says it for.

    PTB's own AIORateLimiter makes all chats wait for one.
    """

    def __init__(self, room: Room) -> None:
        """`room` counts what is sent to groups."""
        self._all = AsyncLimiter(AT_FIRST, AT_FIRST / (ALL_PER_SECOND - AT_FIRST))
        self._room = room

    async def initialize(self) -> None:
        """Nothing to set up."""

    async def shutdown(self) -> None:
        """Nothing to give back."""

    async def process_request(  # noqa: PLR0913, PLR0917  # the library's signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Make the request when it may be made; `rate_limit_args` is how often it may be repeated."""
        retries = RETRIES if rate_limit_args is None else rate_limit_args
        group = _group(data.get("chat_id"))
        for attempt in range(retries + 1):
            try:
                await self._wait_for_room(endpoint, group)
                async with self._overall(data):
                    return await callback(*args, **kwargs)
            except RetryAfter as error:
                if attempt == retries:
                    raise
                wait = seconds(error)
                _LOG.info("Telegram asks to wait %.0f s before %s", wait, endpoint)
                if group is not None:
                    self._room.close(group, asyncio.get_running_loop().time() + wait)
                await asyncio.sleep(wait)
            except NetworkError as error:
                if attempt == retries or not _was_not_done(error):
                    raise
                await asyncio.sleep(2**attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _overall(self, data: dict[str, Any]) -> AbstractAsyncContextManager[None]:
        return self._all if data.keys() & {"chat_id", "inline_message_id"} else nullcontext()

    async def _wait_for_room(self, endpoint: str, group: int | None) -> None:
        if group is None or not endpoint.startswith(("send", "edit")):
            return
        clock = asyncio.get_running_loop().time
        while wait := self._room.seconds(group, clock()):  # noqa: ASYNC110  # another message may have taken it
            await asyncio.sleep(wait)
        self._room.sent(group, clock())


def _group(chat: object) -> int | None:
    """`chat`, where that is the number of a group."""
    return chat if isinstance(chat, int) and chat < 0 else None


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait; the library tells it in seconds or, with its switch, as a timedelta."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _was_not_done(error: NetworkError) -> bool:
    """Whether a failed request certainly had no effect: it never arrived, or the server said that it failed.

    After a timeout or a lost connection the message may have been sent, so it is not sent again.
    """
    if isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return True
    said_by_server = type(error) is NetworkError and not isinstance(error.__cause__, httpx.HTTPError)
    return said_by_server and "Gateway Timeout" not in error.message


class ChatOrder(BaseUpdateProcessor):
    """Answers many chats at once and the updates of one chat in order; an update that comes twice is answered once."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        self._chats: Recent[int | str, asyncio.Lock] = Recent()
        self._seen: Recent[int, None] = Recent()

    async def initialize(self) -> None:
        """Nothing to set up."""

    async def shutdown(self) -> None:
        """Nothing to give back."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await `coroutine`, which handles `update`, when the chat's earlier updates are done; what is due in a chat
        comes in the order of these."""
        if isinstance(update, Due):
            async with self._lock(update.place.chat):
                await coroutine
            return
        if not isinstance(update, Update):
            await coroutine
            return
        if update.update_id in self._seen:
            _LOG.info("update %s came again and is left out", update.update_id)
            close = getattr(coroutine, "close", None)
            if close is not None:
                close()
            return
        self._seen.put(update.update_id, None)
        chat, query = update.effective_chat, update.callback_query
        place = chat.id if chat else query.inline_message_id if query else None
        try:
            async with self._lock(place):
                await coroutine
        except BaseException:
            self._seen.pop(update.update_id)  # it was not handled, and may come again
            raise

    def _lock(self, place: int | str | None) -> AbstractAsyncContextManager[None]:
        return self._chats.setdefault(place, asyncio.Lock) if place else nullcontext()
