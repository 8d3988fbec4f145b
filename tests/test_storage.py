import logging
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import ConfigError
from bot.learning import grouped, listed
from bot.manners import Chosen
from bot.storage import FRESH_SECONDS, KEPT_DAYS, LEFT_DAYS, Storage, Unanswered, _migrate

TODAY = date(2026, 1, 20)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def reopened(path: Path, clock: Callable[[], float] = time.monotonic) -> Storage:
    storage = Storage(f"sqlite:///{path}/bot.db", clock)
    await storage.open()
    return storage


async def test_a_choice_outlives_a_restart(tmp_path: Path) -> None:
    first = await reopened(tmp_path)
    assert await first.choose(7, language="ru")
    assert await first.choose(7, language="az")
    await first.close()
    second = await reopened(tmp_path)
    assert (await second.chosen(7), await second.chosen(8)) == (Chosen("az"), Chosen())
    await second.close()


async def test_tables_of_now_need_no_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await (await reopened(tmp_path)).close()
    monkeypatch.setattr("bot.storage.ProcessPoolExecutor", None)
    again = await reopened(tmp_path)
    assert await again.choose(7, language="az")
    await again.close()


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:"])
async def test_tables_in_memory_are_made_there(address: str) -> None:
    storage = Storage(address)
    await storage.open()
    assert await storage.choose(7, language="az")
    await storage.close()


async def test_who_comes_second_to_make_the_tables_finds_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a replica that starts at once: what it would make is there already when it fails."""

    def late(url: sa.URL) -> None:
        _migrate(url)
        raise SQLAlchemyError("table chats already exists")

    monkeypatch.setattr("bot.storage.ProcessPoolExecutor", lambda *_: ThreadPoolExecutor(1))
    monkeypatch.setattr("bot.storage._migrate", late)
    storage = await reopened(tmp_path)
    assert await storage.choose(7, language="az")
    await storage.close()


async def test_tables_of_a_newer_version_are_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(sqlite3.connect(tmp_path / "bot.db")) as file:
        file.execute('CREATE TABLE chats (id INTEGER, language TEXT, "full" BOOLEAN, quiet TEXT, left_on DATE)')
        file.execute("CREATE TABLE alembic_version (version_num TEXT)")
        file.execute("INSERT INTO alembic_version VALUES ('9999')")
        file.commit()
    newer = await reopened(tmp_path)
    assert "cannot be used" in caplog.text
    assert not await newer.choose(7, language="az")
    with closing(sqlite3.connect(tmp_path / "bot.db")) as file:
        assert not file.execute("SELECT * FROM chats").fetchall()


async def test_tables_of_before_are_brought_up_to_date(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "bot.db")) as file:
        file.execute("CREATE TABLE chats (id BIGINT NOT NULL, language VARCHAR(2) NOT NULL, PRIMARY KEY (id))")
        file.execute("INSERT INTO chats VALUES (7, 'ru')")
        file.execute("CREATE TABLE alembic_version (version_num TEXT)")
        file.execute("INSERT INTO alembic_version VALUES ('0001')")
        file.commit()
    storage = await reopened(tmp_path)
    assert await storage.chosen(7) == Chosen("ru")
    assert await storage.choose(8, quiet="22-07")
    await storage.close()


async def test_a_database_that_is_none_is_logged_and_answers_go_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "bot.db").write_bytes(b"no database" * 1000)
    with caplog.at_level(logging.ERROR):
        storage = await reopened(tmp_path)
    assert "cannot be used" in caplog.text
    assert await storage.chosen(7) == Chosen()
    assert not await storage.choose(7, language="az")
    assert await storage.chosen(7) == Chosen("az")


async def test_another_process_sees_a_change_within_a_minute(tmp_path: Path) -> None:
    clock = Clock()
    one, other = await reopened(tmp_path, clock), await reopened(tmp_path, clock)
    assert await other.chosen(7) == Chosen()
    await one.choose(7, language="ru")
    assert await other.chosen(7) == Chosen()
    clock.now += FRESH_SECONDS
    assert await other.chosen(7) == Chosen("ru")
    await one.close()
    await other.close()


async def test_while_the_database_is_locked_the_last_known_choice_holds(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    storage = await reopened(tmp_path, clock)
    await storage.choose(7, language="ru")
    clock.now += FRESH_SECONDS
    with closing(sqlite3.connect(tmp_path / "bot.db")) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        assert [await storage.chosen(7), await storage.chosen(7)] == [Chosen("ru")] * 2
        assert [record.levelname for record in caplog.records] == ["ERROR"]  # asked once, not for each question
        assert not await storage.choose(7, language="az")
    clock.now += FRESH_SECONDS
    assert await storage.chosen(7) == Chosen("az")  # not kept, it holds until the restart
    await storage.close()


async def test_a_chat_is_forgotten_30_days_after_the_bot_left_it(tmp_path: Path) -> None:
    storage = await reopened(tmp_path)
    await storage.choose(-1, language="az")
    await storage.leave(-1, TODAY)
    await storage.forget(TODAY + timedelta(days=LEFT_DAYS))
    assert await storage.chosen(-1) == Chosen("az")
    await storage.leave(-1, TODAY)
    await storage.forget(TODAY + timedelta(days=LEFT_DAYS + 1))
    assert await storage.chosen(-1) == Chosen()
    await storage.close()


async def test_what_is_too_old_is_let_go(tmp_path: Path) -> None:
    storage = await reopened(tmp_path)
    await storage.keep_unanswered(Unanswered("en", "old", "unknown", None), TODAY - timedelta(days=KEPT_DAYS + 1))
    await storage.keep_unanswered(Unanswered("en", "new", "unknown", None), TODAY)
    assert [entry.question for entry in await storage.unanswered()] == ["new"]
    await storage.close()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://host/db"])
def test_an_address_that_cannot_work_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="BOT_DATABASE_URL"):
        Storage(url)


def test_similar_questions_are_listed_together_the_most_frequent_first() -> None:
    entries = [
        Unanswered("en", "who sang the song", "unknown", None),
        Unanswered("en", "how many dogs died", "suggest", "deaths"),
        Unanswered("en", '# how many "dogs"\ndied?', "suggest", "deaths"),
        Unanswered("tr", "how many dogs died", "suggest", "deaths"),
    ]
    assert listed(grouped(entries)).splitlines() == [
        "# 2 × en, suggest, nearest: questions/en/deaths.txt",
        "how many dogs died",
        'how many "dogs" died?',
        "# 1 × en, unknown, nothing near",
        "who sang the song",
        "# 1 × tr, suggest, nearest: questions/tr/deaths.txt",
        "how many dogs died",
    ]


async def test_a_picture_that_was_found_is_found_while_the_database_is_locked(tmp_path: Path) -> None:
    first = await reopened(tmp_path)
    await first.keep_file("timeline-en", "file-1")
    await first.close()
    second = await reopened(tmp_path)
    assert await second.file("timeline-en") == "file-1"
    with closing(sqlite3.connect(tmp_path / "bot.db")) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        assert await second.file("timeline-en") == "file-1"
    await second.close()
