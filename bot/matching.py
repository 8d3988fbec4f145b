"""A question → what it is about, in the language that it is most likely written in."""

from collections.abc import Mapping
from dataclasses import replace

from bot.following import NOTHING, Topic
from bot.index import Index
from bot.interpreting import Interpreter
from bot.match import Match
from bot.model import Language, Outcome
from bot.normalise import words
from bot.reading import Reader
from bot.recognition import Reading, Recogniser
from bot.vocabulary import Vocabulary

NEAR_LANGUAGE = 8.0
"""Log-likelihood within which another language is tried where the likeliest finds nothing certain."""

WORD_FROM = 5
"""From how many letters on a known word is hardly come near by hitting keys at random."""


class Matcher:
    """Finds what a question is about; built once, and free of state between questions."""

    def __init__(self, indexes: Mapping[Language, Index], readers: Mapping[Language, Reader]) -> None:
        self._vocabularies = {
            language: Vocabulary(index.words, readers[language].lexicon.knows, index.seldom)
            for language, index in indexes.items()
        }
        self._recogniser = Recogniser(self._vocabularies)
        self._interpreters = {
            language: Interpreter(language, index, readers[language], self._vocabularies[language])
            for language, index in indexes.items()
        }

    def match(
        self,
        question: str,
        hint: Language | None = None,
        spoken: Language | None = None,
        topic: Topic = NOTHING,
    ) -> Match:
        """What `question` (any text, in any of the languages) is about; `hint` is the language of its writer, `spoken`
        that of the question before, where they are known, and `topic` what it may lean on."""
        best, *others = self._recogniser.readings(question, hint, spoken)
        near = [best, *(other for other in others if best.likelihood - other.likelihood <= NEAR_LANGUAGE)]
        if not self._recogniser.is_legible(best):
            near = [reading for reading in near if self._has_word(reading, mended=reading is best)]
        if not near:
            return Match(Outcome.UNKNOWN, spoken or hint or best.language, 0.0)
        match = Match(Outcome.UNKNOWN, near[0].language, 0.0)
        for reading in near:
            found = self._interpreters[reading.language].interpret(reading.text, topic)
            if reading is best and (found.certain or not found.score):
                return found
            match = max(match, found, key=lambda match: (match.certain, match.score))
        return replace(match, language=near[0].language)

    def _has_word(self, reading: Reading, *, mended: bool) -> bool:
        """Whether `reading` has a known word of some length, be it but for its typos where these are to be `mended`."""
        language, text = reading.language, reading.text
        read = self._interpreters[language].words(text) if mended else words(text, language)
        return any(len(word) >= WORD_FROM and self._vocabularies[language].count(word) for word in read)
