"""What Telegram brings → what the bot sends back: reads, asks, replies, and decides nothing about the answer."""

import asyncio
import logging
from datetime import UTC, datetime

from telegram import Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Conflict, NetworkError, TelegramError

from bot.addressing import Asked, read
from bot.answering import Answer, Before, commanded
from bot.conversation import FORGET_EACH, Conversations
from bot.manners import Chosen, Limits, Verdict
from bot.model import SOURCE_LANGUAGE, Language
from bot.outbox import KEPT_FREE_OF_BUTTONS, Due, Place, Room, Waiting
from bot.page import text_page
from bot.pages import Pages
from bot.pictures import Pictures
from bot.posting import Context, Sender, Target, may_not_write, place_of, send
from bot.recent import Recent
from bot.speaking import Speaker, now
from bot.storage import Storage

_LOG = logging.getLogger(__name__)

ADDING_SECONDS = 10.0
"""Within this after the bot was added to a group, /start there is what the link that added it says by itself."""

_PRESENT = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


class Handlers:
    """The bot's reactions to messages."""

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
        self._room = room
        self._limits = Limits()
        self._quiet_chats: Recent[int, None] = Recent()
        self._albums: Recent[str | None, None] = Recent()
        """Of which a message was answered."""
        self._greeted: Recent[int, float] = Recent()
        """When a group was."""
        self._conversations = Conversations()
        self._forgets = False
        """Whether the words of questions will be looked through for old ones."""
        self._speaker = Speaker(pages, storage, room, pictures=pictures, keeps_unanswered=keeps_unanswered)
        self.hurry, self.on_due = self._speaker.hurry, self._speaker.on_due
        self.asked = self._speaker.asked

    async def on_message(self, update: Update, context: Context) -> None:
        """A new message: a question or a command."""
        message, asked = _read(update, context)
        if message is None or asked is None or self._is_greeted(message.chat.id, asked):
            return
        self._note_album(message)
        chosen = await self._storage.chosen(message.chat.id)
        if await self._may_ask(message, chosen, context.bot):
            answer, left = self._found(message, asked, chosen)
            self._note(message, asked, left)
            waiting = Waiting(answer, asked.about.message_id, asked.quote)
            await self._speaker.answer(context, place_of(message), message.message_id, waiting)

    async def on_edit(self, update: Update, context: Context) -> None:
        """An edited message: where it was answered and has another answer now, that is given."""
        message, asked = _read(update, context)
        if message is None or asked is None:
            return
        place, asking = place_of(message), message.message_id
        chosen = await self._storage.chosen(place.chat)
        answer, left = self._found(message, asked, chosen)
        if not self._speaker.has_changed(place, asking, answer) or not await self._may_ask(
            message, chosen, context.bot
        ):
            return
        self._note(message, asked, left)
        if not await self._speaker.edit(context.bot, place, asking, answer):
            await self._speaker.answer(context, place, asking, Waiting(answer, asked.about.message_id, asked.quote))

    async def on_other(self, update: Update, context: Context) -> None:
        """A message without words, in a private chat; of an album the first, unless another had words."""
        message = update.effective_message
        if message is not None and message.media_group_id not in self._albums:
            self._note_album(message)
            language = (await self._storage.chosen(message.chat.id)).language or self._own_language(message)
            await send(context.bot, Target(place_of(message)), text_page(self._pages.phrases(language).text_only))

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
            self._greeted.put(change.chat.id, now())
        elif was and not is_:
            await self._storage.leave(change.chat.id, datetime.now(UTC).date())

    async def on_error(self, update: object, context: Context) -> None:
        """Whatever went wrong anywhere: the operator gets the details, the person a short apology."""
        error, chat = context.error, _chat(update)
        if isinstance(error, Conflict):
            _LOG.error("another process answers with this token; stop it, or this bot answers only some messages")
        elif update is None and isinstance(error, TelegramError):
            _LOG.info("no updates for the moment: %s", error)
        elif error is not None and may_not_write(error):
            self._say_once(chat, error)
        elif isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            _LOG.warning("not sent, and not sent again in case it was: %s", error)
        else:
            name = f"update {update.update_id}" if isinstance(update, Update) else "what waited"
            _LOG.error("%s in chat %s was not answered", name, chat, exc_info=error)
            target = _target(update)
            if target is not None:
                await send(context.bot, target, text_page(self._pages.phrases(await self._language(update)).error))

    async def _language(self, update: object) -> Language:
        """The language that the chat of `update` has chosen, else that of whoever caused it."""
        chosen = await self._storage.chosen(_chat(update))
        if isinstance(update, Due):
            return chosen.language or update.language
        user = update.effective_user if isinstance(update, Update) else None
        return chosen.language or self._pages.language(user.language_code if user else None)

    async def _may_ask(self, message: Message, chosen: Chosen, bot: Sender) -> bool:
        """Whether whoever wrote `message` may have an answer now; who asks too much in a group is told so once."""
        place, asked_at = place_of(message), now()
        if not place.is_group:
            return True
        may_tell = self._room.seconds(place.chat, asked_at, 1) == 0
        verdict = self._limits.ask(place.chat, _writer(message), asked_at, may_tell=may_tell)
        if verdict is Verdict.NOTICE:
            language = chosen.language or self._own_language(message)
            await send(bot, Target(place, message.message_id), text_page(self._pages.phrases(language).too_many))
        return verdict is Verdict.ANSWER

    def _note_album(self, message: Message) -> None:
        if message.media_group_id is not None:
            self._albums.put(message.media_group_id, None)

    def _is_greeted(self, chat: int, asked: Asked) -> bool:
        """Whether the greeting in `chat` has just said what `asked` wants: a link that adds the bot, and leads no
        further, says /start besides."""
        greeted = self._greeted.get(chat)
        just_now = greeted is not None and now() - greeted < ADDING_SECONDS
        return just_now and asked.command == "start" and not self._pages.leads_on(asked.text)

    def may_press(self, chat: int, person: int, *, anew: bool) -> bool:
        """Whether a button that `person` presses in `chat` may edit its message now, or have one sent `anew`, which
        counts as a question."""
        return not self._speaker.is_full(Place(chat), KEPT_FREE_OF_BUTTONS) and (
            not anew or self._limits.ask(chat, person, now()) is Verdict.ANSWER
        )

    def _found(self, message: Message, asked: Asked, chosen: Chosen) -> tuple[Answer, Before | None]:
        """The answer to what `message` has `asked`, a question or a command, and what a question leaves to go on from:
        of a question replied to, to whoever asked that."""
        own = self._own_language(message)
        if asked.question:
            return self._look_up(message, asked, chosen, own)
        command = asked.command or "help"
        question, language = f"/{command} {asked.text}".strip(), chosen.language or own
        return commanded(question, language, command, asked.text), None

    def _look_up(self, message: Message, asked: Asked, chosen: Chosen, own: Language) -> tuple[Answer, Before]:
        place, writer, replied = place_of(message), _writer(asked.about), None
        if message.reply_to_message is not None:
            replied = self._speaker.about(place.chat, message.reply_to_message.message_id)
        before = self._conversations.before(place, writer, message.message_id, replied, now())
        answer = self._pages.look_up(asked.text, chosen.language, own, before)
        return answer, before.after(answer)

    def _note(self, message: Message, asked: Asked, left: Before | None) -> None:
        """The answer that is given to what `message` has `asked` has `left` this to go on from."""
        if left is not None:
            self._conversations.note(place_of(message), _writer(asked.about), message.message_id, left, now())
            self._forget_later()

    def _forget_later(self) -> None:
        """Have the words of questions forgotten in time, also when nobody asks any more."""
        if not self._forgets:
            self._forgets = True
            asyncio.get_running_loop().call_later(FORGET_EACH, self._forget)

    def _forget(self) -> None:
        self._forgets = False
        if self._conversations.forget(now()):
            self._forget_later()

    def on_pressed(self, place: Place, number: int, person: int, data: str) -> None:
        """A button of the message `number` that `person` has pressed has made it say what `data` leads to."""
        intent, language = self._pages.intent(data), self._pages.spoken(data, SOURCE_LANGUAGE)
        self._speaker.turn(place.chat, number, intent)
        if intent is not None:
            self._conversations.note_pressed(place, person, Before.about(intent, language), now())

    def _own_language(self, message: Message) -> Language:
        return self._pages.language(message.from_user.language_code if message.from_user else None)

    def _say_once(self, chat: int, error: Exception) -> None:
        """Log that the bot may not write in `chat`, once."""
        if chat not in self._quiet_chats:
            _LOG.info("not allowed to write in chat %s: %s", chat, error)
            self._quiet_chats.put(chat, None)


def _read(update: Update, context: Context) -> tuple[Message | None, Asked | None]:
    """The message that `update` brings, and what it asks of the bot."""
    message = update.effective_message
    return message, read(message, context.bot.username, context.bot.id) if message else None


def _writer(message: Message) -> int:
    """Who wrote `message`: a person, or a chat in whose name it was written."""
    return (message.sender_chat or message.from_user or message.chat).id


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


def _is_present(member: object) -> bool:
    """Whether a ChatMember is in the chat; one with restrictions may or may not be."""
    status = getattr(member, "status", None)
    return status in _PRESENT or (status == ChatMemberStatus.RESTRICTED and bool(getattr(member, "is_member", False)))
