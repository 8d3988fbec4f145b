"""A question that leans on the one before it → what it is about.

It is weighed as the whole questions that it may stand for (`following`), beside what it is about by itself.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.elsewhere import Elsewhere
from bot.following import FEW, LONGEST, Asked, Topic, lacks_question, left, wholes
from bot.index import Label
from bot.match import Match
from bot.model import Outcome
from bot.weighing import ANSWER_FROM, GAP_FROM, OFFERED, PART_FROM, Weigher, labelled

NEAR_FROM = 0.75
"""Certainty that a question which names nothing needs in the paragraph that answered the one before it."""

GENERIC_BELOW = 0.97
"""Certainty by itself below which a question that names one thing ("what was the result?") is rather about the
paragraph that answered the one before it."""

WEIGHED_FROM = 3
"""Words from which a question of function words alone ("when was it") is weighed; fewer could be about anything."""


class Leaner:
    """Finds what a question is about after another; free of state between questions."""

    def __init__(self, weigher: Weigher, elsewhere: Elsewhere) -> None:
        self._weigher = weigher
        self._language = weigher.language
        self._lexicon = weigher.lexicon
        self._elsewhere = elsewhere

    def after(self, alone: Match, parts: Sequence[Sequence[str]], topic: Topic) -> Match:
        """What a question in `parts` is about after `topic`, when it is about `alone` by itself."""
        named = [self._lexicon.names(part) for part in parts]
        if not any(named):
            return self._naming_nothing(alone, parts, topic) if any(parts) else alone
        if any(sum(not word.isdecimal() for word in names) > FEW for names in named):
            return alone
        if len(parts) > 1:
            return self._elsewhere.offered(alone, [word for part in parts for word in part], topic)
        return self._naming_little(alone, parts[0], named[0], topic)

    def _naming_nothing(self, alone: Match, parts: Sequence[Sequence[str]], topic: Topic) -> Match:
        here = self._weigher.here(topic.paragraph)
        is_sure = alone.outcome is Outcome.ANSWER and alone.score >= GENERIC_BELOW
        if is_sure and here.issuperset(alone.ids):
            return replace(alone, leans=True)  # "kaç kişi öldü", folded
        followed = _together([match for part in parts if (match := self._followed(part, topic))])
        is_refused_again = followed is not None and followed.ids == (topic.subject,) and not topic.elsewhere
        if is_sure and is_refused_again and sum(map(len, parts)) >= WEIGHED_FROM:
            return replace(alone, leans=True)  # "how many died" after "was gorbachev there"
        return followed.offering(alone) if followed else self._bare(alone, parts, topic)

    def _naming_little(self, alone: Match, asked: Sequence[str], names: Sequence[str], topic: Topic) -> Match:
        lexicon, here = self._lexicon, self._weigher.here(topic.paragraph)
        is_told = alone.outcome is Outcome.ANSWER
        is_dated = alone.score >= PART_FROM and any(map(str.isdecimal, names))
        is_of_own_event = bool(lexicon.asks(asked)) and lexicon.is_of_own_event(asked)
        if is_told and is_of_own_event and (topic.elsewhere or is_dated):
            return alone  # "how many died on 20 January"
        if switched := self._elsewhere.left(asked, topic):
            return switched
        followed = self._followed(asked, topic)
        is_refused_again = followed is not None and followed.ids == (topic.subject,)
        if is_refused_again and is_told and alone.score >= PART_FROM and self._weigher.by_id[alone.ids[0]].event:
            return alone  # "what about the deportations" after "Khojaly"
        goes_on = followed and (followed.outcome is Outcome.NOT_COVERED or here.issuperset(followed.ids))
        if topic.elsewhere and not goes_on:
            return self._elsewhere.offered(alone, asked, topic)
        if not followed:
            return alone
        is_generic = len(names) == 1 and is_told and alone.score < GENERIC_BELOW and not here.issuperset(alone.ids)
        if is_generic and here.issuperset(followed.ids):
            return followed
        asks = bool(lexicon.asks(asked)) or lexicon.refers(asked)
        return followed.offering(alone) if _is_rather(followed, alone, asks=asks) else alone

    def doubted(self, alone: Match, asked: Sequence[str], topic: Topic) -> Match | None:
        """The answer to `topic` again, where `asked`, which is about `alone` by itself, names something else and doubts
        it by that ("wasn't it the president?")."""
        lexicon = self._lexicon
        names = lexicon.names(asked)
        if not topic.intent or not 0 < len(names) <= FEW or not lexicon.doubts(asked):
            return None
        if "when" in topic.intent.question_words and all(map(lexicon.time, names)):  # "wasn't it 2023?"
            return Match(Outcome.ANSWER, self._language, PART_FROM, (topic.intent.id,), leans=True)
        if alone.outcome is Outcome.ANSWER:
            return None
        part = self._weigher.together(topic.words(self._language), asked)
        if part.ids[0] != topic.intent.id or part.certainty < ANSWER_FROM:
            return None
        return Match(Outcome.ANSWER, self._language, part.certainty, part.ids[:1], leans=True)

    def _bare(self, alone: Match, parts: Sequence[Sequence[str]], topic: Topic) -> Match:
        """What a question in `parts` that names nothing is about where it is not clear after `topic`: what it is about
        `alone`, if that is in the same paragraph ("who did it"), or the topic was not covered."""
        is_clear = alone.outcome is Outcome.ANSWER and alone.score >= PART_FROM
        near = self._weigher.near(topic.paragraph)
        asked = sum(map(len, parts))
        is_question_word = all(len(part) == len(self._lexicon.asks(part)) for part in parts)
        is_of_refused = topic.subject is not None and not topic.elsewhere and not is_question_word
        if is_clear and (is_of_refused or (near.issuperset(alone.ids) and asked >= WEIGHED_FROM)):
            return replace(alone, leans=True)
        return Match(Outcome.UNKNOWN, self._language, 0.0, leans=True)

    def answered(self, asked: Sequence[str], topic: Topic) -> tuple[Label, float] | None:
        """What answers `asked` as a question that leans on `topic` and how certain that is, if anything does."""
        followed = self._followed(asked, topic)
        if followed:
            is_told = followed.outcome is Outcome.ANSWER
            return (self._weigher.by_id[followed.ids[0]], followed.score) if is_told else None
        (alone,) = self._weigher.weigh([asked])
        is_near = alone.answers[0].id in self._weigher.near(topic.paragraph)
        return (alone.answers[0], alone.certainty) if is_near and alone.certainty >= PART_FROM else None

    def _followed(self, asked: Sequence[str], topic: Topic) -> Match | None:
        """What `asked` is about as a question that leans on `topic`, if that is clear."""
        lexicon = self._lexicon
        concepts, names = lexicon.concepts(asked) & lexicon.question_concepts, lexicon.names(asked)
        held = None if names else self._weigher.holding(topic.paragraph, concepts)
        is_near = topic.elsewhere and topic.intent and not names
        near = (topic.paragraph, held.group) if held else (topic.paragraph,) if is_near else ()
        before = topic.words(self._language)
        brought = set(lexicon.subject(before)).difference(asked)
        for sentence in wholes(asked, before, lexicon):
            (part,) = self._weigher.weigh([sentence])
            best, whole = part.answers[0], Asked(self._language, tuple(sentence[:LONGEST]))
            told = self._weigher.telling(best, concepts) if concepts else best
            enough = NEAR_FROM if not names and best.group == topic.paragraph else PART_FROM
            if part.certainty >= enough and told and (not near or best.group in near):
                others = tuple(id_ for id_ in part.ids if id_ != told.id)
                found = Match(Outcome.ANSWER, self._language, part.certainty, (told.id,), next=others[:OFFERED])
                return replace(found, leans=True, asked=whole)
            # The words of the topic alone may bring this about; of another event more is asked.
            is_same = part.label.id == topic.subject and not part.label.event and not brought.isdisjoint(sentence)
            if part.is_gap and part.certainty < ANSWER_FROM and not (is_same and (names or held)):
                return replace(labelled(part, self._language), leans=True, asked=whole)
        return Match(Outcome.ANSWER, self._language, PART_FROM, (held.id,), leans=True) if held else None

    def for_next(self, found: Match, asked: Sequence[str], before: Sequence[str]) -> Match:
        """`found`, which is what `asked` is about after `before`, with what the next question may lean on."""
        lexicon, names = self._lexicon, self._lexicon.names(asked)
        if found.asked and found.outcome is Outcome.SUGGEST:
            return found
        is_offer = found.leans and found.outcome is Outcome.SUGGEST
        if is_offer or (found.leans and not names) or (before and not found.certain and lexicon.hangs_on(asked)):
            return replace(found, asked=None)
        if found.outcome is Outcome.UNKNOWN and names and lexicon.asks(asked):
            return replace(found, asked=Asked(self._language, ()))
        if not _is_kept(found, may_be_remark=bool(before) and lacks_question(asked, lexicon)):
            return replace(found, asked=None)
        return replace(found, asked=found.asked or Asked(self._language, left(asked, before, lexicon)))


def _is_rather(followed: Match, alone: Match, *, asks: bool) -> bool:
    """Whether a question that can be read both ways is about `followed`, what it is as one that leans on another, and
    not about what it is `alone`: of another event than the text's own people ask in the same few words."""
    match alone.outcome:
        case Outcome.ANSWER:
            return (asks and followed.outcome is Outcome.NOT_COVERED) or alone.score < PART_FROM
        case Outcome.SUGGEST:
            return True
        case Outcome.NOT_COVERED:
            return followed.outcome is Outcome.NOT_COVERED and followed.score > alone.score
    return alone.score > 0


def _is_kept(found: Match, *, may_be_remark: bool) -> bool:
    """Whether the next question may lean on one `found` to be about this; what may be a remark must be clear."""
    match found.outcome:
        case Outcome.ANSWER:
            return True
        case Outcome.NOT_COVERED:
            return not may_be_remark or found.score >= GAP_FROM
        case Outcome.SUGGEST:
            return not may_be_remark
    return False


def _together(followed: Sequence[Match]) -> Match | None:
    """Two questions that lean on the same ("where and when?") as one, or the one there is."""
    answered = list({match.ids: match for match in followed if match.outcome is Outcome.ANSWER}.values())
    if len(answered) < 2:  # noqa: PLR2004
        return next(iter((*answered, *followed)), None)
    first, second, *others = answered
    rest = tuple(id_ for match in others for id_ in match.ids)
    return replace(first, ids=(*first.ids, *second.ids), score=min(first.score, second.score), next=rest)
