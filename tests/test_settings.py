import pytest

from bot.errors import ConfigError
from bot.settings import Settings


def test_nothing_set_gives_the_defaults() -> None:
    settings = Settings.from_environ({})
    assert settings.api_url == "https://api.telegram.org"
    assert settings.listen == ("127.0.0.1", 8080)
    assert (settings.log_level, settings.log_format) == ("INFO", "text")


def test_secrets_are_in_no_repr() -> None:
    settings = Settings.from_environ({"BOT_TOKEN": "42:secret", "BOT_WEBHOOK_SECRET": "word"})
    assert settings.token == "42:secret"
    assert "secret'" not in repr(settings)
    assert "42:" not in repr(settings)
    assert "word" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_LISTEN", "8080"),
        ("BOT_LISTEN", "localhost:http"),
        ("BOT_LOG_LEVEL", "loud"),
        ("BOT_LOG_FORMAT", "xml"),
        ("BOT_API_URL", "api.telegram.org"),
        ("BOT_STATEMENT_URL", "page"),
        ("BOT_WEBHOOK_URL", "https://bot.example"),
    ],
)
def test_a_setting_that_cannot_work_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name if name != "BOT_WEBHOOK_URL" else "BOT_WEBHOOK_SECRET"):
        Settings.from_environ({name: value})


def test_level_and_format_are_read_in_any_case() -> None:
    settings = Settings.from_environ({"BOT_LOG_LEVEL": "debug", "BOT_LOG_FORMAT": "JSON"})
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")
