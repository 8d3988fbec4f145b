"""A question → what it is about. The thresholds of the bot are here and nowhere else.

A question is weighed whole, and in its parts where it has several: two parts that are each certain are two questions.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.features import grams
from bot.index import Index, Label
from bot.model import Intent, Language, Outcome
from bot.normalise import words
from bot.reading import Reader
from bot.recognition import Reading, Recogniser
from bot.spelling import Speller
from bot.vocabulary import Vocabulary

ANSWER_FROM = 0.58
"""Certainty from which a passage is shown: a wrong passage is worse than none. From here on no more than 3 % of the dev
sets' unanswerable questions are answered."""

TIE_FROM, TIE_BELOW = 0.9, 0.8
"""From which share of the best answer's score another paragraph's is a near tie, and the certainty up to which a near
tie is left to the person to choose from, for such answers are wrong far more often than others."""

PART_FROM = 0.85
"""Certainty that one part of a question must have for its parts to be questions of their own; the others need that
of an answer, or among more than two as much."""

GAP_FROM = 0.5
"""Score from which the other part of a question is a subject that the statement does not cover."""

SUGGEST_FROM = 0.12
"""Certainty from which the likeliest intents are offered to choose from."""

SUBJECT_FROM = 0.22
"""Score from which a subject that the statement does not cover counts as recognised."""

WISH_FROM = 0.42
"""Score from which a command or small talk counts as meant."""

WEIGHED_FROM = 3
"""Words from which a question of function words alone ("when was it") is weighed; fewer could be about anything."""

NEAR_LANGUAGE = 8.0
"""Log-likelihood within which another language is tried where the likeliest finds nothing certain."""

TWO_ASK = 5
"""Words from which a message may be two questions."""

WORD_FROM = 5
"""From how many letters on a known word is hardly come near by hitting keys at random."""

OFFERED = 3
"""How many intents are offered to choose from, and as many more to whoever asked something else."""

_SENTENCE_END = re.compile(r"(?<=[?!.,;&+\n])\s*")


@dataclass(frozen=True)
class Match:
    """What a question is about.

    `ids` are intents, best first, for ANSWER (two at most) and SUGGEST (three at most), one subject, command or small
    talk for NOT_COVERED, COMMAND and CHAT, none for UNKNOWN. `score` is the certainty, 0 to 1, and 0 only where
    nothing is asked, or nothing of ours. `missing` is a subject that the other part of an answered question was about,
    `next` are intents that came next. `bare` tells that the question has no subject of its own ("where?").
    """

    outcome: Outcome
    language: Language
    score: float
    ids: tuple[str, ...] = ()
    missing: str | None = None
    next: tuple[str, ...] = ()
    bare: bool = False

    @property
    def certain(self) -> bool:
        """Whether another language need not be tried."""
        return self.outcome not in (Outcome.UNKNOWN, Outcome.SUGGEST)


@dataclass(frozen=True)
class _Part:
    """A part of a question, weighed: its best intents, and the best label of any kind with its score."""

    certainty: float
    rivalry: float
    """What the best answer of another paragraph scores, as a share of the best's."""
    intents: tuple[str, ...]
    label: Label
    score: float


