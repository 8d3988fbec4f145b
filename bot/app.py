"""The Telegram bot as a process: its parts put together, started, and stopped without losing what it received."""

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from telegram import LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ChosenInlineResultHandler,
    Defaults,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.buttons import Buttons
from bot.compiled import open_knowledge
from bot.errors import ConfigError
from bot.handlers import Handlers
from bot.inline import Inline
from bot.logs import configure
from bot.outbox import Due, Room
from bot.pages import Pages
from bot.pictures import Pictures
from bot.profile import introduce
from bot.server import WEBHOOK_PATH, listen
from bot.settings import Settings
from bot.storage import Storage
from bot.telegram_io import CONNECTIONS, ChatOrder, Connection, ConsiderateBot, RateLimiter, readable, seconds

_LOG = logging.getLogger(__name__)

UPDATES = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
    Update.INLINE_QUERY,
    Update.CHOSEN_INLINE_RESULT,
    Update.GUEST_MESSAGE,
]
"""The kinds of update the bot reacts to; Telegram sends no others."""

POLL_SECONDS = 30
"""How long one request waits for updates."""

SILENT_SECONDS = 3 * POLL_SECONDS
"""Without a successful request for this long, the bot is not healthy."""

RETRY_SECONDS = 5.0

DAY = 86_400.0
"""How often, in seconds, what has been kept long enough is let go of."""

_WORDS = filters.TEXT | filters.CAPTION


def build_bot(
    token: str, api: str, requests: tuple[BaseRequest, BaseRequest], room: Room, storage: Storage
) -> ExtBot[int | None]:
    """The bot that calls the server `api` by the first of `requests` and asks for updates by the second.

    `room` counts what it sends to groups; `storage` knows their quiet hours.
    """
    defaults = Defaults(
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        allow_sending_without_reply=True,
    )
    urls = f"{api}/bot", f"{api}/file/bot"
    return ConsiderateBot(storage, token, *urls, *requests, defaults=defaults, rate_limiter=RateLimiter(room))


