import logging
from pathlib import Path
from typing import Any

import pytest
from conversation import played, scenarios
from transports import TRANSPORTS

from bot.pages import Pages


@pytest.mark.parametrize("script", scenarios())
def test_the_bot_behaves(
    script: dict[str, Any],
    pages: Pages,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    transcripts = []
    for transport in TRANSPORTS:
        caplog.clear()
        address = f"sqlite:///{tmp_path}/{transport.__name__}.db"
        with caplog.at_level(logging.INFO):
            transcripts.append(played(script, pages, address, transport, monkeypatch, caplog))
    polling, webhook = transcripts
    assert polling == webhook