class Matcher:
    """Finds what a question is about; built once, and free of state between questions."""

    def __init__(self, indexes: Mapping[Language, Index], readers: Mapping[Language, Reader]) -> None:
        self._indexes = indexes
        self._readers = readers
        self._vocabularies = {
            language: Vocabulary(index.words, readers[language].lexicon.knows, index.seldom)
            for language, index in indexes.items()
        }
        self._recogniser = Recogniser(self._vocabularies)
        self._spellers = {language: Speller(vocabulary) for language, vocabulary in self._vocabularies.items()}

    def match(self, question: str, hint: Language | None = None, before: Intent | None = None) -> Match:
        """What `question` (any text, in any of the languages) is about; `hint` is the language that it is likeliest
        in, if known, and `before` what a bare "where?" goes on from."""
        best, *others = self._recogniser.readings(question, hint)
        near = [best, *(other for other in others if best.likelihood - other.likelihood <= NEAR_LANGUAGE)]
        if not self._recogniser.is_legible(best):
            near = [reading for reading in near if self._has_word(reading, mended=reading is best)]
        if not near:
            return Match(Outcome.UNKNOWN, hint or best.language, 0.0)
        match = Match(Outcome.UNKNOWN, near[0].language, 0.0)
        for reading in near:
            found = self._match(reading.text, reading.language, before)
            if reading is best and (found.certain or not found.score):
                return found
            match = max(match, found, key=lambda match: (match.certain, match.score))
        return replace(match, language=near[0].language)

    def _has_word(self, reading: Reading, *, mended: bool) -> bool:
        """Whether `reading` has a known word of some length, be it but for its typos where these are to be `mended`."""
        read = self._words if mended else words
        count = self._vocabularies[reading.language].count
        return any(len(word) >= WORD_FROM and count(word) for word in read(reading.text, reading.language))

    def _words(self, text: str, language: Language) -> list[str]:
        return self._spellers[language].repair(words(text, language))

    def _match(self, question: str, language: Language, before: Intent | None) -> Match:
        whole = self._words(question, language)
        asked, bare = self._bare(whole, language) if before or len(whole) < WEIGHED_FROM else ([], False)
        if bare and (followed := self._followed(asked, before, language)):
            return followed
        if bare and len(whole) < WEIGHED_FROM:
            return Match(Outcome.UNKNOWN, language, 0.0, bare=True)
        sentences = self._parts(question, language) if len(whole) >= TWO_ASK else []
        weighed, *parts = self._weigh([whole, *sentences], language)
        story = bool(sentences[2:])  # of more than two parts few are questions
        enough = PART_FROM if story else ANSWER_FROM
        answered: dict[str, _Part] = {}
        for part in parts:
            if part.label.outcome is Outcome.ANSWER and part.certainty >= enough:
                known = answered.get(part.label.id, part)
                answered[part.label.id] = max(part, known, key=lambda found: found.certainty)
        sure = any(part.certainty >= PART_FROM for part in answered.values())
        gaps = [p.label.id for p in (*parts, weighed) if p.label.outcome is Outcome.NOT_COVERED and p.score >= GAP_FROM]
        if len(answered) > 1 and sure:
            first, second = list(answered.values())[:2]
            return Match(
                Outcome.ANSWER, language, min(first.certainty, second.certainty), (first.label.id, second.label.id)
            )
        if sure and gaps and not story:
            part = next(iter(answered.values()))
            return Match(Outcome.ANSWER, language, part.certainty, (part.label.id,), gaps[0])
        found = self._decide(weighed, language)
        if found.certain or bare or len(asked) >= WEIGHED_FROM:
            return found
        return self._followed(asked, before, language) or found

    def _bare(self, sentence: Sequence[str], language: Language) -> tuple[list[str], bool]:
        """`sentence` without fillers and what joins it to another, and whether that names no subject; nothing, where it
        is several."""
        lexicon = self._readers[language].lexicon
        *others, asked = lexicon.split(lexicon.without_fillers(sentence))
        return ([], False) if others else (asked, lexicon.is_empty(asked))

    def _followed(self, asked: Sequence[str], before: Intent | None, language: Language) -> Match | None:
        """What `asked` ("where", "when was that") is about where it goes on from the intent `before`.

        An intent must answer such a question word, and be as certain as a part of a question; a subject must score as
        high as one that is the other part.
        """
        clause = before.texts[language].clause if before and language in before.texts else None
        if not clause or not asked:
            return None
        (part,) = self._weigh([[*asked, *words(clause, language)]], language)
        match part.label.outcome:
            case Outcome.ANSWER:
                told = part.label.question_word in self._readers[language].lexicon.concepts(asked)
                follows = told and part.certainty >= PART_FROM
            case Outcome.NOT_COVERED:
                follows = part.score >= GAP_FROM and part.certainty < ANSWER_FROM
            case _:
                follows = False
        return replace(self._decide(part, language), bare=True) if follows else None

    def _parts(self, question: str, language: Language) -> list[list[str]]:
        """The sentences of `question`, and what is joined in them; empty when it is all one."""
        sentences = [self._words(sentence, language) for sentence in _SENTENCE_END.split(question)]
        parts = [part for sentence in sentences if sentence for part in self._readers[language].lexicon.split(sentence)]
        return [part for part in parts if len(part) > 1] if len(parts) > 1 else []

    def _weigh(self, sentences: Sequence[Sequence[str]], language: Language) -> list[_Part]:
        index = self._indexes[language]
        labels = index.labels
        reader = self._readers[language]
        read = [reader.understand(sentence) for sentence in sentences]
        scores, evidence, certainties = index.weigh([grams(heard, reader.lexicon.concepts(heard)) for heard in read])
        answers = labels.answers
        parts = []
        for row, (best, rival, *_), certainty in zip(scores.labels, evidence, certainties, strict=True):
            order = answers[row[answers].argsort()[::-1][: 2 * OFFERED]]
            parts.append(
                _Part(
                    certainty=float(certainty),
                    rivalry=float(rival / max(best, 1e-6)),
                    intents=tuple(labels.items[i].id for i in order),
                    label=labels.items[int(row.argmax())],
                    score=float(row.max()),
                )
            )
        return parts

    def _decide(self, part: _Part, language: Language) -> Match:
        if part.label.outcome in (Outcome.COMMAND, Outcome.CHAT) and part.score >= WISH_FROM:
            return Match(part.label.outcome, language, min(1.0, part.score), (part.label.id,))
        if ANSWER_FROM <= part.certainty < TIE_BELOW and part.rivalry > TIE_FROM:
            return self._offer(part, language)
        if part.certainty >= ANSWER_FROM:
            return Match(Outcome.ANSWER, language, part.certainty, part.intents[:1], next=part.intents[1:OFFERED])
        if part.label.outcome is Outcome.NOT_COVERED and part.score >= SUBJECT_FROM:
            return Match(part.label.outcome, language, min(1.0, part.score), (part.label.id,))
        if part.certainty >= SUGGEST_FROM:
            return self._offer(part, language)
        is_other = part.label.outcome is Outcome.UNKNOWN and part.score >= WISH_FROM
        return Match(Outcome.UNKNOWN, language, 0.0 if is_other else part.certainty)

    def _offer(self, part: _Part, language: Language) -> Match:
        offered, more = part.intents[:OFFERED], part.intents[OFFERED:]
        return Match(Outcome.SUGGEST, language, part.certainty, offered, next=more)