def build_application(bot: ExtBot[int | None], handlers: Handlers, buttons: Buttons, inline: Inline) -> Application:  # type: ignore[type-arg]  # PTB's six type parameters say nothing here
    """The application of `bot` with its handlers."""
    application = Application.builder().bot(bot).concurrent_updates(ChatOrder()).build()
    new, edited = filters.UpdateType.MESSAGE, filters.UpdateType.EDITED_MESSAGE
    application.add_handlers(
        [
            MessageHandler(new & _WORDS, handlers.on_message),
            MessageHandler(edited & _WORDS, handlers.on_edit),
            TypeHandler(Due, handlers.on_due),
            MessageHandler(new & filters.StatusUpdate.MIGRATE, handlers.on_migration),
            CallbackQueryHandler(buttons.on_button),
            InlineQueryHandler(inline.on_inline),
            ChosenInlineResultHandler(inline.on_chosen),
            MessageHandler(filters.UpdateType.GUEST_MESSAGE, inline.on_guest),
            ChatMemberHandler(handlers.on_membership, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(new & filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL, handlers.on_other),
        ]
    )
    application.add_error_handler(handlers.on_error)
    return application


async def deliver(application: Application, data: dict[str, Any]) -> None:  # type: ignore[type-arg]  # as above
    """Handle an update that the webhook brought; done when it is answered."""
    update = readable(data, application.bot)
    handled = application.update_processor.process_update(update, application.process_update(update))
    await asyncio.shield(application.create_task(handled))


def run(folder: Path, settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT. Raises ConfigError if the token is refused or the address is taken."""
    configure(settings.log_level, settings.log_format, (settings.token, settings.webhook_secret))
    answerer = open_knowledge(folder).answerer()
    pages = Pages(answerer, settings.statement_url, keeps_unanswered=settings.keep_unanswered)
    asyncio.run(_Process(pages, settings).run())


class _Process:
    """One run of the bot, from the first request to the last."""

    def __init__(self, pages: Pages, settings: Settings) -> None:
        self._pages = pages
        self._settings = settings
        self._stop = asyncio.Event()
        self._started = asyncio.Event()
        self._introduction: asyncio.Future[None] | None = None
        self._refused = False
        self._polling = Connection(self._on_refused)
        request = Connection(self._on_refused, connection_pool_size=CONNECTIONS, pool_timeout=10.0, read_timeout=15.0)
        self._storage = Storage(settings.database_url)
        room = Room()
        keeps, pictures = settings.keep_unanswered, Pictures(pages.knowledge, self._storage)
        self._handlers = Handlers(pages, self._storage, room, pictures=pictures, keeps_unanswered=keeps)
        buttons = Buttons(pages, self._storage, self._handlers)
        bot = build_bot(settings.token, settings.api_url, (request, self._polling), room, self._storage)
        inline = Inline(pages, self._storage, keeps_unanswered=keeps)
        self._application = build_application(bot, self._handlers, buttons, inline)

    async def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
        server = self._listen()
        await self._storage.open()
        try:
            await self._until_stop(self._work())
        finally:
            updater = self._application.updater
            if updater is not None and updater.running:
                with suppress(TelegramError):  # polling has ended with it, and it is said below
                    await updater.stop()
            if server is not None:
                server.stop()
            if self._introduction is not None:
                self._introduction.cancel()
            self._handlers.hurry()
            if self._application.running:
                await self._application.stop()
            await self._application.shutdown()
            await self._storage.close()
        if self._refused:
            raise ConfigError(
                "Telegram refuses BOT_TOKEN: copy it again from @BotFather; check BOT_API_URL if you set it"
            )

    async def _work(self) -> None:
        await _patiently(self._application.initialize)
        await self._application.start()
        self._started.set()
        if self._settings.webhook_url:
            await _patiently(self._set_webhook)
        elif self._application.updater is not None:
            await self._application.updater.start_polling(
                timeout=POLL_SECONDS,
                bootstrap_retries=-1,
                allowed_updates=UPDATES,
                error_callback=self._on_polling_error,
            )
        self._introduction = asyncio.ensure_future(self._introduce())
        _LOG.info("answering as @%s", self._application.bot.username)
        while not self._stop.is_set():
            await self._storage.forget(datetime.now(UTC).date())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), DAY)

    async def _introduce(self) -> None:
        """Bring the profile up to date, beside answering: Telegram may refuse it, or make it wait for hours."""
        try:
            await introduce(self._application.bot, self._pages)
        except TelegramError as error:
            _LOG.warning("the bot's profile on Telegram was not brought up to date: %s", error)

    async def _set_webhook(self) -> None:
        url = f"{self._settings.webhook_url}{WEBHOOK_PATH}"
        await self._application.bot.set_webhook(
            url, allowed_updates=UPDATES, secret_token=self._settings.webhook_secret, max_connections=100
        )

    async def _deliver(self, data: dict[str, Any]) -> None:
        """Handle an update that the webhook brought, once the bot has started: Telegram waits, and nothing is lost."""
        await self._started.wait()
        await deliver(self._application, data)

    def _listen(self) -> Any:
        secret = self._settings.webhook_secret
        webhook = (secret, self._deliver) if self._settings.webhook_url else None
        try:
            return listen(self._settings.listen, self._healthy, webhook)
        except OSError as error:
            address = ":".join(map(str, self._settings.listen))
            fault = f"BOT_LISTEN {address} cannot be used ({error.strerror}); choose another port"
            if self._settings.webhook_url:
                raise ConfigError(fault) from error
            _LOG.warning("%s; until then nobody can ask /healthz", fault)
            return None

    def _healthy(self) -> bool:
        if self._settings.webhook_url:
            return self._application.running
        return self._application.running and time.monotonic() - self._polling.last_success < SILENT_SECONDS

    def _on_refused(self) -> None:
        self._refused = True
        self._stop.set()

    def _on_polling_error(self, error: TelegramError) -> None:
        self._application.create_task(self._application.process_error(None, error))

    async def _until_stop(self, work: Coroutine[Any, Any, None]) -> None:
        """Await `work`, or give it up when the process is to stop."""
        task = asyncio.ensure_future(work)
        await asyncio.wait({task, asyncio.ensure_future(self._stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass
        except InvalidToken:
            self._refused = True


async def _patiently(action: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Await `action()` until it works. Raises ConfigError if Telegram refuses what is asked."""
    while True:
        try:
            return await action()
        except RetryAfter as error:
            await asyncio.sleep(seconds(error))
        except InvalidToken:
            raise
        except BadRequest as error:
            raise ConfigError(f"Telegram refuses the bot's settings: {error.message}") from error
        except NetworkError as error:
            _LOG.info("not ready yet (%s); trying again", error)
            await asyncio.sleep(RETRY_SECONDS)
