"""What Telegram brings → what the bot sends back: reads, asks, replies, and decides nothing about the answer."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from telegram import Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, TelegramError
from telegram.ext import ContextTypes

from bot.addressing import Asked, read
from bot.answering import Answer
from bot.learning import entry, is_unanswered
from bot.manners import Chosen, Limits, Verdict
from bot.model import CARDS, Language, Outcome
from bot.outbox import KEPT_FREE, Due, Outbox, Place, Room, Waiting
from bot.page import Page, text_block
from bot.pages import Pages
from bot.pictures import Pictures
from bot.posting import Sender, Target, edit, place_of, send
from bot.recent import Recent
from bot.rendering import LIMIT
from bot.said import Memory, Said
from bot.storage import Storage, Unanswered

_LOG = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE

BETWEEN_QUESTIONS = " · "

_PRESENT = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)
_MAY_NOT_WRITE = (
    "not enough rights",
    "no rights to send",
    "write_forbidden",
    "send_plain_forbidden",
    "topic_closed",
    "topic_deleted",
    "thread not found",
    "chat not found",
    "chat_restricted",
)
"""What Telegram says, in lower case, where the bot may not write, or there is no such place any more."""


class Handlers:
    """The bot's reactions to messages.

    They remember which of the bot's messages gave which answer to which message, and with the operator's consent the
    question, until somebody says that it was not understood.
    """

    def __init__(
        self,
        pages: Pages,
        storage: Storage,
        room: Room,
        *,
        pictures: Pictures | None = None,
        keeps_unanswered: bool = False,
    ) -> None:
        """`room` counts what is sent to groups. `pictures`: the cards that go with some commands; without them these
        are text alone.

        `keeps_unanswered`: whether questions that were not understood are kept, without who asked them.
        """
        self._pages = pages
        self._storage = storage
        self._pictures = pictures
        self._keeps_unanswered = keeps_unanswered
        self._room = room
        self._limits = Limits()
        self._outbox = Outbox()
        self._hurry = asyncio.Event()
        self._memory = Memory()
        self._quiet_chats: Recent[int, None] = Recent()
        self.asked: Recent[tuple[int, int], Unanswered] = Recent()
        self.changed = self._memory.changed

    def hurry(self) -> None:
        """Send at once what waits for room in its group: the bot is about to stop."""
        self._hurry.set()

    async def on_message(self, update: Update, context: Context) -> None:
        """A new message: a question or a command."""
        message, asked = _read(update, context)
        if message is None or asked is None:
            return
        chosen = await self._storage.chosen(message.chat.id)
        if await self._may_ask(message, chosen, context.bot):
            await self._answer(message, asked, self._found(message, asked, chosen), context)

    async def on_edit(self, update: Update, context: Context) -> None:
        """An edited message: where it was answered and has another answer now, that is given."""
        message, asked = _read(update, context)
        if message is None or asked is None:
            return
        place, asking = place_of(message), message.message_id
        chosen = await self._storage.chosen(place.chat)
        answer = self._found(message, asked, chosen)
        said = self._memory.to(place.chat, asking)
        if self._outbox.change(place, asking, answer) or said is None or said.answers[asking].gist == answer.gist:
            return
        if not await self._may_ask(message, chosen, context.bot):
            return
        if self._is_full(place) or not await self._edit(context.bot, place, said, {asking: answer}):
            await self._answer(message, asked, answer, context)

    async def on_due(self, due: Due, context: Context) -> None:
        """What waits at a place is sent, in one message or, where that does not hold it, in several. When the bot is
        about to stop, the last message that a group has room for takes all that waits there."""
        place = due.place
        last = self._hurry.is_set() and self._room.seconds(place.chat, _now(), 1) > 0
        held = self._outbox.taken(place, with_all=last)
        while held:
            first = next(iter(held.values()))
            answers = {asking: waiting.answer for asking, waiting in held.items()}
            shown = await self._say(context.bot, Target(place, first.about, first.quote), answers)
            held = {asking: waiting for asking, waiting in held.items() if asking not in shown}

    async def on_other(self, update: Update, context: Context) -> None:
        """A message without words, in a private chat."""
        message = update.effective_message
        if message is not None:
            language = (await self._storage.chosen(message.chat.id)).language or self._own_language(message)
            await send(context.bot, Target(place_of(message)), _said(self._pages.phrases(language).text_only))

    async def on_migration(self, update: Update, _: Context) -> None:
        """A group that Telegram has made a supergroup: what it has chosen goes along."""
        message = update.effective_message
        if message is not None and message.migrate_to_chat_id is not None:
            await self._storage.move(message.chat.id, message.migrate_to_chat_id)

    async def on_membership(self, update: Update, context: Context) -> None:
        """The bot was added to a group, which it greets, or is no longer there."""
        change = update.my_chat_member
        if change is None or change.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP):
            return
        was, is_ = (_is_present(member) for member in (change.old_chat_member, change.new_chat_member))
        if is_ and not was:
            await self._storage.come_back(change.chat.id, datetime.now(UTC).date())
            chosen = await self._storage.chosen(change.chat.id)
            language = chosen.language or self._pages.language(change.from_user.language_code)
            await send(context.bot, Target(Place(change.chat.id)), self._pages.greeting(language))
        elif was and not is_:
            await self._storage.leave(change.chat.id, datetime.now(UTC).date())

    async def on_error(self, update: object, context: Context) -> None:
        """Whatever went wrong anywhere: the operator gets the details, the person a short apology."""
        error, chat = context.error, _chat(update)
        if isinstance(error, Conflict):
            _LOG.error("another process answers with this token; stop it, or this bot answers only some messages")
        elif update is None and isinstance(error, TelegramError):
            _LOG.info("no updates for the moment: %s", error)
        elif error is not None and _may_not_write(error):
            self._say_once(chat, error)
        elif isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            _LOG.warning("not sent, and not sent again in case it was: %s", error)
        else:
            name = f"update {update.update_id}" if isinstance(update, Update) else "what waited"
            _LOG.error("%s in chat %s was not answered", name, chat, exc_info=error)
            target = _target(update)
            if target is not None:
                await send(context.bot, target, _said(self._pages.phrases(await self._language(update)).error))

    async def _language(self, update: object) -> Language:
        """The language that the chat of `update` has chosen, else that of whoever caused it."""
        chosen = await self._storage.chosen(_chat(update))
        if isinstance(update, Due):
            return chosen.language or update.language
        user = update.effective_user if isinstance(update, Update) else None
        return chosen.language or self._pages.language(user.language_code if user else None)

    async def _may_ask(self, message: Message, chosen: Chosen, bot: Sender) -> bool:
        """Whether whoever wrote `message` may have an answer now; who asks too much in a group is told so once."""
        place, now = place_of(message), _now()
        if not place.is_group:
            return True
        person = (message.sender_chat or message.from_user or message.chat).id
        may_tell = self._room.seconds(place.chat, now, 1) == 0
        verdict = self._limits.ask(place.chat, person, now, may_tell=may_tell)
        if verdict is Verdict.NOTICE:
            language = chosen.language or self._own_language(message)
            await send(bot, Target(place, message.message_id), _said(self._pages.phrases(language).too_many))
        return verdict is Verdict.ANSWER

    def may_press(self, chat: int, person: int, *, anew: bool) -> bool:
        """Whether a button that `person` presses in `chat` may edit its message now, or have one sent `anew`, which
        counts as a question."""
        return not self._is_full(Place(chat)) and (not anew or self._limits.ask(chat, person, _now()) is Verdict.ANSWER)

    def _is_full(self, place: Place) -> bool:
        """Whether a message to `place` must wait until its group has room."""
        if not place.is_group:
            return False
        return self._outbox.is_waited_in(place.chat) or self._room.seconds(place.chat, _now(), KEPT_FREE) > 0

    async def _answer(self, message: Message, asked: Asked, answer: Answer, context: Context) -> None:
        """Give `answer` to `message`, as soon as there is room for it."""
        place, asking, about = place_of(message), message.message_id, asked.about.message_id
        if not self._is_full(place):
            target = Target(place, about, asked.quote) if place.is_group else Target(place)
            await self._say(context.bot, target, {asking: answer})
        elif self._outbox.wait(place, asking, Waiting(answer, about, asked.quote)):
            context.application.create_task(self._deliver(place.chat, context))

    async def _deliver(self, group: int, context: Context) -> None:
        """Whenever `group` has room again, have what waits there sent, in its turn among the group's updates."""
        application = context.application
        while (due := self._outbox.next(group)) is not None:
            while (seconds := self._room.seconds(group, _now(), KEPT_FREE)) and not self._hurry.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._hurry.wait(), seconds)
            await application.update_processor.process_update(due, application.process_update(due))

    async def _say(self, bot: Sender, target: Target, answers: dict[int, Answer]) -> dict[int, Answer]:
        """Give `answers`, by the messages that ask, in one message; returns those that it holds, one at least."""
        place = target.place
        pointer = await self._point_to_earlier(bot, place, answers)
        if pointer is not None:
            self._memory.keep(place, Said(pointer.message_id, _now(), answers), pointing=True)
            return answers
        page, shown = await self._page(place, answers)
        sent = await self._send(bot, target, page, shown)
        self._memory.keep(replace(place, chat=sent.chat.id), Said(sent.message_id, _now(), shown))
        await self._learn(sent.chat.id, sent.message_id, shown)
        return shown

    async def _edit(self, bot: Sender, place: Place, said: Said, changed: dict[int, Answer]) -> bool:
        """Give the `changed` answers in the message that has `said` others; False where it cannot hold them."""
        answers = said.answers | changed
        page, shown = await self._page(place, answers)
        if len(shown) < len(answers) or not await edit(bot, place.chat, said.number, page):
            return False
        said.answers = answers
        self._memory.keep(place, said)
        await self._learn(place.chat, said.number, changed)
        return True

    async def _page(self, place: Place, answers: dict[int, Answer]) -> tuple[Page, dict[int, Answer]]:
        """One message of as many of `answers` as it holds, from the first on, each once, whoever asks; and these."""
        distinct = _distinct(answers)
        if len(distinct) > 1:
            page, count = self._pages.several([*distinct.values()], LIMIT)
            held = [*distinct][:count]
            return page, {asking: answer for asking, answer in answers.items() if answer.gist in held}
        (answer,) = distinct.values()
        chosen = await self._storage.chosen(place.chat)
        if answer.command == "settings":
            return self._pages.choices.settings(chosen, answer.language), answers
        return self._pages.answer(answer, compact=place.is_group and not chosen.full), answers

    async def _point_to_earlier(self, bot: Sender, place: Place, answers: dict[int, Answer]) -> Message | None:
        """Point to the message that has just given the only one of `answers`, if there is one."""
        answer, *more = _distinct(answers).values()
        earlier = self._memory.earlier(place, answer, _now())
        if more or earlier is None:
            return None
        pointer = _said(self._pages.phrases(answer.language).answered_above)
        try:
            return await send(bot, Target(place, earlier, pointing=True), pointer)
        except BadRequest as error:
            if _may_not_write(error):
                raise
            return None  # it is gone

    async def _send(self, bot: Sender, target: Target, page: Page, answers: dict[int, Answer]) -> Message:
        """Send `page`, which gives `answers`; with a picture, if that goes with the only one and may be sent."""
        answer, *more = _distinct(answers).values()
        command = answer.argument if answer.command == "start" else answer.command
        card = next((card for card in CARDS if card == command), None)
        with_picture = None
        if card is not None and not more and self._pictures is not None:
            with_picture = await self._pictures.send(bot, target, (card, answer.language), page)
        return with_picture or await send(bot, target, page)

    def _found(self, message: Message, asked: Asked, chosen: Chosen) -> Answer:
        """The answer to what `message` has `asked`, a question or a command."""
        own = self._own_language(message)
        if asked.question:
            return self._pages.look_up(asked.text, chosen.language, own)
        command = asked.command or "help"
        question, language = f"/{command} {asked.text}".strip(), chosen.language or own
        return Answer(question, language, Outcome.COMMAND, 1.0, command=command, argument=asked.text)

    async def _learn(self, chat: int, number: int, answers: dict[int, Answer]) -> None:
        """With consent, keep which of the questions that the message `number` answers were not understood."""
        self.asked.pop((chat, number))  # an earlier wording
        for answer in answers.values() if self._keeps_unanswered else ():
            if is_unanswered(answer):
                await self._storage.keep_unanswered(entry(answer), datetime.now(UTC).date())
            elif answer.outcome is Outcome.ANSWER:
                self.asked.put((chat, number), entry(answer))

    def _own_language(self, message: Message) -> Language:
        return self._pages.language(message.from_user.language_code if message.from_user else None)

    def _say_once(self, chat: int, error: Exception) -> None:
        """Log that the bot may not write in `chat`, once."""
        if chat not in self._quiet_chats:
            _LOG.info("not allowed to write in chat %s: %s", chat, error)
            self._quiet_chats.put(chat, None)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _said(text: str) -> Page:
    return Page((text_block(text),))


