"""Gives answers: at once, together when a group has room again, by pointing to an earlier one, or by an edit.

Decides nothing about what is answered.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from telegram import Message
from telegram.error import BadRequest

from bot.answering import Answer
from bot.learning import entry, is_unanswered
from bot.model import CARDS, Outcome
from bot.outbox import KEPT_FREE, Due, Outbox, Place, Room, Waiting
from bot.page import Page, text_page
from bot.pages import Pages
from bot.pictures import Pictures
from bot.posting import Context, Sender, Target, edit, has_channel, may_not_write, send
from bot.recent import Recent
from bot.rendering import LIMIT
from bot.said import Memory, Said
from bot.storage import Storage, Unanswered

BETWEEN_QUESTIONS = " · "


class Speaker:
    """Gives the bot's answers.

    It remembers which of the bot's messages gave which answer to which message, and with the operator's consent the
    question, until somebody says that it was not understood.
    """

    def __init__(
        self, pages: Pages, storage: Storage, room: Room, *, pictures: Pictures | None, keeps_unanswered: bool
    ) -> None:
        """`room` counts what is sent to groups; the rest as for `Handlers`."""
        self._pages = pages
        self._storage = storage
        self._pictures = pictures
        self._keeps_unanswered = keeps_unanswered
        self._room = room
        self._outbox = Outbox()
        self._hurry = asyncio.Event()
        self._memory = Memory()
        self.turn, self.about = self._memory.turn, self._memory.about
        self.asked: Recent[tuple[int, int], Unanswered] = Recent()
        """Questions, by the message that answers them."""

    def hurry(self) -> None:
        """Send at once what waits for room in its group: the bot is about to stop."""
        self._hurry.set()

    def is_full(self, place: Place, kept_free: int = KEPT_FREE) -> bool:
        """Whether a message to `place` must wait until its group has room for it, and for `kept_free` more."""
        if not place.is_group:
            return False
        return self._outbox.is_waited_in(place.chat) or self._room.seconds(place.chat, now(), kept_free) > 0

    def has_changed(self, place: Place, asking: int, answer: Answer) -> bool:
        """Whether the message `asking` was given another answer than `answer`; one that still waits becomes that."""
        said = self._memory.to(place.chat, asking)
        waits = self._outbox.change(place, asking, answer)
        return not waits and said is not None and said.answers[asking].gist != answer.gist

    async def answer(self, context: Context, place: Place, asking: int, waiting: Waiting) -> None:
        """Give an answer to the message `asking` at `place`, as soon as there is room for it."""
        if not self.is_full(place):
            target = Target(place, waiting.about, waiting.quote) if place.is_group else Target(place)
            await self._say(context.bot, target, {asking: waiting.answer})
        elif self._outbox.wait(place, asking, waiting):
            context.application.create_task(self._deliver(place.chat, context))

    async def edit(self, bot: Sender, place: Place, asking: int, answer: Answer) -> bool:
        """Give `answer` in the message that gave another to the message `asking`; False where that cannot be."""
        said = self._memory.to(place.chat, asking)
        if said is None or self.is_full(place):
            return False
        answers = said.answers | {asking: answer}
        page, shown = await self._page(place, answers)
        if len(shown) < len(answers) or not await edit(bot, place.chat, said.number, page):
            return False
        said.answers = answers
        self._memory.keep(place, said)
        await self._learn(place.chat, said.number, {asking: answer})
        return True

    async def on_due(self, due: Due, context: Context) -> None:
        """What waits at a place is sent, as far as one message holds it; the rest waits on, whatever becomes of that.
        When the bot is about to stop, the last message that a group has room for takes all that waits there."""
        place = due.place
        last = self._hurry.is_set() and self._room.seconds(place.chat, now(), 1) > 0
        held = self._outbox.taken(place, with_all=last)
        first = next(iter(held.values()))
        _, shown = await self._page(place, {asking: waiting.answer for asking, waiting in held.items()})
        for asking, waiting in held.items():
            if asking not in shown:
                self._outbox.wait(place, asking, waiting)
        await self._say(context.bot, Target(place, first.about, first.quote), shown)

    async def _deliver(self, group: int, context: Context) -> None:
        """Whenever `group` has room again, have what waits there sent, in its turn among the group's updates."""
        application = context.application
        while (due := self._outbox.next(group)) is not None:
            while (seconds := self._room.seconds(group, now(), KEPT_FREE)) and not self._hurry.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._hurry.wait(), seconds)
            await application.update_processor.process_update(due, application.process_update(due))

    async def _say(self, bot: Sender, target: Target, answers: dict[int, Answer]) -> None:
        """Give `answers`, by the messages that ask, in one message, which must hold them."""
        place = target.place
        pointer = await self._point_to_earlier(bot, place, answers)
        if pointer is not None:
            self._memory.keep(place, Said(pointer.message_id, now(), answers), pointing=True)
            return
        page, _ = await self._page(place, answers)
        sent = await self._send(bot, target, page, answers)
        self._memory.keep(replace(place, chat=sent.chat.id), Said(sent.message_id, now(), answers))
        await self._learn(sent.chat.id, sent.message_id, answers)

    async def _page(self, place: Place, answers: dict[int, Answer]) -> tuple[Page, dict[int, Answer]]:
        """One message of as many of `answers` as it holds, from the first on, each once, whoever asks; and these."""
        distinct = _distinct(answers)
        if len(distinct) > 1:
            page, count = self._pages.several([*distinct.values()], LIMIT)
            held = [*distinct][:count]
            return page, {asking: answer for asking, answer in answers.items() if answer.gist in held}
        (answer,) = distinct.values()
        chosen = await self._storage.chosen(place.chat)
        if (wished := self._pages.wished(answer)) and not place.is_group:
            kept = await self._storage.choose(place.chat, language=wished)
            return self._pages.chosen(answer, wished, kept=kept), answers
        if answer.command == "help" and place.is_group:
            return self._pages.help_in_group(answer.language), answers
        if answer.command == "settings":
            return self._pages.choices.settings(chosen, answer.language), answers
        if answer.command == "start" and place.is_group and not self._pages.leads_on(answer.argument):
            return self._pages.greeting(answer.language), answers
        return self._pages.answer(answer, compact=place.is_group and not chosen.full), answers

    async def _point_to_earlier(self, bot: Sender, place: Place, answers: dict[int, Answer]) -> Message | None:
        """Point to the message that has just given the only one of `answers`, if there is one."""
        answer, *more = _distinct(answers).values()
        earlier = None if more else await self._earlier(bot, place, answer)
        if earlier is None:
            return None
        pointer = text_page(self._pages.phrases(answer.language).answered_above)
        try:
            return await send(bot, Target(place, earlier, pointing=True), pointer)
        except BadRequest as error:
            if may_not_write(error):
                raise
            return None  # it is gone

    async def _earlier(self, bot: Sender, place: Place, answer: Answer) -> int | None:
        """The message that has just given `answer` where those at `place` see it: below a channel's post they see
        their own thread, in other groups all."""
        earlier = self._memory.earlier(place, answer, now())
        if earlier is not None or place.thread is None:
            return earlier
        elsewhere = self._memory.earlier(replace(place, thread=None), answer, now())
        return elsewhere if elsewhere is not None and not await has_channel(bot, place.chat) else None

    async def _send(self, bot: Sender, target: Target, page: Page, answers: dict[int, Answer]) -> Message:
        """Send `page`, which gives `answers`; with a picture, if that goes with the only one and may be sent."""
        answer, *more = _distinct(answers).values()
        command = answer.argument if answer.command == "start" else answer.command
        card = next((card for card in CARDS if card == command), None)
        with_picture = None
        if card is not None and not more and self._pictures is not None:
            with_picture = await self._pictures.send(bot, target, (card, answer.language), page)
        return with_picture or await send(bot, target, page)

    async def _learn(self, chat: int, number: int, answers: dict[int, Answer]) -> None:
        """With consent, keep which of the questions that the message `number` answers were not understood."""
        self.asked.pop((chat, number))  # an earlier wording
        for answer in answers.values() if self._keeps_unanswered else ():
            if is_unanswered(answer):
                await self._storage.keep_unanswered(entry(answer), datetime.now(UTC).date())
            elif answer.outcome is Outcome.ANSWER and not answer.leans:
                self.asked.put((chat, number), entry(answer))


def now() -> float:
    """The time, in seconds, by the clock of all that waits."""
    return asyncio.get_running_loop().time()


def _distinct(answers: dict[int, Answer]) -> dict[tuple[object, ...], Answer]:
    """One of each of `answers` that say the same, to the questions of all of them."""
    found: dict[tuple[object, ...], list[Answer]] = {}
    for answer in answers.values():
        found.setdefault(answer.gist, []).append(answer)
    return {
        gist: replace(same[0], question=BETWEEN_QUESTIONS.join(dict.fromkeys(answer.question for answer in same)))
        for gist, same in found.items()
    }
