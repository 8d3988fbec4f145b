import json
import logging

import pytest

from bot.logs import configure


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_is_masked_in_messages_and_tracebacks(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure("INFO", form, ("42:token", ""))
        try:
            raise ValueError("https://api.example/bot42:token/getMe")  # noqa: TRY301  # to be logged right here
        except ValueError:
            logging.getLogger("x").exception("calling %s", "42:token")
        printed = capsys.readouterr().err
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    assert "42:token" not in printed
    assert "ValueError" in printed
    if form == "json":
        entry = json.loads(printed)
        assert (entry["level"], entry["message"]) == ("ERROR", "calling ***")
