"""A question in one language → what it is about. The thresholds of the bot are here.

A question is weighed whole, and in its parts where it has several: two parts that are each certain are two questions.
One that leans on the question before it is weighed as the whole questions that it may stand for, too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.features import grams
from bot.following import FEW, LONGEST, Asked, Topic, corrected, lacks_question, left, wholes
from bot.index import Index, Label
from bot.lexicon import SOME_NUMBER, Lexicon
from bot.model import Language, Outcome
from bot.normalise import words
from bot.reading import Reader
from bot.spelling import Speller
from bot.vocabulary import Vocabulary

ANSWER_FROM = 0.6
"""Certainty from which a passage is shown: a wrong passage is worse than none. From here on some 2 % of the dev sets'
unanswerable questions are answered; from .5 on a point more of the others is answered rightly, and 2.4 % of these."""

TIE_FROM, TIE_BELOW = 0.9, 0.8
"""From which share of the best answer's score another paragraph's is a near tie, and the certainty up to which a near
tie is left to the person to choose from, for such answers are wrong far more often than others."""

PART_FROM = 0.9
"""Certainty that one part of a question must have for its parts to be questions of their own; the others need that
of an answer, or among more than two as much. And that of a question that leans on the one before it."""

NEAR_FROM = 0.75
"""Certainty that a question which names nothing needs in the paragraph that answered the one before it."""

GENERIC_BELOW = 0.97
"""Certainty by itself below which a question that names one thing ("what was the result?") is rather about the
paragraph that answered the one before it."""

GAP_FROM = 0.5
"""Score from which the other part of a question is a subject that the statement does not cover."""

SUGGEST_FROM = 0.12
"""Certainty from which the likeliest intents are offered to choose from."""

SUBJECT_FROM = 0.22
"""Score from which a subject that the statement does not cover counts as recognised."""

WISH_FROM, WISH_ALONE = 0.42, 0.3
"""Score from which a command or small talk counts as meant, and where no intent is likely."""

WEIGHED_FROM = 3
"""Words from which a question of function words alone ("when was it") is weighed; fewer could be about anything."""

TWO_ASK = 5
"""Words from which the sentences of a message may be questions of their own."""

PARTS = 2
"""How many parts a message may have and each be a question; of those of a longer story few are."""

OFFERED = 3
"""How many intents are offered to choose from, and as many more to whoever asked something else."""

WISHES = (Outcome.COMMAND, Outcome.CHAT)
"""What is said to the bot itself, and leans on no question."""

SAID_BESIDES = (("greeting",), ("thanks",), ("remark",))
"""The small talk that a question may stand beside."""

_SENTENCE_END = re.compile(r"(?<=[?!.,;&+\n])\s*")


@dataclass(frozen=True)
class Match:
    """What a question is about.

    `ids` are intents, best first, for ANSWER (two at most) and SUGGEST (three at most), one subject, command or small
    talk for NOT_COVERED, COMMAND and CHAT, none for UNKNOWN, nor where a number is all that is not covered; the wish
    for a `language` is followed by the one that is named. `score` is the certainty, 0 to 1, and 0 only where nothing is
    asked, or nothing of ours. `missing` is a subject that the other part of an answered question was about, `next` are
    intents that came next. `leans` tells that the question means nothing without the one before ("where?").
    """

    outcome: Outcome
    language: Language
    score: float
    ids: tuple[str, ...] = ()
    missing: str | None = None
    next: tuple[str, ...] = ()
    leans: bool = False
    asked: Asked | None = None
    """What the next question may lean on; None where that stays what it was, and without words if on nothing."""

    @property
    def certain(self) -> bool:
        """Whether another language need not be tried."""
        return self.outcome not in (Outcome.UNKNOWN, Outcome.SUGGEST)


@dataclass(frozen=True)
class _Part:
    """A part of a question, weighed: its best answers, and the best label of any kind with its score."""

    certainty: float
    rivalry: float
    """What the best answer of another paragraph scores, as a share of the best's."""
    answers: tuple[Label, ...]
    label: Label
    score: float

    @property
    def ids(self) -> tuple[str, ...]:
        """The intents that answer best."""
        return tuple(label.id for label in self.answers)

    @property
    def is_gap(self) -> bool:
        """Whether it is about a subject that the statement does not cover."""
        return self.label.outcome is Outcome.NOT_COVERED and self.score >= GAP_FROM


_Answered = tuple[Label, float] | None
"""What answers a part of a question and how certain that is, if anything does."""


