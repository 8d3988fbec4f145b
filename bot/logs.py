"""Logging for operators: text or JSON lines, with the token masked wherever it might appear."""

import json
import logging
from typing import Any


class _Masked(logging.Formatter):
    """Formats a record, traceback included, and takes the secrets out of the result."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return self._mask(super().format(record))

    def _mask(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


class _Json(_Masked):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return self._mask(json.dumps(entry, ensure_ascii=False))


def configure(level: str, form: str, secrets: tuple[str, ...]) -> None:
    """Log to standard error at `level` as `form` ("text" or "json"); `secrets` never appear."""
    handler = logging.StreamHandler()
    wanted = tuple(secret for secret in secrets if secret)
    handler.setFormatter(_Json(wanted) if form == "json" else _Masked(wanted))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    if level != "DEBUG":  # what these say at each request and each start helps only who looks for a fault
        for library in ("alembic", "httpcore", "httpx"):
            logging.getLogger(library).setLevel(logging.WARNING)