def _read(update: Update, context: Context) -> tuple[Message | None, Asked | None]:
    """The message that `update` brings, and what it asks of the bot."""
    message = update.effective_message
    return message, read(message, context.bot.username, context.bot.id) if message else None


def _chat(update: object) -> int:
    """The chat that `update` comes from; 0 if none."""
    if isinstance(update, Due):
        return update.place.chat
    chat = update.effective_chat if isinstance(update, Update) else None
    return chat.id if chat else 0


def _target(update: object) -> Target | None:
    """Where whoever caused `update` is answered, if anywhere."""
    if isinstance(update, Due):
        return Target(update.place, update.about)
    message = update.effective_message if isinstance(update, Update) else None
    if message is None or message.guest_query_id:
        return None
    place = place_of(message)
    return Target(place, message.message_id) if place.is_group else Target(place)


def _distinct(answers: dict[int, Answer]) -> dict[tuple[object, ...], Answer]:
    """One of each of `answers` that say the same, to the questions of all of them."""
    found: dict[tuple[object, ...], list[Answer]] = {}
    for answer in answers.values():
        found.setdefault(answer.gist, []).append(answer)
    return {
        gist: replace(same[0], question=BETWEEN_QUESTIONS.join(dict.fromkeys(answer.question for answer in same)))
        for gist, same in found.items()
    }


def _is_present(member: object) -> bool:
    """Whether a ChatMember is in the chat; one with restrictions may or may not be."""
    status = getattr(member, "status", None)
    return status in _PRESENT or (status == ChatMemberStatus.RESTRICTED and bool(getattr(member, "is_member", False)))


def _may_not_write(error: Exception) -> bool:
    if isinstance(error, BadRequest):
        return any(said in error.message.casefold() for said in _MAY_NOT_WRITE)
    return isinstance(error, Forbidden)
