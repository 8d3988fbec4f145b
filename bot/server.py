"""The bot's own HTTP server: `/healthz` for whoever watches it, and the webhook where Telegram delivers updates."""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name
WEBHOOK_PATH = "/telegram"

Deliver = Callable[[dict[str, Any]], Awaitable[None]]


class Health(RequestHandler):
    """200 while the bot is in touch with Telegram, else 503."""

    def initialize(self, healthy: Callable[[], bool]) -> None:
        self._healthy = healthy

    def get(self) -> None:
        """Answer a health check."""
        healthy = self._healthy()
        self.set_status(200 if healthy else 503)
        self.finish({"healthy": healthy})


class Webhook(RequestHandler):
    """Takes updates that carry the secret; Telegram delivers again what was not answered with 200."""

    def initialize(self, secret: str, deliver: Deliver) -> None:
        self._secret = secret.encode()
        self._deliver = deliver

    async def post(self) -> None:
        """Take one update."""
        if not hmac.compare_digest(self.request.headers.get(SECRET_HEADER, "").encode(), self._secret):
            self.send_error(403)
            return
        try:
            update = json.loads(self.request.body)
        except ValueError:
            self.send_error(400)
            return
        await self._deliver(update)


def listen(address: tuple[str, int], healthy: Callable[[], bool], webhook: tuple[str, Deliver] | None) -> HTTPServer:
    """Serve on `address` (host, port); `webhook` is its secret and what takes an update. Raises OSError if taken."""
    routes: list[Any] = [("/healthz", Health, {"healthy": healthy})]
    if webhook is not None:
        secret, deliver = webhook
        routes.append((WEBHOOK_PATH, Webhook, {"secret": secret, "deliver": deliver}))
    host, port = address
    return Application(routes, log_function=lambda _: None).listen(port, host)
