"""A question that leans on the one before it → the whole questions that it may stand for.

What a question lacks it takes from the one before: "where?" its subject, "and the wounded?" its question word, "are you
sure?" all of it. The whole question is then weighed as if it had been asked so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.lexicon import Lexicon
from bot.model import Intent, Language
from bot.normalise import words

FEW = 2
"""How many words that name something a question may have and still lean on the one before: longer ones are whole."""

FEW_IN_ALL = 4
"""How many such words a message may have to be no more than a correction."""

_WIDEST_FIRST = ("year", "month", "day")

LONGEST = 40
"""How many words of a question are kept for the next."""


@dataclass(frozen=True)
class Asked:
    """A question as it was read (folded words), in its language."""

    language: Language
    words: tuple[str, ...]


@dataclass(frozen=True)
class Topic:
    """What a question may lean on: what was `asked` before it, the `intent` that answered that, whose title says it in
    other languages, and the `subject` that the statement did not cover."""

    asked: Asked | None = None
    intent: Intent | None = None
    subject: str | None = None
    elsewhere: bool = False
    """Whether that is about another event than the statement's."""
    told_in: int | None = None
    """The paragraph that answered it, where that is known without an intent."""

    @property
    def paragraph(self) -> int | None:
        """The paragraph that answered it, if one did."""
        return self.intent.quotes[0].paragraph if self.intent else self.told_in

    def words(self, language: Language) -> tuple[str, ...]:
        """It as a question in `language`; empty where it is not known in that."""
        if self.asked and self.asked.language == language:
            return self.asked.words
        texts = self.intent.texts if self.intent else {}
        return words(texts[language].title, language) if language in texts else ()


NOTHING = Topic()


def wholes(asked: Sequence[str], before: Sequence[str], lexicon: Lexicon) -> Iterator[list[str]]:
    """The questions that `asked` may stand for after `before`, likeliest first (all folded words). What names a time
    and nothing else ("and in february?") stands for `before` at that time, and for nothing where that asked when."""
    times = lexicon.subject(asked)
    if timed := _at_another_time(times, before, lexicon):
        yield timed
        return
    is_dated = any(map(lexicon.is_date, times)) and all(map(lexicon.time, times))
    if is_dated and "when" in lexicon.concepts(lexicon.asks(before)):
        return
    if lexicon.asks(asked):
        yield [*asked, *lexicon.subject(before)]
        return
    if lexicon.names(asked):
        yield [*lexicon.asks(before), *asked]
    if lexicon.refers(asked) or not lexicon.asks(before):
        yield [*before, *asked]


def _at_another_time(times: Sequence[str], before: Sequence[str], lexicon: Lexicon) -> list[str]:
    """`before` with `times` in place of its last ones of the same kinds, and without those that are part of them; empty
    where it has none of these kinds, or they are no times."""
    kinds = [lexicon.time(word) for word in times]
    if not times or not all(kinds):
        return []
    widest = min(map(_WIDEST_FIRST.index, kinds))
    whole = [
        word
        for word in before
        if (kind := lexicon.time(word)) in kinds or not kind or _WIDEST_FIRST.index(kind) < widest
    ]
    for time, kind in zip(times, kinds, strict=True):
        place = max((i for i, word in enumerate(whole) if lexicon.time(word) == kind), default=-1)
        if place < 0:
            return []
        whole[place] = time
    return whole


def lacks_question(asked: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether `asked` is a few words without a question word: it takes that from the one before, or is a remark."""
    return not lexicon.asks(asked) and len(lexicon.names(asked)) <= FEW


def left(asked: Sequence[str], before: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """What `asked`, which names something, leaves after `before` for the next question to lean on."""
    if timed := _at_another_time(lexicon.subject(asked), before, lexicon):
        return tuple(timed)
    return (*(lexicon.asks(before) if lacks_question(asked, lexicon) else ()), *asked)[:LONGEST]


def corrected(parts: Sequence[list[str]], lexicon: Lexicon) -> Sequence[list[str]]:
    """What `parts` of a message (folded words) leave when they take something back ("not the dead, the wounded"); all
    of them if that is no question. Of a few words that ask nothing what follows "not" goes, of others no more than
    short parts: whole questions have such words, too."""
    whole = [word for part in parts for word in part]
    if not lexicon.asks(whole) and len(lexicon.names(whole)) <= FEW_IN_ALL:
        kept = [rest for part in parts if (rest := lexicon.without_rejected(part))]
    else:
        others_ask = [any(lexicon.asks(other) for other in parts if other is not part) for part in parts]
        kept = [
            part
            for part, another_asks in zip(parts, others_ask, strict=True)
            if not lexicon.is_rejected(part)
            or len(lexicon.names(part)) > FEW
            or (lexicon.asks(part) and not (another_asks and lexicon.rejects_question(part)))
        ]
    return kept if any(lexicon.asks(part) or lexicon.names(part) for part in kept) else parts
