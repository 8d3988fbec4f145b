"""A question in one language → what it is about.

A question is weighed whole, and in its parts where it has several: parts that are each certain are questions each.
One that may lean on the question before it goes to `leaning`, too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.deciding import WISHES, decided
from bot.elsewhere import Elsewhere
from bot.following import Asked, Topic, corrected
from bot.index import Index, Label
from bot.leaning import WEIGHED_FROM, Leaner
from bot.lexicon import SOME_NUMBER, Lexicon
from bot.match import Match, shown
from bot.model import Language, Outcome
from bot.normalise import words
from bot.reading import Reader
from bot.spelling import Speller
from bot.vocabulary import Vocabulary
from bot.weighing import ANSWER_FROM, PART_FROM, Part, Weigher, labelled

TWO_ASK = 4
"""Words from which the sentences of a message may be questions of their own."""

PARTS = 2
"""How many parts a message may have and each be a question; of those of a longer story few are."""

OURS_FROM = 0.3
"""Score from which a part of a message is about something of ours, be it none that is clear."""

SAID_BESIDES = (("greeting",), ("thanks",), ("farewell",), ("again",), ("remark",))
"""The small talk that a question may stand beside."""

_SENTENCE_END = re.compile(r"(?<=[?!.,;&+\n])\s*")

_Answered = tuple[Label, float] | None
"""What answers a part of a question and how certain that is, if anything does."""


class Interpreter:
    """Finds what a question in one language is about; free of state between questions."""

    def __init__(self, language: Language, index: Index, reader: Reader, vocabulary: Vocabulary) -> None:
        self._language = language
        self._reader = reader
        self._lexicon = reader.lexicon
        self._weigher = Weigher(language, index, reader)
        self._elsewhere = Elsewhere(self._weigher)
        self._leaner = Leaner(self._weigher, self._elsewhere)
        self._speller = Speller(vocabulary)

    def words(self, text: str) -> list[str]:
        """The folded words of `text`, unknown ones repaired to known ones."""
        return self._speller.repair(words(text, self._language))

    def interpret(self, question: str, topic: Topic) -> Match:
        """What `question` (any text) is about, which may lean on `topic`."""
        before = topic.words(self._language)
        if before:
            question = self._corrected(question)
        lexicon, whole = self._lexicon, self.words(question)
        understood = self._reader.understand(whole)
        parts = lexicon.split(understood)
        if len(parts) == 1:
            parts = [understood]
        if not before and len(whole) < WEIGHED_FROM and len(parts) == 1 and lexicon.is_empty(parts[0]):
            return Match(Outcome.UNKNOWN, self._language, 0.0, leans=True)
        found = self._alone(question, whole)
        figures = {word for word in understood if word.startswith(SOME_NUMBER)}
        if figures.issuperset(lexicon.names(understood)) and figures and found.outcome is Outcome.NOT_COVERED:
            found = replace(found, ids=())  # some number alone names no subject
        if found.ids == ("language",):
            return replace(found, ids=("language", *_wished(lexicon, whole)))
        if found.ids == ("statement",):
            return replace(found, ids=("statement", *lexicon.paragraphs(whole)))
        asked = parts[0] if len(parts) == 1 else whole
        if same := self._leaner.doubted(found, asked, topic):
            return same
        is_question_word = len(asked) == len(lexicon.asks(asked))
        if before and (is_question_word or found.outcome not in WISHES):
            found = self._leaner.after(found, parts, topic)
        elif lexicon.hangs_on(asked):  # of what was asked in another language
            found = self._elsewhere.offered(found, asked, topic)
        return self._leaner.for_next(found, asked, before)

    def _alone(self, question: str, whole: Sequence[str]) -> Match:
        lexicon = self._lexicon
        cut = self._cut(question) if len(whole) >= TWO_ASK else []
        standing = self._standing(cut)
        sentences = [cut[i] for i in standing]
        apart = lexicon.apart(whole)
        weighed, *each = self._weigher.weigh([whole, *sentences, *apart.values()])
        parts, each_asked = each[: len(sentences)], each[len(sentences) :]
        is_story = len(parts) > PARTS
        asking = [part for part, sentence in zip(parts, sentences, strict=True) if lexicon.asks(sentence)]
        # What is not covered as a whole may be two things only by its "and": "the difference between a and b".
        is_gap = weighed.label.outcome is Outcome.NOT_COVERED and weighed.certainty < ANSWER_FROM
        later = enumerate(cut[1:], 1) if is_gap else ()
        leaning = [part for i, part in later if lexicon.hangs_on(part) and not any(map(lexicon.asks, cut[:i]))]
        enough = PART_FROM if is_story else ANSWER_FROM
        standing_told = {
            place: _answered(part, part.label, enough)
            for i, (place, part) in enumerate(zip(standing, parts, strict=True))
            if not is_gap or (lexicon.asks(cut[place]) and cut[place] not in leaning)
            if not (lexicon.hangs_on(cut[place]) and any(map(_is_event, parts[:i])))
            if lexicon.names(cut[place]) or not any(map(_is_of_ours, parts[:i]))
        }
        told = [*standing_told.values()] if is_gap else self._leaning(cut, standing_told)
        return (
            _several(told, asking, [] if is_story else [*parts, weighed], self._language)
            or _several(
                self._each_asked(dict(zip(apart, each_asked, strict=True))), each_asked, each_asked, self._language
            )
            or (_refused(asking, self._language) if is_story else None)
            or self._besides(decided(weighed, parts, self._language), told)
        )

    def _besides(self, found: Match, told: Sequence[_Answered]) -> Match:
        """`found`, unless that is what people say besides a question ("thank you, ...") and that is `told`."""
        sure = [(label, certainty) for label, certainty in filter(None, told) if certainty >= PART_FROM]
        if not sure or found.ids not in SAID_BESIDES:
            return found
        label, certainty = sure[0]
        return Match(Outcome.ANSWER, self._language, certainty, (label.id,))

    def _each_asked(self, parts: Mapping[str, Part]) -> list[_Answered]:
        """What answers a question that asks with several question words, by the concepts of these: what is certain, or
        what holds for all that the paragraph of the surest answer tells of."""
        surest = max(parts.values(), key=lambda part: part.certainty, default=None)
        told: list[_Answered] = []
        for concept, part in parts.items():
            label = self._weigher.telling(part.answers[0], {concept})
            told.append(_answered(part, label, ANSWER_FROM))
            if surest and told[-1] is None and part.label.outcome is not Outcome.NOT_COVERED:
                told[-1] = _answered(surest, self._weigher.holding(surest.answers[0].group, {concept}), PART_FROM)
        return told

    def _standing(self, cut: Sequence[Sequence[str]]) -> list[int]:
        """Which parts of a question that is `cut` can stand alone; empty when it is all one. What names nothing
        ("where was it") leans on what comes before it, and stands alone only as the first that asks."""
        lexicon = self._lexicon
        if len(cut) < 2:  # noqa: PLR2004
            return []
        first = next((i for i, part in enumerate(cut) if lexicon.asks(part)), 0)
        least = {i: WEIGHED_FROM if lexicon.is_empty(cut[i]) or lexicon.is_rejected(cut[i]) else 2 for i in (0, first)}
        return [i for i, part in enumerate(cut) if len(part) >= least.get(i, 2) and (i in least or lexicon.names(part))]

    def _leaning(self, cut: Sequence[Sequence[str]], told: Mapping[int, _Answered]) -> list[_Answered]:
        """What answers the parts of a question that is `cut`: those that stand alone as `told`, by their places, and
        after one of these what asks and names nothing ("..., where, and why?") as if it were the next question."""
        answered: list[_Answered] = []
        topic = None
        for i, part in enumerate(cut):
            if i in told:
                answered.append(told[i])
                label, _ = told[i] or (None, 0.0)
                asked = Asked(self._language, tuple(part))
                topic = Topic(asked, told_in=label.group, elsewhere=label.event) if label else None
            elif topic and self._lexicon.asks(part) and not self._lexicon.names(part):
                answered.append(self._leaner.answered(part, topic))
        return answered

    def _corrected(self, question: str) -> str:
        """`question` without what it takes back."""
        parts = self._cut(question)
        kept = corrected(parts, self._lexicon)
        return question if kept == parts else ". ".join(map(" ".join, kept))

    def _cut(self, question: str) -> list[list[str]]:
        """The sentences of `question`, and what is joined in them."""
        sentences = [self.words(sentence) for sentence in _SENTENCE_END.split(question)]
        return [part for sentence in sentences if sentence for part in self._lexicon.split(sentence)]


def _is_event(part: Part) -> bool:
    """Whether `part` is about another event than the statement's: what follows it ("how many died") is about that."""
    return part.is_gap and part.label.event