class Interpreter:
    """Finds what a question in one language is about; free of state between questions."""

    def __init__(self, language: Language, index: Index, reader: Reader, vocabulary: Vocabulary) -> None:
        self._language = language
        self._index = index
        self._reader = reader
        self._lexicon = reader.lexicon
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
        asked = parts[0] if len(parts) == 1 else whole
        if found.outcome is not Outcome.ANSWER and (same := self._doubted(asked, topic)):
            return same
        is_question_word = len(asked) == len(lexicon.asks(asked))
        if before and (is_question_word or found.outcome not in WISHES):
            found = self._leaning(found, parts, topic)
        return self._for_next(found, asked, before)

    def _for_next(self, found: Match, asked: Sequence[str], before: Sequence[str]) -> Match:
        """`found`, which is what `asked` is about after `before`, with what the next question may lean on."""
        lexicon, names = self._lexicon, self._lexicon.names(asked)
        if (found.leans and not names) or (before and not found.certain and lexicon.hangs_on(asked)):
            return replace(found, asked=None)
        if found.outcome is Outcome.UNKNOWN and names and lexicon.asks(asked):
            return replace(found, asked=Asked(self._language, ()))
        if not _is_kept(found, may_be_remark=bool(before) and lacks_question(asked, lexicon)):
            return replace(found, asked=None)
        return replace(found, asked=found.asked or Asked(self._language, left(asked, before, lexicon)))

    def _leaning(self, alone: Match, parts: Sequence[Sequence[str]], topic: Topic) -> Match:
        """What a question in `parts` is about after `topic`, when it is about `alone` by itself."""
        if not any(parts):
            return alone
        named = [self._lexicon.names(part) for part in parts]
        if not any(named):
            followed = [match for part in parts if (match := self._followed(part, topic))]
            return _together(followed) or self._bare(alone, parts, topic)
        if len(parts) > 1 or sum(not word.isdecimal() for word in named[0]) > FEW:
            return alone
        followed_as = self._followed(parts[0], topic)
        if not followed_as:
            return alone
        is_here = self._here(topic).issuperset(followed_as.ids)
        is_generic = len(named[0]) == 1 and is_here and alone.outcome is Outcome.ANSWER and alone.score < GENERIC_BELOW
        return followed_as if is_generic or _is_rather(followed_as, alone) else alone

    def _here(self, topic: Topic) -> set[str]:
        """The intents of the paragraph that answered `topic`."""
        return {label.id for label in self._index.labels.items if label.group == topic.paragraph}

    def _doubted(self, asked: Sequence[str], topic: Topic) -> Match | None:
        """The answer to `topic` again, where `asked` names something else and doubts it by that ("wasn't it the
        president?")."""
        if not topic.intent or not 0 < len(self._lexicon.names(asked)) <= FEW or not self._lexicon.doubts(asked):
            return None
        (part,) = self._weigh([[*topic.words(self._language), *asked]])
        if part.ids[0] != topic.intent.id or part.certainty < ANSWER_FROM:
            return None
        return Match(Outcome.ANSWER, self._language, part.certainty, part.ids[:1], leans=True)

    def _bare(self, alone: Match, parts: Sequence[Sequence[str]], topic: Topic) -> Match:
        """What a question in `parts` that names nothing is about where it is not clear after `topic`: what it is about
        `alone`, if that is in the same paragraph ("who did it")."""
        is_clear = alone.outcome is Outcome.ANSWER and alone.score >= PART_FROM
        labels = self._index.labels.items
        near = {label.id for label in labels if topic.paragraph in (label.group, *label.holds_for)}
        if is_clear and near.issuperset(alone.ids) and sum(map(len, parts)) >= WEIGHED_FROM:
            return replace(alone, leans=True)
        return Match(Outcome.UNKNOWN, self._language, 0.0, leans=True)

    def _followed(self, asked: Sequence[str], topic: Topic) -> Match | None:
        """What `asked` is about as a question that leans on `topic`, if that is clear."""
        lexicon = self._lexicon
        concepts, names = lexicon.concepts(asked) & lexicon.question_concepts, lexicon.names(asked)
        held = None if names else self._holding(topic.paragraph, concepts)
        near = (topic.paragraph, held.group) if held else ()
        for sentence in wholes(asked, topic.words(self._language), lexicon):
            (part,) = self._weigh([sentence])
            best, whole = part.answers[0], Asked(self._language, tuple(sentence[:LONGEST]))
            told = self._telling(best, concepts) if concepts else best
            enough = NEAR_FROM if not names and best.group == topic.paragraph else PART_FROM
            if part.certainty >= enough and told and (not near or best.group in near):
                others = tuple(id_ for id_ in part.ids if id_ != told.id)
                found = Match(Outcome.ANSWER, self._language, part.certainty, (told.id,), next=others[:OFFERED])
                return replace(found, leans=True, asked=whole)
            is_same = part.label.id == topic.subject  # which the words of the topic alone bring about
            if part.is_gap and part.certainty < ANSWER_FROM and not (is_same and (names or held)):
                return replace(_labelled(part, self._language), leans=True, asked=whole)
        return Match(Outcome.ANSWER, self._language, PART_FROM, (held.id,), leans=True) if held else None

    def _holding(self, paragraph: int | None, concepts: set[str]) -> Label | None:
        """What answers one of the question words `concepts` for all that `paragraph` tells of."""
        labels = self._index.labels.items
        return next((a for a in labels if paragraph in a.holds_for and concepts.intersection(a.question_words)), None)

    def _alone(self, question: str, whole: Sequence[str]) -> Match:
        lexicon = self._lexicon
        sentences = self._parts(question) if len(whole) >= TWO_ASK else []
        apart = lexicon.apart(whole)
        weighed, *each = self._weigh([whole, *sentences, *apart.values()])
        parts, each_asked = each[: len(sentences)], each[len(sentences) :]
        is_story = len(parts) > PARTS
        asking = [part for part, sentence in zip(parts, sentences, strict=True) if lexicon.asks(sentence)]
        # What is not covered as a whole may be two things only by its "and": "the difference between a and b".
        is_gap = weighed.label.outcome is Outcome.NOT_COVERED and weighed.certainty < ANSWER_FROM
        enough = PART_FROM if is_story else ANSWER_FROM
        told = [
            _answered(part, part.label, enough)
            for i, (part, sentence) in enumerate(zip(parts, sentences, strict=True))
            if not is_gap or lexicon.asks(sentence)
            if not (lexicon.hangs_on(sentence) and any(map(_is_event, parts[:i])))
        ]
        return (
            _several(told, [] if is_story else [*parts, weighed], self._language)
            or _several(self._each_asked(dict(zip(apart, each_asked, strict=True))), each_asked, self._language)
            or (_refused(asking, self._language) if is_story else None)
            or self._besides(self._decide(weighed), told)
        )

    def _besides(self, decided: Match, told: Sequence[_Answered]) -> Match:
        """`decided`, unless that is what people say besides a question ("thank you, ...") and that is `told`."""
        sure = [(label, certainty) for label, certainty in filter(None, told) if certainty >= PART_FROM]
        if not sure or decided.ids not in SAID_BESIDES:
            return decided
        label, certainty = sure[0]
        return Match(Outcome.ANSWER, self._language, certainty, (label.id,))

    def _each_asked(self, parts: Mapping[str, _Part]) -> list[_Answered]:
        """What answers a question that asks with several question words, by the concepts of these: what is certain, or
        what holds for all that the paragraph of the surest answer tells of."""
        surest = max(parts.values(), key=lambda part: part.certainty, default=None)
        told: list[_Answered] = []
        for concept, part in parts.items():
            label = self._telling(part.answers[0], {concept})
            told.append(_answered(part, label, ANSWER_FROM))
            if surest and told[-1] is None and part.label.outcome is not Outcome.NOT_COVERED:
                told[-1] = _answered(surest, self._holding(surest.answers[0].group, {concept}), PART_FROM)
        return told

    def _telling(self, best: Label, concepts: set[str]) -> Label | None:
        """The `best` answer if it answers one of the question words `concepts`, or what does so for its paragraph."""
        return best if concepts.intersection(best.question_words) else self._holding(best.group, concepts)

    def _parts(self, question: str) -> list[list[str]]:
        """The parts of `question` that can stand alone; empty when it is all one. What names nothing ("where was it")
        leans on what comes before it, and stands alone only as the first."""
        first, *others = self._cut(question)
        alone = [part for part in others if len(part) > 1 and self._lexicon.names(part)]
        return [first, *alone] if others and len(first) >= WEIGHED_FROM else alone

    def _corrected(self, question: str) -> str:
        """`question` without what it takes back."""
        parts = self._cut(question)
        kept = corrected(parts, self._lexicon)
        return question if kept == parts else ". ".join(map(" ".join, kept))

    def _cut(self, question: str) -> list[list[str]]:
        """The sentences of `question`, and what is joined in them."""
        sentences = [self.words(sentence) for sentence in _SENTENCE_END.split(question)]
        return [part for sentence in sentences if sentence for part in self._lexicon.split(sentence)]

    def _weigh(self, sentences: Sequence[Sequence[str]]) -> list[_Part]:
        labels, answers = self._index.labels, self._index.labels.answers
        read = [self._reader.understand(sentence) for sentence in sentences]
        scores, evidence, certainties = self._index.weigh([grams(heard, self._lexicon) for heard in read])
        parts = []
        for row, (best, rival, *_), certainty in zip(scores.labels, evidence, certainties, strict=True):
            order = answers[row[answers].argsort()[::-1][: 2 * OFFERED]]
            parts.append(
                _Part(
                    certainty=float(certainty),
                    rivalry=float(rival / max(best, 1e-6)),
                    answers=tuple(labels.items[i] for i in order),
                    label=labels.items[int(row.argmax())],
                    score=float(row.max()),
                )
            )
        return parts

    def _decide(self, part: _Part) -> Match:
        enough = WISH_FROM if part.certainty >= SUGGEST_FROM else WISH_ALONE
        is_wish = part.label.outcome in WISHES and part.score >= enough
        if is_wish and (part.label.id != "more" or part.certainty < PART_FROM):  # or it names of what
            return _labelled(part, self._language)
        if ANSWER_FROM <= part.certainty < TIE_BELOW and part.rivalry > TIE_FROM:
            return self._offer(part)
        if part.certainty >= ANSWER_FROM:
            return Match(Outcome.ANSWER, self._language, part.certainty, part.ids[:1], next=part.ids[1:OFFERED])
        if part.label.outcome is Outcome.NOT_COVERED and part.score >= SUBJECT_FROM:
            return _labelled(part, self._language)
        if part.certainty >= SUGGEST_FROM:
            return self._offer(part)
        is_other = part.label.outcome is Outcome.UNKNOWN and part.score >= WISH_FROM
        return Match(Outcome.UNKNOWN, self._language, 0.0 if is_other else part.certainty)

    def _offer(self, part: _Part) -> Match:
        offered, more = part.ids[:OFFERED], part.ids[OFFERED:]
        return Match(Outcome.SUGGEST, self._language, part.certainty, offered, next=more)


