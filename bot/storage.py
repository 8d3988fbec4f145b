"""What outlives a restart: what a chat has chosen, the pictures that Telegram has, and, with the operator's consent,
what was not understood.

A database that cannot be used never keeps an answer back: the trouble is logged, and the chat is answered as one that
has chosen nothing.
"""

import asyncio
import logging
import math
import signal
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import ConfigError
from bot.manners import NOTHING_CHOSEN, Chosen
from bot.model import LANGUAGES, Language
from bot.recent import Recent

_LOG = logging.getLogger(__name__)

KEPT_DAYS, KEPT_CHARACTERS = 90, 200
"""For how long, and up to where, a question that was not understood is kept."""

LEFT_DAYS = 30
"""For how long the settings of a group that the bot has left are kept, in case it comes back."""

FRESH_SECONDS = 60.0
"""For how long what a chat has chosen is not read again, and a change by another process may not be seen: a read takes
1.3 ms, as much as finding an answer, and 2 s where the database is locked."""

_IN_MEMORY = (None, "", ":memory:")
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_MIGRATIONS = Path(__file__).parent / "migrations"

_METADATA = sa.MetaData()
_CHATS = sa.Table(
    "chats",
    _METADATA,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("language", sa.String(2), nullable=True),
    sa.Column("full", sa.Boolean, nullable=False),
    sa.Column("quiet", sa.String(5), nullable=True),
    sa.Column("left_on", sa.Date, nullable=True),
)
_FILES = sa.Table(
    "files",
    _METADATA,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("file_id", sa.String(300), nullable=False),
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

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises ConfigError if `url` is no address of an SQLite file or a PostgreSQL database."""
        try:
            address = make_url(url)
        except ArgumentError as error:
            raise ConfigError("BOT_DATABASE_URL is no database address; write sqlite:///data/bot.db") from error
        if address.get_backend_name() not in _DRIVERS:
            raise ConfigError("BOT_DATABASE_URL names no SQLite file and no PostgreSQL database")
        self._url = address.set(drivername=_DRIVERS[address.get_backend_name()])
        self._engine: AsyncEngine | None = None
        self._clock = clock
        self._chosen: Recent[int, tuple[Chosen, float]] = Recent()
        """With the time from which it is read again."""
        self._files: Recent[str, str] = Recent()

    async def open(self) -> None:
        """Connect and bring the tables up to date; where that fails, say so and go on without."""
        engine = _engine(self._url)
        try:
            if self._url.get_backend_name() == "sqlite" and self._url.database:
                Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
            await _bring_up_to_date(engine)
        except (SQLAlchemyError, OSError) as error:
            _LOG.error("the database %s cannot be used (%s); move it away or mend it, then restart. Answers go on, "
                       "but nothing that a chat chooses is kept", self._url, _cause(error))  # fmt: skip
            await engine.dispose()
            return
        self._engine = engine

    async def close(self) -> None:
        """Give the connections back."""
        if self._engine is not None:
            await self._engine.dispose()

    async def chosen(self, chat: int) -> Chosen:
        """What `chat` has chosen, as far as the database tells."""
        known = self._chosen.get(chat)
        if known is not None and self._clock() < known[1]:
            return known[0]
        query = sa.select(_CHATS.c.language, _CHATS.c.full, _CHATS.c.quiet).where(_CHATS.c.id == chat)
        rows = await self._use(lambda c: c.execute(query))
        if rows is not None:
            language, full, quiet = next(iter(rows), (None, False, None))
            chosen = Chosen(language if language in LANGUAGES else None, full, quiet)
        elif known is not None:
            chosen = known[0]
        else:  # the database does not tell: nothing may be concluded, nor kept
            return NOTHING_CHOSEN
        self._chosen.put(chat, (chosen, self._clock() + FRESH_SECONDS))
        return chosen

    async def choose(self, chat: int, **changes: Any) -> bool:
        """Change what `chat` has chosen, by the names of `Chosen`; False where it cannot be kept beyond a restart."""
        chosen = replace(await self.chosen(chat), **changes)

        async def write(connection: Any) -> bool:
            changed = await connection.execute(sa.update(_CHATS).where(_CHATS.c.id == chat).values(**changes))
            if not changed.rowcount:
                await connection.execute(sa.insert(_CHATS).values(id=chat, **asdict(chosen)))
            return True

        kept = bool(await self._use(write))
        self._chosen.put(chat, (chosen, self._clock() + FRESH_SECONDS if kept else math.inf))
        return kept

    async def move(self, old: int, new: int) -> None:
        """Take what chat `old` has chosen along to `new`, which Telegram has made of it."""
        chosen = await self.chosen(old)
        if chosen != NOTHING_CHOSEN and await self.choose(new, **asdict(chosen)):
            await self._use(lambda c: c.execute(sa.delete(_CHATS).where(_CHATS.c.id == old)))
        self._chosen.pop(old)

    async def leave(self, chat: int, today: date) -> None:
        """Note that the bot is no longer in `chat`."""
        await self._use(lambda c: c.execute(sa.update(_CHATS).where(_CHATS.c.id == chat).values(left_on=today)))
        self._chosen.pop(chat)

    async def come_back(self, chat: int, today: date) -> None:
        """Note that the bot is in `chat` again: what it had chosen holds, if it was not away too long."""
        await self.forget(today)
        await self._use(lambda c: c.execute(sa.update(_CHATS).where(_CHATS.c.id == chat).values(left_on=None)))
        self._chosen.pop(chat)

    async def forget(self, today: date) -> None:
        """Let go of what has been kept long enough: chats that the bot has left, questions."""

        async def write(connection: Any) -> None:
            left, asked = today - timedelta(days=LEFT_DAYS), today - timedelta(days=KEPT_DAYS)
            await connection.execute(sa.delete(_CHATS).where(_CHATS.c.left_on < left))
            await connection.execute(sa.delete(_UNANSWERED).where(_UNANSWERED.c.day < asked))

        await self._use(write)

    async def file(self, name: str) -> str | None:
        """Telegram's id of the picture `name`, if it was sent before."""
        known = self._files.get(name)
        if known is None:
            known = await self._use(lambda c: c.scalar(sa.select(_FILES.c.file_id).where(_FILES.c.name == name)))
            if known is not None:
                self._files.put(name, known)
        return known

    async def keep_file(self, name: str, file_id: str) -> None:
        """Keep Telegram's id of the picture `name`, in place of an earlier one."""
        self._files.put(name, file_id)

        async def write(connection: Any) -> None:
            await connection.execute(sa.delete(_FILES).where(_FILES.c.name == name))
            await connection.execute(sa.insert(_FILES).values(name=name, file_id=file_id))

        await self._use(write)

    async def keep_unanswered(self, entry: Unanswered, today: date) -> None:
        """Keep a question that was not understood, and let go of those that are too old."""
        await self.forget(today)
        values = vars(entry) | {"question": entry.question[:KEPT_CHARACTERS], "day": today}
        await self._use(lambda c: c.execute(sa.insert(_UNANSWERED).values(values)))

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


def _engine(url: sa.URL) -> AsyncEngine:
    return create_async_engine(url, connect_args={"timeout": 2} if url.get_backend_name() == "sqlite" else {})


async def _bring_up_to_date(engine: AsyncEngine) -> None:
    """Make the tables, or change them to those of now. Raises SQLAlchemyError or OSError."""

    async def is_newest() -> bool:
        async with engine.connect() as connection:
            return await connection.run_sync(_is_newest)

    if await is_newest():
        return None
    if engine.url.database in _IN_MEMORY:
        async with engine.begin() as connection:
            return await connection.run_sync(_run)
    try:  # in a process of its own: that takes 10 MB, and on few starts tables are made or changed
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            # Ctrl-C reaches this process alone, which stops when the tables are made: the other inherits the mask.
            mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                making = asyncio.get_running_loop().run_in_executor(pool, _migrate, engine.url)
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            await making
    except (SQLAlchemyError, BrokenExecutor) as error:
        if not await is_newest():  # which a replica that started at once may have made them
            raise SQLAlchemyError(_cause(error)) from error


def _is_newest(connection: sa.Connection) -> bool:
    newest = max(path.stem.split("_")[0] for path in _MIGRATIONS.glob("versions/*.py"))
    known = sa.inspect(connection).has_table("alembic_version")
    return known and connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == newest


def _migrate(url: sa.URL) -> None:
    """Bring the tables of the database at `url` up to date."""
    asyncio.run(_upgrade(url))


async def _upgrade(url: sa.URL) -> None:
    from alembic.util import CommandError  # here and in `_run` only, which a start seldom needs

    engine = _engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_run)
    except CommandError as error:
        raise SQLAlchemyError(str(error)) from error
    finally:
        await engine.dispose()


def _run(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _cause(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error)
