"""A message → the words that the matcher weighs."""

from collections.abc import Collection, Sequence

from bot.lexicon import SOME_NUMBER, SOME_YEAR, Lexicon, is_year
from bot.model import Language
from bot.normalise import words


class Reader:
    """Reads questions and examples in the same way."""

    def __init__(self, language: Language, lexicon: Lexicon, numbers: Collection[str]) -> None:
        """`numbers` keep their meaning ("44", "1990"); others are read as some number or some year."""
        self.lexicon = lexicon
        self._language = language
        self._numbers = {*numbers, *lexicon.vocabulary}

    def read(self, text: str) -> list[str]:
        """The folded words of `text`, its numbers generalised."""
        return self._generalised(words(text, self._language))

    def understand(self, sentence: Sequence[str]) -> list[str]:
        """`sentence` (folded words) with its numbers generalised and its fillers left out."""
        return self.lexicon.without_fillers(self._generalised(sentence))

    def _generalised(self, sentence: Sequence[str]) -> list[str]:
        return [self._number(word) if word.isdecimal() else word for word in sentence]

    def _number(self, digits: str) -> str:
        if digits in self._numbers:
            return digits
        return SOME_YEAR if is_year(digits) else SOME_NUMBER