def _is_event(part: _Part) -> bool:
    """Whether `part` is about another event than the statement's: what follows it ("how many died") is about that."""
    return part.is_gap and part.label.event


def _wished(lexicon: Lexicon, sentence: Sequence[str]) -> set[str]:
    """The language that `sentence` wishes for, if it names one and negates nothing."""
    named = lexicon.languages(sentence)
    return named if len(named) == 1 and "negation" not in lexicon.concepts(sentence) else set()


def _labelled(part: _Part, language: Language) -> Match:
    """That a question is about the best label of `part`, which is no intent."""
    return Match(part.label.outcome, language, min(1.0, part.score), (part.label.id,))


def _answered(part: _Part, label: Label | None, enough: float) -> _Answered:
    """That `label` answers `part`, where it is to be answered and `enough` certain."""
    is_told = label and part.label.outcome is Outcome.ANSWER and part.certainty >= enough
    return (label, part.certainty) if label and is_told else None


def _several(told: Sequence[_Answered], parts: Sequence[_Part], language: Language) -> Match | None:
    """What a message is about whose parts are `told` by these answers, if it asks several things: two that are told, or
    one and, among `parts`, a subject that the statement does not cover."""
    answered: dict[str, float] = {}
    for label, certainty in filter(None, told):
        answered[label.id] = max(certainty, answered.get(label.id, 0.0))
    if max(answered.values(), default=0.0) < PART_FROM:
        return None
    ids, certainty = tuple(answered), min([*answered.values()][:2])
    if len(ids) > 1:
        return Match(Outcome.ANSWER, language, certainty, ids[:2], next=ids[2:])
    gaps = [part.label.id for part in parts if part.is_gap]
    return Match(Outcome.ANSWER, language, certainty, ids, gaps[0]) if gaps else None


def _refused(asking: Sequence[_Part], language: Language) -> Match | None:
    """What a story asks, in the parts that ask, that the statement does not cover, unless it answers another of them:
    what is told besides is no question."""
    gaps = [part for part in asking if part.is_gap]
    if not gaps or any(part.certainty >= ANSWER_FROM for part in asking):
        return None
    return _labelled(max(gaps, key=lambda part: part.score), language)


def _is_rather(followed: Match, alone: Match) -> bool:
    """Whether a question that can be read both ways is about `followed`, what it is as one that leans on another, and
    not about what it is `alone`: of another event than the text's own people ask in the same few words."""
    match alone.outcome:
        case Outcome.ANSWER:
            return followed.outcome is Outcome.NOT_COVERED or alone.score < PART_FROM
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
