"""What outlives a restart: the language a chat has chosen, and, with the operator's consent, what was not understood.

A database that cannot be used never keeps an answer back: the trouble is logged, and the chat is answered as one that
has chosen nothing.
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import ConfigError
from bot.model import LANGUAGES, Language

_LOG = logging.getLogger(__name__)

KEPT_DAYS, KEPT_CHARACTERS = 90, 200
"""For how long, and up to where, a question that was not understood is kept."""

CACHED = 10_000
"""How many chats' languages are remembered besides."""

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_MIGRATIONS = Path(__file__).parent / "migrations"

_METADATA = sa.MetaData()
_CHATS = sa.Table(
    "chats",
    _METADATA,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("language", sa.String(2), nullable=False),
)
_UNANSWERED = sa.Table(
    "unanswered",
    _METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("day", sa.Date, nullable=False, index=True),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("question", sa.String(KEPT_CHARACTERS), nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("nearest", sa.String(60), nullable=True),
)

T = TypeVar("T")


@dataclass(frozen=True)
class Unanswered:
    """A question that was not understood, with the id of what came nearest; nothing tells who asked it."""

    language: Language
    question: str
    outcome: str
    nearest: str | None


class Storage:
    """The database, by its address; see BOT_DATABASE_URL."""

    def __init__(self, url: str) -> None:
        """Raises ConfigError if `url` is no address of an SQLite file or a PostgreSQL database."""
        try:
            address = make_url(url)
        except ArgumentError as error:
            raise ConfigError("BOT_DATABASE_URL is no database address; write sqlite:///data/bot.db") from error
        if address.get_backend_name() not in _DRIVERS:
            raise ConfigError("BOT_DATABASE_URL names no SQLite file and no PostgreSQL database")
        self._url = address.set(drivername=_DRIVERS[address.get_backend_name()])
        self._engine: AsyncEngine | None = None
        self._languages: OrderedDict[int, Language | None] = OrderedDict()

    async def open(self) -> None:
        """Connect and bring the tables up to date; where that fails, say so and go on without."""
        if self._url.get_backend_name() == "sqlite" and self._url.database:
            Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(self._url, connect_args=_connect_args(self._url.get_backend_name()))
        try:
            async with engine.begin() as connection:
                await connection.run_sync(_migrate)
        except (SQLAlchemyError, OSError) as error:
            _LOG.error("the database %s cannot be used (%s); move it away or mend it, then restart. Answers go on, "
                       "but no chat's language is kept", self._url, _cause(error))  # fmt: skip
            await engine.dispose()
            return
        self._engine = engine

    async def close(self) -> None:
        """Give the connections back."""
        if self._engine is not None:
            await self._engine.dispose()

    async def language(self, chat: int) -> Language | None:
        """The language that `chat` has chosen, if it has and the database tells."""
        if chat not in self._languages:
            found = await self._use(lambda c: c.scalar(sa.select(_CHATS.c.language).where(_CHATS.c.id == chat)))
            known: dict[str, Language] = {language: language for language in LANGUAGES}
            self._remember(chat, known.get(found or ""))
        return self._languages[chat]

    async def choose(self, chat: int, language: Language) -> bool:
        """Keep `language` for `chat`; False where it cannot be kept beyond a restart."""
        self._remember(chat, language)

        async def write(connection: Any) -> bool:
            await connection.execute(sa.delete(_CHATS).where(_CHATS.c.id == chat))
            await connection.execute(sa.insert(_CHATS).values(id=chat, language=language))
            return True

        return bool(await self._use(write))

    async def move(self, old: int, new: int) -> None:
        """Take what chat `old` has chosen along to `new`, which Telegram has made of it."""
        language = await self.language(old)
        if language is not None:
            await self.choose(new, language)
            await self._use(lambda c: c.execute(sa.delete(_CHATS).where(_CHATS.c.id == old)))
        self._languages.pop(old, None)

    async def keep_unanswered(self, entry: Unanswered, today: date) -> None:
        """Keep a question that was not understood, and let go of those that are too old."""

        async def write(connection: Any) -> None:
            oldest = today - timedelta(days=KEPT_DAYS)
            await connection.execute(sa.delete(_UNANSWERED).where(_UNANSWERED.c.day < oldest))
            values = vars(entry) | {"question": entry.question[:KEPT_CHARACTERS], "day": today}
            await connection.execute(sa.insert(_UNANSWERED).values(values))

        await self._use(write)

    async def unanswered(self) -> list[Unanswered]:
        """The questions kept, newest first."""
        query = sa.select(
            _UNANSWERED.c.language, _UNANSWERED.c.question, _UNANSWERED.c.outcome, _UNANSWERED.c.nearest
        ).order_by(_UNANSWERED.c.id.desc())
        rows = await self._use(lambda c: c.execute(query))
        return [Unanswered(*row) for row in rows or ()]

    async def _use(self, action: Callable[[Any], Awaitable[T]]) -> T | None:
        """What `action` gives in a transaction of its own; None, and a line in the log, where the database fails."""
        if self._engine is None:
            return None
        try:
            async with self._engine.begin() as connection:
                return await action(connection)
        except (SQLAlchemyError, OSError) as error:
            _LOG.error("the database did not answer (%s); going on without it", _cause(error))
            return None

    def _remember(self, chat: int, language: Language | None) -> None:
        self._languages[chat] = language
        self._languages.move_to_end(chat)
        if len(self._languages) > CACHED:
            self._languages.popitem(last=False)


def _migrate(connection: sa.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _connect_args(backend: str) -> dict[str, object]:
    return {"timeout": 2} if backend == "sqlite" else {}


def _cause(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error)
