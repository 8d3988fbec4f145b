"""What Telegram brings → what the bot sends back: reads, asks, replies, and decides nothing about the answer."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta, timezone

from telegram import Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, TelegramError
from telegram.ext import ContextTypes

from bot.addressing import Asked, read
from bot.answering import Answer
from bot.learning import entry, is_unanswered
from bot.manners import Chosen, Limits, Repeats, Verdict
from bot.model import CARDS, Card, Language, Outcome
from bot.outbox import KEPT_FREE, Outbox, Place, Room
from bot.page import Page, text_block
from bot.pages import Pages
from bot.pictures import Pictures
from bot.posting import Target, edit, place_of, send
from bot.recent import Recent
from bot.rendering import LIMIT
from bot.storage import Storage, Unanswered

_LOG = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE

BAKU = timezone(timedelta(hours=4))

POINTED_TO = ("statement", "timeline", "figures", "help", "about", "privacy")
"""Commands whose reply is pointed to instead of being repeated a moment later."""

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

    They remember which of the bot's messages answered which message, and with the operator's consent the question,
    until somebody says that it was not understood.
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
        self._repeats = Repeats()
        self._outbox = Outbox()
        self._hurry = asyncio.Event()
        self._answers: Recent[tuple[int, int], int] = Recent()
        self._together: Recent[tuple[int, int], dict[int, Answer]] = Recent()
        """The answers that one message gives together, by the messages that ask."""
        self._quiet_chats: Recent[int, None] = Recent()
        self.asked: Recent[tuple[int, int], Unanswered] = Recent()
        self.changed: Recent[tuple[int, int], None] = Recent()
        """Answers that have been edited since, and say something else."""

    def hurry(self) -> None:
        """Send at once what waits for room in its group: the bot is about to stop."""
        self._hurry.set()

    async def on_message(self, update: Update, context: Context) -> None:
        """A new message: a question or a command."""
        message = update.effective_message
        asked = read(message, context.bot.username, context.bot.id) if message else None
        if message is None or asked is None:
            return
        chosen = await self._storage.chosen(message.chat.id)
        if message.chat.type == ChatType.PRIVATE:
            await self._in_private(message, asked, chosen, context)
        else:
            await self._in_group(message, asked, chosen, context)

    async def on_edit(self, update: Update, context: Context) -> None:
        """An edited message: its answer is edited too, if it has one."""
        message = update.effective_message
        asked = read(message, context.bot.username, context.bot.id) if message else None
        if message is None or asked is None:
            return
        chat, asking, place = message.chat.id, message.message_id, place_of(message)
        number = self._answers.get((chat, asking))
        if number is None and not self._outbox.is_waited_at(place):
            return
        chosen = await self._storage.chosen(chat)
        in_group = message.chat.type != ChatType.PRIVATE
        page, answer = self._reply(asked, chosen, self._own_language(message), in_group=in_group)
        if (answer is not None and self._outbox.change(place, asking, answer)) or number is None:
            return
        together = self._together.get((chat, number))
        shown = page if together is None else self._among(together, asking, answer)
        self.changed.put((chat, number), None)
        if shown is None or not await edit(context.bot, chat, number, shown):
            number = (await send(context.bot, Target(place, asking), page)).message_id
        await self._remember(chat, asking, number, answer)

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
        error = context.error
        if isinstance(error, Conflict):
            _LOG.error("another process answers with this token; stop it, or this bot answers only some messages")
        elif update is None:
            _LOG.info("no updates for the moment: %s", error)
        elif error is not None and _may_not_write(error):
            chat = update.effective_chat if isinstance(update, Update) else None
            self._say_once(chat.id if chat else 0, error)
        elif isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            _LOG.warning("not sent, and not sent again in case it was: %s", error)
        else:
            number = update.update_id if isinstance(update, Update) else None
            _LOG.error("update %s was not answered", number, exc_info=error)
            if isinstance(update, Update) and (message := update.effective_message) and not message.guest_query_id:
                language = await self._language(update)
                await send(context.bot, Target(place_of(message)), _said(self._pages.phrases(language).error))

    async def _language(self, update: Update) -> Language:
        """The language that the chat of `update` has chosen, else that of whoever caused it."""
        chat, user = update.effective_chat, update.effective_user
        chosen = (await self._storage.chosen(chat.id)).language if chat else None
        return chosen or self._pages.language(user.language_code if user else None)

    async def _in_private(self, message: Message, asked: Asked, chosen: Chosen, context: Context) -> None:
        page, answer = self._reply(asked, chosen, self._own_language(message), in_group=False)
        language = answer.language if answer else chosen.language or self._own_language(message)
        card = _card(asked, answer, language)
        sent = await self._send(context, Target(place_of(message), silent=is_silent(chosen)), page, card)
        await self._remember(sent.chat.id, message.message_id, sent.message_id, answer)

    async def _in_group(self, message: Message, asked: Asked, chosen: Chosen, context: Context) -> None:
        """Answer in a group, with the manners it expects."""
        now, place, own = _now(), place_of(message), self._own_language(message)
        person = (message.sender_chat or message.from_user or message.chat).id
        silent = is_silent(chosen)
        full = self._outbox.is_waited_at(place) or self._room.seconds(place.chat, now, KEPT_FREE) > 0
        may_tell = self._room.seconds(place.chat, now, 1) == 0
        verdict = self._limits.ask(message.chat.id, person, now, may_tell=may_tell)
        if verdict is not Verdict.ANSWER:
            if verdict is Verdict.NOTICE:
                notice = _said(self._pages.phrases(chosen.language or own).too_many)
                await send(context.bot, Target(place, message.message_id, silent=silent), notice)
            return
        page, answer = self._reply(asked, chosen, own, in_group=True)
        language = answer.language if answer else chosen.language or own
        waits = answer
        if answer is None and asked.command in POINTED_TO and not asked.text:
            waits = Answer(f"/{asked.command}", language, Outcome.COMMAND, 1.0, command=asked.command)
        if waits is not None and full:
            if self._outbox.wait(place, message.message_id, waits, asked.about.message_id):
                context.application.create_task(self._send_waiting(place, context))
            return
        said = _gist(asked, answer, message.message_thread_id, language)
        pointer = said and await self._point_to_earlier(context, (place, said), language, silent=silent)
        if pointer:
            await self._remember(pointer.chat.id, message.message_id, pointer.message_id, None)
            return
        target = Target(place, asked.about.message_id, asked.quote, silent)
        sent = await self._send(context, target, page, _card(asked, answer, language))
        self._repeats.answered((place, said), sent.message_id, now)
        await self._remember(sent.chat.id, message.message_id, sent.message_id, answer)

    async def _point_to_earlier(
        self, context: Context, said: tuple[Place, object], language: Language, *, silent: bool
    ) -> Message | None:
        """Point to the message that has just said the same, if there is one and it is still what it was."""
        place, now = said[0], _now()
        earlier = self._repeats.earlier(said, now)
        if earlier is None or (place.chat, earlier) in self.changed:
            return None
        pointer = _said(self._pages.phrases(language).answered_above)
        try:
            return await send(context.bot, Target(place, earlier, silent=silent, pointing=True), pointer)
        except BadRequest as error:
            if _may_not_write(error):
                raise
            return None  # it is gone

    async def _send_waiting(self, place: Place, context: Context) -> None:
        """When `place` has room again, send all that waits there in one message."""
        while (seconds := self._room.seconds(place.chat, _now(), KEPT_FREE)) and not self._hurry.is_set():
            try:
                await asyncio.wait_for(self._hurry.wait(), seconds)
            except TimeoutError:
                continue
        waiting = self._outbox.taken(place)
        if waiting is None:
            return
        silent = is_silent(await self._storage.chosen(place.chat))
        target, answers = Target(place, waiting.first, silent=silent), [*waiting.answers.items()]
        while answers:
            page, count = self._pages.several([answer for _, answer in answers], LIMIT)
            try:
                sent = await send(context.bot, target, page)
            except TelegramError as error:
                if _may_not_write(error):
                    self._say_once(place.chat, error)
                else:
                    _LOG.error("%s answers to chat %s were not sent: %s", len(answers), place.chat, error)
                return
            for asking, answer in answers[:count]:
                await self._remember(sent.chat.id, asking, sent.message_id, answer)
            self._together.put((sent.chat.id, sent.message_id), dict(answers[:count]))
            answers = answers[count:]

    def _among(self, together: dict[int, Answer], asking: int, answer: Answer | None) -> Page | None:
        """The message of the answers `together` with a new `answer` to the message `asking`; None where one message
        does not hold that, and nothing is changed."""
        if answer is None:
            return None
        page, count = self._pages.several([*(together | {asking: answer}).values()], LIMIT)
        if count < len(together):
            return None
        together[asking] = answer
        return page

    def may_ask(self, chat: int, person: int) -> bool:
        """Whether `person` may have another message in `chat` now; it counts if so."""
        return self._limits.ask(chat, person, _now()) is Verdict.ANSWER

    async def _send(self, context: Context, target: Target, page: Page, card: tuple[Card, Language] | None) -> Message:
        """Send `page`, with its picture if it has one and pictures may be sent."""
        with_picture = None
        if card is not None and self._pictures is not None:
            with_picture = await self._pictures.send(context.bot, target, card, page)
        return with_picture or await send(context.bot, target, page)

    def _reply(self, asked: Asked, chosen: Chosen, own: Language, *, in_group: bool) -> tuple[Page, Answer | None]:
        """What to say to `asked`, and the answer if it was a question; `own` is the language of whoever asked."""
        if asked.question:
            answer = self._pages.look_up(asked.text, chosen.language, own)
            return self._pages.answer(answer, compact=in_group and not chosen.full), answer
        language = chosen.language or own
        if asked.command == "settings":
            return self._pages.choices.settings(chosen, language), None
        return self._pages.command(asked.command or "help", language, asked.text), None

    async def _remember(self, chat: int, asking: int, number: int, answer: Answer | None) -> None:
        """Note that in `chat` the message `number` now answers the one that is `asking`, and with consent what was not
        understood."""
        self._answers.put((chat, asking), number)
        self.asked.pop((chat, number))  # an earlier wording
        if answer is None or not self._keeps_unanswered:
            return
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


def is_silent(chosen: Chosen) -> bool:
    """Whether a chat that has `chosen` gets messages without sound now."""
    return chosen.is_quiet(datetime.now(BAKU).hour)


def _said(text: str) -> Page:
    return Page((text_block(text),))


def _card(asked: Asked, answer: Answer | None, language: Language) -> tuple[Card, Language] | None:
    """The picture that goes with a reply, if one does."""
    command = answer.command if answer else asked.text if asked.command == "start" else asked.command
    return next(((card, language) for card in CARDS if card == command), None)


def _gist(asked: Asked, answer: Answer | None, thread: int | None, language: Language) -> tuple[object, ...] | None:
    """What makes two replies in a thread the same; None for those that are no answer to point to."""
    if answer is None:
        return (thread, language, asked.command, asked.text) if asked.command in POINTED_TO else None
    if answer.outcome not in (Outcome.ANSWER, Outcome.NOT_COVERED):
        return None
    return (thread, language, tuple(intent.id for intent in answer.intents), answer.subject)


def _is_present(member: object) -> bool:
    """Whether a ChatMember is in the chat; one with restrictions may or may not be."""
    status = getattr(member, "status", None)
    return status in _PRESENT or (status == ChatMemberStatus.RESTRICTED and bool(getattr(member, "is_member", False)))


def _may_not_write(error: Exception) -> bool:
    if isinstance(error, BadRequest):
        return any(said in error.message.casefold() for said in _MAY_NOT_WRITE)
    return isinstance(error, Forbidden)