def _is_of_ours(part: Part) -> bool:
    """Whether `part` is about something that the statement answers or might: what names nothing then leans on it."""
    return part.label.outcome in (Outcome.ANSWER, Outcome.NOT_COVERED) and part.score >= OURS_FROM


def _wished(lexicon: Lexicon, sentence: Sequence[str]) -> set[str]:
    """The language that `sentence` wishes for, if it names one, and neither negates nor asks anything ("why in
    English")."""
    named = lexicon.languages(sentence)
    is_wish = "negation" not in lexicon.concepts(sentence) and not lexicon.asks(sentence)
    return named if len(named) == 1 and is_wish else set()


def _answered(part: Part, label: Label | None, enough: float) -> _Answered:
    """That `label` answers `part`, where it is to be answered and `enough` certain."""
    is_told = label and part.label.outcome is Outcome.ANSWER and part.certainty >= enough
    return (label, part.certainty) if label and is_told else None


def _several(
    told: Sequence[_Answered], asking: Sequence[Part], parts: Sequence[Part], language: Language
) -> Match | None:
    """What a message is about whose parts are `told` by these answers, if it asks several things: two or three that are
    told, and a subject that the statement does not cover where one of those `asking` is about it; or one that is told,
    and such a subject among `parts`."""
    answered: dict[Label, float] = {}
    for label, certainty in filter(None, told):
        answered[label] = max(certainty, answered.get(label, 0.0))
    if max(answered.values(), default=0.0) < PART_FROM:
        return None
    first, others = shown(answered, lambda label: label.group)
    ids, certainty = tuple(label.id for label in first), min(answered[label] for label in first)
    missing = next((part.label.id for part in (asking if len(ids) > 1 else parts) if part.is_gap), None)
    if len(ids) == 1 and missing is None:
        return None
    return Match(Outcome.ANSWER, language, certainty, ids, missing, tuple(label.id for label in others))


def _refused(asking: Sequence[Part], language: Language) -> Match | None:
    """What a story asks, in the parts that ask, that the statement does not cover, unless it answers another of them:
    what is told besides is no question."""
    gaps = [part for part in asking if part.is_gap]
    if not gaps or any(part.certainty >= ANSWER_FROM for part in asking):
        return None
    return labelled(max(gaps, key=lambda part: part.score), language)
