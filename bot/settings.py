"""The bot's settings, read once from a mapping such as the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import ConfigError

SHIPPED = Path(__file__).parent.parent / "knowledge"
"""The knowledge base that comes with the bot, in a checkout and in an installed copy alike."""

LAST_PORT = 65535
LEVELS = ("INFO", "DEBUG", "WARNING", "ERROR")
FORMATS = ("text", "json")
"""Choices, the default first."""


@dataclass(frozen=True)
class Settings:
    """What an operator can set; see the table in README.md. Secrets are left out of the `repr`."""

    knowledge: Path = SHIPPED
    statement_url: str | None = None
    token: str = field(default="", repr=False)
    api_url: str = "https://api.telegram.org"
    webhook_url: str | None = None
    webhook_secret: str = field(default="", repr=False)
    listen: tuple[str, int] = ("127.0.0.1", 8080)
    database_url: str = field(default="sqlite:///data/bot.db", repr=False)
    keep_unanswered: bool = False
    log_level: str = "INFO"
    log_format: str = "text"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the BOT_… variables of `environ`. Raises ConfigError naming the variable that cannot work."""
        given = {name: value.strip() for name, value in environ.items() if name.startswith("BOT_") and value.strip()}
        webhook_url = given.get("BOT_WEBHOOK_URL")
        if webhook_url is not None and "BOT_WEBHOOK_SECRET" not in given:
            raise ConfigError("BOT_WEBHOOK_SECRET is missing: a webhook needs it; set it to a long random word")
        return cls(
            knowledge=Path(given.get("BOT_KNOWLEDGE", SHIPPED)),
            statement_url=_url(given, "BOT_STATEMENT_URL", ("https", "http")),
            token=given.get("BOT_TOKEN", ""),
            api_url=_url(given, "BOT_API_URL", ("https", "http")) or cls.api_url,
            webhook_url=_url(given, "BOT_WEBHOOK_URL", ("https", "http")),
            webhook_secret=given.get("BOT_WEBHOOK_SECRET", ""),
            listen=_listen(given.get("BOT_LISTEN", "127.0.0.1:8080")),
            database_url=given.get("BOT_DATABASE_URL", cls.database_url),
            keep_unanswered=_choice(given, "BOT_KEEP_UNANSWERED", ("no", "yes")) == "yes",
            log_level=_choice(given, "BOT_LOG_LEVEL", LEVELS),
            log_format=_choice(given, "BOT_LOG_FORMAT", FORMATS),
        )


def _url(given: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.netloc:
        raise ConfigError(f"{name} is no web address: {value}; write it whole, with {schemes[0]}://")
    return value.rstrip("/")


def _listen(value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > LAST_PORT:
        raise ConfigError(f"BOT_LISTEN is not host:port: {value}; write for example 127.0.0.1:8080")
    return host.strip("[]"), int(port)


def _choice(given: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    """The first of `known` unless another is given, in any case."""
    value = given.get(name, known[0])
    for choice in known:
        if choice.casefold() == value.casefold():
            return choice
    raise ConfigError(f"{name} is {value}; choose one of {', '.join(known)}")
