"""A conversation of `scenarios/` played with the bot; its README says what can be written there."""

import asyncio
import logging
import re
import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import BOT, TOKEN, Call
from telegram_rules import shown, units
from transports import TRANSPORTS, Telegram, details

from bot.app import build_application, build_bot
from bot.buttons import Buttons
from bot.handlers import Handlers
from bot.inline import Inline
from bot.outbox import GROUP_PER_MINUTE, KEPT_FREE, Room
from bot.pages import Pages
from bot.pictures import Pictures
from bot.profile import introduce
from bot.storage import Storage
from bot.telegram_io import BAKU

PEOPLE = {"Ana": "en", "Emin": "az", "Olga": "ru", "Deniz": "tr"}
CHATS = {
    "group": {"id": -500, "type": "group", "title": "Group"},
    "supergroup": {"id": -100500, "type": "supergroup", "title": "Supergroup"},
    "forum": {"id": -100600, "type": "supergroup", "title": "Forum", "is_forum": True},
    "discussion": {"id": -100700, "type": "supergroup", "title": "Discussion"},
    "channel": {"id": -100800, "type": "channel", "title": "Channel"},
}
STANDING_FOR = {
    "anonymous": {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"},
    "channel": {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"},
    "linked": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
}
"""The accounts that Telegram shows where somebody writes as a group or a channel."""

MEDIA: dict[str, dict[str, Any]] = {
    "location": {"location": {"latitude": 40.4, "longitude": 49.9}},
    "photo": {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
    "voice": {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 1}},
    "poll": {
        "poll": {
            "id": "a",
            "question": "How many people died?",
            "options": [],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        }
    },
    "joined": {"new_chat_members": [{"id": 999, "is_bot": False, "first_name": "New"}]},
    "title": {"new_chat_title": "Another title"},
}

STARTS = "2024-01-20 12:00"
PATIENCE, A_MOMENT = 20.0, 0.1
"""Real seconds to wait for what must come, and for what must not."""


class Clock(asyncio.SelectorEventLoop):
    """An event loop whose clock can be put forward."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def calendar(loop: Clock, starts: str) -> type[datetime]:
    """`datetime` for the bot, which reads the day and the hour from it: it goes on with the clock of `loop`."""
    begun, first = loop.time(), datetime.strptime(starts, "%Y-%m-%d %H:%M").replace(tzinfo=BAKU)

    class Calendar(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return (first + timedelta(seconds=loop.time() - begun)).astimezone(tz)

    return Calendar


@dataclass
class Conversation:
    """One conversation as it goes on. Steps are methods named by their verb."""

    script: dict[str, Any]
    pages: Pages
    storage: Storage
    transport: Any
    clock: Clock
    log: pytest.LogCaptureFixture
    telegram: Telegram = field(default_factory=Telegram)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the names that the script gives them; "the bot's" is the bot's last one."""

    async def play(self) -> list[tuple[str, dict[str, Any]]]:
        """Everything the bot has done, when it has done what the script expects and nothing besides."""
        self.people = PEOPLE | self.script.get("people", {})
        self.chats = CHATS | {name: CHATS[kind] | {"id": -9000 - n} for n, (name, kind) in enumerate(self.script.get("chats", {}).items())}  # fmt: skip
        self.numbers, self.updates = count(1), count(1)
        self.under_way: set[asyncio.Task[None]] = set()
        self.expected = 0
        self.last: dict[str, Any] = {}
        self.telegram.channels[self.chats["discussion"]["id"]] = self.chats["channel"]["id"]
        for name in self.people:
            role = next((r for r in ("administrator", "creator") if r in self._roles(name)), "member")
            self.telegram.members[self._user(name)["id"]] = role
        await self._start()
        try:
            for number, step in enumerate(self.script["steps"], 1):
                try:
                    await self._step(step)
                except AssertionError as error:
                    raise AssertionError(f"step {number}, {step}: {error}") from error
            await self._nothing_more()
        finally:
            await self._stop()
        loud = [
            record.getMessage() for record in self.log.records if record.levelname in ("WARNING", "ERROR", "CRITICAL")
        ]
        assert len(loud) <= self.script.get("trouble", 0), f"the log has trouble: {loud}"
        return [(call.method, call.parameters) for call, _ in self.telegram.done]

    async def _start(self) -> None:
        pictures = Pictures(self.pages.knowledge, self.storage) if self.script.get("pictures") else None
        self.handlers = Handlers(self.pages, self.storage, room := Room(), pictures=pictures, keeps_unanswered=True)
        buttons = Buttons(self.pages, self.storage, self.handlers)
        bot = build_bot(TOKEN, "https://telegram.invalid", (self.telegram, self.telegram), room, self.storage)
        self.application = build_application(
            bot, self.handlers, buttons, Inline(self.pages, self.storage, keeps_unanswered=True)
        )
        await self.application.initialize()
        await self.application.start()
        self.way = self.transport(self.application, self.telegram)
        await self.way.start()

    async def _stop(self) -> None:
        await self.way.stop()
        self.handlers.hurry()
        await self.application.stop()
        await self.application.shutdown()

    async def _step(self, step: Any) -> None:
        step = {step: None} if isinstance(step, str) else dict(step)
        head, value = next(iter(step.items()))
        who, _, verb = head.partition(" ")
        if who != "bot" or verb in ("restarts", "introduces itself"):
            await self._nothing_more()
        if who in self.people:
            for _ in range(step.pop("times", 1)):
                for said in value if isinstance(value, list) else [value]:
                    await getattr(self, verb.replace(" the bot", "_bot").replace(" ", "_"))(who, said, step)
        elif who == "bot":
            await getattr(self, f"bot_{verb.replace(' ', '_')}")(value, step)
        else:
            await getattr(self, head.replace(" ", "_"))(value, step)

    # what people do

    async def says(self, who: str, text: str, step: dict[str, Any]) -> None:
        body = self._message(who, step) | self._words(text, step)
        self._name(body, step)
        await self._bring(message=body)

    async def replies(self, who: str, text: str, step: dict[str, Any]) -> None:
        replied = self.messages[step.get("to", "the bot's")]
        step.setdefault("in", replied["chat"]["id"])
        body = self._message(who, step) | self._words(text, step) | {"reply_to_message": replied}
        if body["chat"]["type"] == "supergroup":  # what replies to a message is in its thread
            body = {"message_thread_id": replied.get("message_thread_id", replied["message_id"])} | body
        if "quoting" in step:
            position = units(replied["text"].partition(step["quoting"])[0])
            body["quote"] = {"text": step["quoting"], "position": position, "is_manual": True}
        self._name(body, step)
        await self._bring(message=body)

    async def shows(self, who: str, what: str, step: dict[str, Any]) -> None:
        body = self._message(who, step) | MEDIA[what]
        if "album" in step:
            body["media_group_id"] = step["album"]
        if "caption" in step:
            words = self._words(step["caption"], step)
            body |= {"caption": words["text"], "caption_entities": words["entities"]}
        self._name(body, step)
        await self._bring(message=body)

    async def asks_the_guest(self, who: str, text: str, step: dict[str, Any]) -> None:
        """Where the bot is not a member, Telegram brings it what mentions it."""
        more = {"reply_to_message": self.messages[step["to"]]} if "to" in step else {}
        body = self._message(who, step) | self._words(text, step) | more
        self._name(body, step)
        await self._bring(guest_message=body | {"guest_query_id": str(body["message_id"])})

    async def is_elsewhere(self, who: str, text: str, step: dict[str, Any]) -> None:
        """What is said where the bot does not see it."""
        self._name(self._message(who, step) | self._words(text, step), step)

    async def types(self, who: str, query: str, step: dict[str, Any]) -> None:
        self.typed = (who, query)
        body = {"id": str(next(self.updates)), "from": self._user(who), "query": query, "offset": ""}
        await self._bring(inline_query=body)

    async def edits(self, who: str, name: str, step: dict[str, Any]) -> None:
        body = self.messages[name] | self._words(step["into"], step) | {"edit_date": self._date()}
        self.messages[name] = self.last = body
        self.telegram.texts[body["chat"]["id"], body["message_id"]] = body["text"]
        await self._bring(edited_message=body)

    async def deletes(self, who: str, name: str, step: dict[str, Any]) -> None:
        """Telegram tells a bot nothing of it."""
        body = self.messages[name]
        self.telegram.gone.add((body["chat"]["id"], body["message_id"]))

    async def presses(self, who: str, label: str, step: dict[str, Any]) -> None:
        own = self.messages[step.get("below", "the bot's")]
        buttons = [button for row in own["buttons"] for button in row]
        data = step.get("data") or next((b.get("callback_data") for b in buttons if b["text"] == label), None)
        assert data, f"no button {label!r} among {[button['text'] for button in buttons]}"
        await self._press(who, {key: value for key, value in own.items() if key != "buttons"}, data)

    async def sends(self, who: str, title: str, step: dict[str, Any]) -> None:
        """One of the articles that the bot offers to who types."""
        result = next((result for result in self.offered if result["title"] == title), None)
        assert result, f"no {title!r} among {[result['title'] for result in self.offered]}"
        self._sent_elsewhere(result, step)
        chosen = {"result_id": result["id"], "from": self._user(who), "query": self.typed[1]}
        await self._bring(chosen_inline_result=chosen | {"inline_message_id": self.messages["the bot's"]["inline"]})

    async def presses_an_old_button(self, who: str, data: str, step: dict[str, Any]) -> None:
        old = {"message_id": 900, "date": 0, "chat": self._chat(step.get("in"), who)}
        await self._press(who, old, data)

    async def presses_an_inline_button(self, who: str, data: str, step: dict[str, Any]) -> None:
        await self._press(who, {"inline": "inline-0", "chat": self._chat(None)}, data)

    async def adds_bot(self, who: str, _: Any, step: dict[str, Any]) -> None:
        await self._membership(who, step, ("left", "member"))

    async def removes_bot(self, who: str, _: Any, step: dict[str, Any]) -> None:
        await self._membership(who, step, ("member", "kicked"))

    async def promotes_bot(self, who: str, _: Any, step: dict[str, Any]) -> None:
        await self._membership(who, step, ("member", "administrator"))

    # what happens besides

    async def crowd_asks(self, questions: list[str], step: dict[str, Any]) -> None:
        """Each question is another person's; the first has the name that the script gives. # is the person's number."""
        for number, question in enumerate(questions * step.get("times", 1), 1):
            name = f"Person {len(self.people)}"
            self.people[name] = "en"
            await self.says(name, question.replace("#", str(number)), step)
            step.pop("as", None)
            if step.get("answered"):
                await self.bot_sends([], {})

    async def crowd_fills_the_minute(self, _: Any, step: dict[str, Any]) -> None:
        await self.crowd_asks(["/ask zxcv asdf"] * (GROUP_PER_MINUTE - KEPT_FREE), {"answered": True})

    async def group_becomes(self, new: str, step: dict[str, Any]) -> None:
        old, body = self._chat("group"), self._message("Ana", {"in": "group"})
        await self._bring(message=body | {"migrate_to_chat_id": self._chat(new)["id"]})
        await self._bring(message=self._message("Ana", {"in": new}) | {"migrate_from_chat_id": old["id"]})

    async def odd_update(self, fields: dict[str, Any], step: dict[str, Any]) -> None:
        await self._bring(**fields)

    async def wait(self, span: Any, step: dict[str, Any]) -> None:
        amount, _, unit = str(span).partition(" ")
        self.clock.ahead += int(amount) * {"": 1, "seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}[unit]
        await asyncio.sleep(A_MOMENT)
        await self._settle()

    async def silence(self, _: Any, step: dict[str, Any]) -> None:
        await asyncio.sleep(0)

    async def Telegram_refuses(self, method: str, step: dict[str, Any]) -> None:  # noqa: N802  # as it is written
        said, new = step["saying"], step.get("naming")
        extra = details(said, self._chat(new)["id"] if new else None)
        self.telegram.refusals[method] = [(said, extra)] * step.get("times", 1)

    async def Telegram_takes(self, method: str, step: dict[str, Any]) -> None:  # noqa: N802  # as it is written
        self.telegram.refusals.pop(method)

    async def log_has(self, words: str, step: dict[str, Any]) -> None:
        found = [r.getMessage() for r in self.log.records if words in r.getMessage()]
        assert len(found) == step.get("times", 1), f"the log has {[r.getMessage() for r in self.log.records]}"

    # what the bot does

    async def bot_restarts(self, _: Any, step: dict[str, Any]) -> None:
        await self._stop()
        await self._start()

    async def bot_introduces_itself(self, _: Any, step: dict[str, Any]) -> None:
        await introduce(self.application.bot, self.pages)

    async def bot_shows(self, fragments: Any, step: dict[str, Any]) -> None:
        """A picture, with its caption."""
        await self.bot_sends(fragments, step, "sendPhoto")

    async def bot_sends(self, fragments: Any, step: dict[str, Any], method: str = "sendMessage") -> None:
        call, number = await self._next(method)
        assert number is not None, "Telegram refused it; the script should say `bot tries`"
        chat = self._chat(step["in"], step.get("whose", "Ana")) if "in" in step else self.last["chat"]
        topic = step.get("topic", self.last.get("message_thread_id") if self.last.get("is_topic_message") else None)
        reply = call.parameters.get("reply_parameters", {})
        assert call.parameters["chat_id"] == chat["id"], f"it went to chat {call.parameters['chat_id']}"
        assert call.parameters.get("message_thread_id") == topic, f"topic {call.parameters.get('message_thread_id')}"
        preview = call.parameters.get("link_preview_options", {"is_disabled": method == "sendPhoto"})
        assert preview == {"is_disabled": True}, "a link preview"
        assert call.parameters.get("disable_notification", False) == step.get("silently", False), "sound"
        if step.get("to") != "any":
            assert reply.get("message_id") == self._answered(step, chat), f"replies to {reply}"
        quote = shown(reply, "quote", "quote_parse_mode").text if "quote" in reply else None
        assert quote == step.get("quote"), f"it quotes {quote!r}"
        keyboard = _keyboard(call.parameters)
        self._has(call.parameters, keyboard, fragments, step)
        body = {"message_id": number, "date": self._date(), "chat": chat, "from": BOT, "buttons": keyboard}
        body |= {"text": _shown(call.parameters)}
        body |= {"message_thread_id": topic, "is_topic_message": True} if topic else {}
        self.messages["the bot's"] = self.messages[step.get("as", "the bot's")] = body

    async def bot_answers_the_guest(self, fragments: Any, step: dict[str, Any]) -> None:
        call, _ = await self._next("answerGuestQuery")
        assert call.parameters["guest_query_id"] == str(self.last["message_id"])
        self._sent_elsewhere(call.parameters["result"], step)
        self._has(call.parameters["result"]["input_message_content"], self.messages["the bot's"]["buttons"], fragments, step)  # fmt: skip

    async def bot_offers(self, titles: list[str], step: dict[str, Any]) -> None:
        call, _ = await self._next("answerInlineQuery")
        self.offered = call.parameters["results"]
        assert [result["title"] for result in self.offered][: len(titles)] == titles

    async def bot_edits(self, fragments: Any, step: dict[str, Any]) -> None:
        call, number = await self._next("editMessageText")
        assert number is not None, "Telegram refused it; the script should say `bot tries`"
        known = self.messages.get(step.get("message", "the bot's"), {})
        if "inline" in known:
            assert call.parameters["inline_message_id"] == known["inline"]
        elif step.get("message") != "an old one":
            assert (call.parameters["chat_id"], number) == (known["chat"]["id"], known["message_id"])
        known["buttons"] = _keyboard(call.parameters)
        self._has(call.parameters, known["buttons"], fragments, step)
        known["text"] = shown(call.parameters, "text").text

    async def bot_confirms(self, _: Any, step: dict[str, Any]) -> None:
        call, _number = await self._next("answerCallbackQuery")
        assert "text" not in call.parameters, call.parameters

    async def bot_alerts(self, fragment: str, step: dict[str, Any]) -> None:
        call, _number = await self._next("answerCallbackQuery")
        assert fragment in call.parameters["text"], call.parameters
        assert call.parameters["show_alert"] is True

    async def bot_tries(self, method: str, step: dict[str, Any]) -> None:
        """What Telegram refuses."""
        for _ in range(step.get("times", 1)):
            call, number = await self._next(method)
            assert number is None, f"Telegram took it: {call}"

    async def bot_does_what_it_likes(self, _: Any, step: dict[str, Any]) -> None:
        self.expected = len(self.telegram.done)

    async def bot_sets(self, counts: dict[str, int], step: dict[str, Any]) -> None:
        found: dict[str, int] = {}
        for call, _ in self.telegram.done[self.expected :]:
            found[call.method] = found.get(call.method, 0) + 1
        assert found == counts
        self.expected = len(self.telegram.done)

    # how

    def _has(self, content: dict[str, Any], keyboard: list[Any], fragments: Any, step: dict[str, Any]) -> None:
        text = _shown(content)
        for fragment in fragments if isinstance(fragments, list) else [fragments]:
            assert fragment in text, f"{fragment!r} is not in {text!r}"
        for fragment in step.get("without", []):
            assert fragment not in text, f"{fragment!r} is in {text!r}"
        labels = [button["text"] for row in keyboard for button in row]
        for label in step.get("buttons", []):
            assert label in labels, f"no button {label!r} among {labels}"
        if step.get("buttons") == []:
            assert labels == []
        if "length" in step:
            assert units(text) <= step["length"], f"{units(text)} units"

    def _sent_elsewhere(self, result: dict[str, Any], step: dict[str, Any]) -> None:
        """What others see of the bot in a chat that it is not in: a message that it can edit and cannot read."""
        body = {"inline": f"inline-{next(self.numbers)}", "buttons": _keyboard(result)}
        self.messages["the bot's"] = self.messages[step.get("as", "the bot's")] = body

    def _answered(self, step: dict[str, Any], chat: dict[str, Any]) -> int | None:
        """The message that a reply belongs to: in a group the last one, unless the script says otherwise."""
        if step.get("to") == "nobody" or ("to" not in step and chat["type"] == "private"):
            return None
        number: int = (self.messages[step["to"]] if "to" in step else self.last)["message_id"]
        return number

    async def _next(self, method: str) -> tuple[Call, int | None]:
        """The bot's next act, which comes at once or after a wait."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while len(self.telegram.done) <= self.expected:
            assert asyncio.get_running_loop().time() < end, f"no {method} came"
            await asyncio.sleep(0.005)
        call, number = self.telegram.done[self.expected]
        assert call.method == method, f"the bot did {call}"
        self.expected += 1
        return call, number

    async def _nothing_more(self) -> None:
        await asyncio.sleep(0)
        more = [call for call, _ in self.telegram.done[self.expected :]]
        assert more == [], f"unexpected: {more}"

    async def _settle(self) -> None:
        """Let the bot go on until it has done all, or is held up."""
        end = self.clock.time() + PATIENCE
        while self.under_way and self.clock.time() < end:
            done, self.under_way = await asyncio.wait(self.under_way, timeout=A_MOMENT)
            for task in done:
                await task
            if self.under_way and self.telegram.holds_up:
                return
        assert not self.under_way, "the bot has not come to an end with it"

    async def _bring(self, **fields: Any) -> None:
        update = {"update_id": next(self.updates), **fields}
        self.under_way.add(asyncio.ensure_future(self.way.deliver(update)))
        await self._settle()

    async def _press(self, who: str, message: dict[str, Any], data: str) -> None:
        number = next(self.updates)
        query = {"id": str(number), "from": self._user(who), "chat_instance": "1", "data": data}
        query |= {"inline_message_id": message["inline"]} if "inline" in message else {"message": message}
        self.last = message
        await self._bring(callback_query=query)

    async def _membership(self, who: str, step: dict[str, Any], statuses: tuple[str, str]) -> None:
        chat = self._chat(step.get("in"), who)
        rights = {"user": BOT, "until_date": 0, "can_be_edited": False}
        old, new = ({**ADMINISTRATOR, **rights, "status": status} for status in statuses)
        change = {"chat": chat, "from": self._user(who), "date": self._date(), "old_chat_member": old, "new_chat_member": new}  # fmt: skip
        self.last = {"chat": chat}
        await self._bring(my_chat_member=change)

    def _roles(self, who: str) -> list[str]:
        return str(self.people[who]).split()

    def _user(self, who: str) -> dict[str, Any]:
        roles = self._roles(who)
        for role, account in STANDING_FOR.items():
            if role in roles:
                return account
        user = {"id": 100 + list(self.people).index(who), "is_bot": "bot" in roles, "first_name": who}
        language = next((role for role in roles if len(role) == 2), None)
        return user | ({"language_code": language} if language else {})

    def _chat(self, name: Any, who: str = "Ana") -> dict[str, Any]:
        name = name or self.script.get("chat", "private")
        if isinstance(name, int):
            return next((chat for chat in self.chats.values() if chat["id"] == name), self._chat("private", who))
        if name == "private":
            return {"id": self._user(who)["id"], "type": "private", "first_name": who}
        return self.chats[name]

    def _message(self, who: str, step: dict[str, Any]) -> dict[str, Any]:
        chat, roles = self._chat(step.get("in"), who), self._roles(who)
        body = {"message_id": next(self.numbers), "date": self._date(), "chat": chat, "from": self._user(who)}
        if "anonymous" in roles:
            body["sender_chat"] = chat
        if {"channel", "linked"} & set(roles):
            body["sender_chat"] = CHATS["channel"]
        if "linked" in roles:
            body["is_automatic_forward"] = True
        topic = step.get("topic")
        if topic == "General":
            body["message_thread_id"] = 1
        elif topic:
            body |= {"message_thread_id": topic, "is_topic_message": True}
        self.last = body
        return body

    def _words(self, text: str, step: dict[str, Any]) -> dict[str, Any]:
        """`text` with the entities that Telegram finds in it, and those that the script asks for."""
        found = [("bot_command", *match.span()) for match in re.finditer(r"^/\w+(@\w+)?", text)]
        found += [("mention", *match.span()) for match in re.finditer(r"(?<![\w/])@\w+", text) if text[0] != "/"]
        for kind, name in (("bold", "bold"), ("text_mention", "bot's name")):
            if name in step:
                start = text.index(step[name])
                found.append((kind, start, start + len(step[name])))
        entities = [
            {"type": kind, "offset": units(text[:start]), "length": units(text[start:end])}
            | ({"user": BOT} if kind == "text_mention" else {})
            for kind, start, end in found
        ]
        return {"text": text, "entities": entities}

    def _name(self, body: dict[str, Any], step: dict[str, Any]) -> None:
        self.telegram.texts[body["chat"]["id"], body["message_id"]] = body.get("text", body.get("caption", ""))
        if "as" in step:
            self.messages[step["as"]] = body

    def _date(self) -> int:
        return 1_705_737_600


def _shown(content: dict[str, Any]) -> str:
    return shown(content, next(name for name in ("text", "message_text", "caption") if name in content)).text


def _keyboard(parameters: dict[str, Any]) -> list[Any]:
    rows: list[Any] = parameters.get("reply_markup", {}).get("inline_keyboard", [])
    return rows


ADMINISTRATOR = dict.fromkeys(
    [
        "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
        "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
        "can_delete_stories",
    ],
    False,
)  # fmt: skip


def scenarios() -> list[Any]:
    """Every conversation, one a document."""
    files = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))
    loaded = [(path, script) for path in files for script in yaml.safe_load_all(path.read_text())]
    return [pytest.param(script, id=f"{path.stem}: {script['behaviour']}") for path, script in loaded]


@dataclass(frozen=True)
class Stage:
    """What every conversation needs."""

    pages: Pages
    folder: Path
    empty: Path
    """A database in which nothing is kept yet: making its tables takes longer than a conversation."""
    patch: pytest.MonkeyPatch
    log: pytest.LogCaptureFixture

    def transcripts(self, script: dict[str, Any]) -> list[list[tuple[str, dict[str, Any]]]]:
        """What the bot does in a conversation, for each way in which updates may come."""
        return [self._played(script, transport) for transport in TRANSPORTS]

    def _played(self, script: dict[str, Any], transport: Any) -> list[tuple[str, dict[str, Any]]]:
        async def play() -> list[tuple[str, dict[str, Any]]]:
            clock = asyncio.get_running_loop()
            assert isinstance(clock, Clock)
            today = calendar(clock, script.get("time", STARTS))
            for module in ("handlers", "speaking", "telegram_io"):
                self.patch.setattr(f"bot.{module}.datetime", today)
            database = shutil.copy(self.empty, self.folder / f"{transport.__name__}.db")
            storage = Storage(f"sqlite:///{database}")
            await storage.open()
            try:
                return await Conversation(script, self.pages, storage, transport, clock, self.log).play()
            finally:
                await storage.close()

        self.log.clear()
        with self.log.at_level(logging.INFO), asyncio.Runner(loop_factory=Clock) as runner:
            return runner.run(play())
