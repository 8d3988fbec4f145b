"""The command `statement-bot`: reads the command line and the environment, and says in exit codes how it went."""

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from bot import __version__
from bot.errors import BotError, ConfigError, KnowledgeError
from bot.model import CARDS, LANGUAGES, SOURCE_LANGUAGE, Language
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.terminal import Terminal

FINE, PROBLEMS, WRONG_USE = 0, 1, 2

Command = Callable[[argparse.Namespace, Settings], int]


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 fine, 1 problems found, 2 wrong use or configuration."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal may not know every letter
        sys.stdout.reconfigure(errors="replace")
    arguments = _parser().parse_args(argv)
    command: Command = arguments.command
    try:
        dotenv = {name: value for name, value in dotenv_values(".env").items() if value is not None}
        settings = Settings.from_environ({**dotenv, **os.environ})
        return command(arguments, settings)
    except KnowledgeError as error:
        print(error, file=sys.stderr)
        return PROBLEMS
    except BotError as error:
        print(f"statement-bot: {error}", file=sys.stderr)
        return WRONG_USE if isinstance(error, ConfigError) else PROBLEMS
    except KeyboardInterrupt:
        return FINE
    except BrokenPipeError:  # whoever read our output has had enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE


# Each command imports what it needs, so that `ask` starts without Telegram and `run` without the question sets.


def _chat(arguments: argparse.Namespace, settings: Settings) -> int:
    spoken = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    # Many machines are set to English whatever those speak who sit at them: that is no hint.
    others: Iterator[Language] = (language for language in LANGUAGES if language != SOURCE_LANGUAGE)
    hint = next((language for language in others if re.match(rf"{language}(_|\.|$)", spoken)), None)
    terminal = _terminal(arguments, settings)
    if sys.stdin.isatty():
        terminal.converse(hint)
    else:
        terminal.chat(sys.stdin, hint)
    return FINE


def _ask(arguments: argparse.Namespace, settings: Settings) -> int:
    terminal = _terminal(arguments, settings)
    lines = [" ".join(arguments.question)] if arguments.question else (line.rstrip("\r\n") for line in sys.stdin)
    for line in lines:
        (terminal.ask_json if arguments.json else terminal.ask)(line)
    return FINE


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.load import load

    knowledge = load(_folder(arguments, settings))
    languages = ", ".join(knowledge.statement.languages)
    counts = f"{len(knowledge.intents)} intents, {len(knowledge.subjects)} subjects, {len(knowledge.facts)} facts"
    print(f"The knowledge base is sound: {counts}; complete in {languages}.")
    return FINE


def _card(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.cards import draw
    from bot.load import load

    knowledge = load(_folder(arguments, settings))
    if arguments.language not in knowledge.phrases:
        raise ConfigError(f"this knowledge base is not complete in {arguments.language}: name another --language")
    try:
        arguments.out.write_bytes(draw(arguments.kind, knowledge, arguments.language))
    except OSError as error:
        raise ConfigError(f"{arguments.out} cannot be written ({error.strerror}): name another --out") from error
    return FINE


def _eval(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.reporting import evaluate

    folder = _folder(arguments, settings)
    sound = evaluate(
        folder, arguments.questions, as_json=arguments.json, misses=arguments.misses, beside=arguments.compare
    )
    return FINE if sound else PROBLEMS


def _unanswered(_: argparse.Namespace, settings: Settings) -> int:
    import asyncio

    from bot.learning import grouped, listed
    from bot.storage import Storage, Unanswered

    async def read() -> list[Unanswered]:
        storage = Storage(settings.database_url)
        await storage.open()
        try:
            return await storage.unanswered()
        finally:
            await storage.close()

    entries = asyncio.run(read())
    print(listed(grouped(entries)) or "Nothing is kept. BOT_KEEP_UNANSWERED=yes keeps what is not understood.")
    return FINE


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.app import run

    if not settings.token:
        raise ConfigError(
            "BOT_TOKEN is missing: get a token from @BotFather on Telegram, then set BOT_TOKEN or write it to .env"
        )
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot's own switch: times as timedelta
    run(_folder(arguments, settings), settings)
    return FINE


def _terminal(arguments: argparse.Namespace, settings: Settings) -> "Terminal":
    from rich.console import Console

    from bot.compiled import open_knowledge
    from bot.pages import Pages
    from bot.terminal import Terminal

    answerer = open_knowledge(_folder(arguments, settings)).answerer()
    return Terminal(answerer, Pages(answerer, settings.statement_url), Console(highlight=False), arguments.language)


def _folder(arguments: argparse.Namespace, settings: Settings) -> Path:
    folder: Path = arguments.knowledge or settings.knowledge
    return folder


def _parser() -> argparse.ArgumentParser:
    description = "Answers questions about one statement, in its own words."
    parser = argparse.ArgumentParser(prog="statement-bot", description=description)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.add_argument("--knowledge", type=Path, metavar="DIR", help="use another knowledge base")
        sub.set_defaults(command=command)
        return sub

    chat = add("chat", _chat, "a conversation in the terminal")
    ask = add("ask", _ask, "one answer in the terminal")
    for sub in (chat, ask):
        sub.add_argument("--language", choices=LANGUAGES, help="of the replies; else the question decides")
    ask.add_argument(
        "question", nargs="*", metavar="QUESTION", help="without it, one is read from each line of the input"
    )
    ask.add_argument("--json", action="store_true", help="one JSON object per line")
    add("check", _check, "validate the knowledge base")
    card = add("card", _card, "draw the picture of the timeline or of the figures")
    card.add_argument("kind", choices=CARDS, help="what it shows")
    card.add_argument("--language", choices=LANGUAGES, default=SOURCE_LANGUAGE, help="of its texts; else English")
    card.add_argument("--out", type=Path, required=True, metavar="FILE", help="the PNG file to write")
    evaluate = add("eval", _eval, "score the question sets")
    evaluate.add_argument("--questions", type=Path, default=Path("tests/questions"), metavar="DIR", help="the sets")
    evaluate.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    evaluate.add_argument("--misses", action="store_true", help="list every question that was not answered right")
    evaluate.add_argument("--compare", action="store_true", help="compare with plain fuzzy scorers and TF-IDF")
    add("unanswered", _unanswered, "list what was not understood, to judge and paste")
    add("run", _run, "the Telegram bot")
    return parser


if __name__ == "__main__":
    sys.exit(main())
