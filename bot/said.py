"""What the bot has said: an edited question edits its answer, and an answer given a moment ago is not given again.

Takes the time as a value, knows no Telegram.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace

from bot.answering import Answer
from bot.model import Intent, Outcome
from bot.outbox import Place
from bot.recent import Recent

REPEAT_SECONDS = 120.0
"""For how long an answer is near enough to be referred to instead of being repeated."""

POINTED_TO = (Outcome.ANSWER, Outcome.NOT_COVERED, Outcome.COMMAND)
"""What is worth being referred to."""


@dataclass
class Said:
    """A message of the bot: its number, when it was sent (seconds), and what it says, by the messages that ask."""

    number: int
    when: float
    answers: dict[int, Answer]


class Memory:
    """Which message of the bot gave which answer to which message."""

    def __init__(self) -> None:
        self._to: Recent[tuple[int, int], Said] = Recent()
        self._about: Recent[tuple[int, int], Intent | None] = Recent()
        """What a message (chat and number) is about; None where that is several things, or nothing to go on from."""
        self._saying: Recent[tuple[Place, Hashable], Said] = Recent()
        self._changed: Recent[tuple[int, int], None] = Recent()
        """Messages (chat and number) that a button has made say something else since."""

    def keep(self, place: Place, said: Said, *, pointing: bool = False) -> None:
        """Note what a message at `place` says now; `pointing`: it does so by pointing to another that says it."""
        self._changed.pop((place.chat, said.number))
        one = len(said.answers) == 1  # the words of a question are needed beside others alone
        said.answers = {
            asking: replace(answer, asked=None, question="" if one else answer.question)
            for asking, answer in said.answers.items()
        }
        about = [answer.intents[-1] if answer.intents else None for answer in said.answers.values()]
        alike = all(intent is about[0] for intent in about)
        self._about.put((place.chat, said.number), about[0] if alike else None)
        for asking, answer in said.answers.items():
            self._to.put((place.chat, asking), said)
            if place.is_group and not pointing and answer.outcome in POINTED_TO:
                for seen_from in (place, replace(place, thread=None)):
                    self._saying.put((seen_from, answer.gist), said)

    def to(self, chat: int, asking: int) -> Said | None:
        """The message that answers the message `asking` in `chat`, if one does."""
        return self._to.get((chat, asking))

    def turn(self, chat: int, number: int, about: Intent | None) -> None:
        """A button has made the message `number` of the bot's in `chat` say something else, which is `about` this, or
        about nothing that a question can go on from."""
        self._changed.put((chat, number), None)
        self._about.put((chat, number), about)

    def about(self, chat: int, number: int) -> Intent | None:
        """What the message `number` of the bot's in `chat` is about, if that is known."""
        return self._about.get((chat, number))

    def earlier(self, place: Place, answer: Answer, now: float) -> int | None:
        """The message that has just given `answer` at `place`, or where that has no thread in any thread there, if one
        has and still says so."""
        said = self._saying.get((place, answer.gist))
        if said is None or now - said.when >= REPEAT_SECONDS or (place.chat, said.number) in self._changed:
            return None
        return said.number if any(answer.gist == other.gist for other in said.answers.values()) else None
