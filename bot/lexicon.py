"""What the knowledge base says about words: synonyms, filler phrases, words that join questions.

Synonyms let "perished" and "toll" be understood by examples that say "died" and "how many".
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain

from bot.model import Language, Words
from bot.normalise import WORDS_REMEMBERED, words

SHORTEST_STEM = 2
"""How many letters a stem has at least."""

LONGEST_ENDING = 10
"""How many letters may follow a stem: more are other words, without their space."""

SENTENCES_REMEMBERED = 64
"""Of how many sentences the phrases are remembered: a question is looked at whole and in parts, and for each kind."""

KINDS = range(9)
CONCEPT, FILLER, JOINT, LANGUAGE, REFERRING, DOUBTING, EVENT, PARAGRAPH, MONTH = KINDS
"""What a phrase is for: to name a concept, a language or a paragraph, or to be what the others say."""

Name = tuple[int, str]
"""The kind of a phrase, and the concept, language or paragraph that it names."""

SOME_NUMBER = "#"
"""What a word begins with that stands for some number or year; see `reading`."""


SOME_YEAR = f"{SOME_NUMBER}year"

_YEAR = re.compile(rf"(1\d|20)\d\d|{SOME_YEAR}")


def is_year(number: str) -> bool:
    """Whether a `number` is a year, be it some year."""
    return _YEAR.fullmatch(number) is not None


def is_number(word: str) -> bool:
    """Whether a folded `word` is a number, be it some number."""
    return word.isdecimal() or word.startswith(SOME_NUMBER)


Found = tuple[int, int, str]
"""Where a phrase begins in a sentence, where it ends, and the name it is found under."""


class Phrases:
    """Finds phrases in a list of folded words; a final `*` stands for any ending of a phrase's last word."""

    def __init__(self, phrases: Iterable[tuple[str, Name]], split: Callable[[str], Sequence[str]]) -> None:
        """`phrases`: pairs of a phrase and the name it is found under; `split` makes folded words of a phrase."""
        self._words: dict[str, tuple[Name, ...]] = {}
        stems: dict[str, tuple[Name, ...]] = {}
        self._longer: dict[str, list[tuple[tuple[str, ...], bool, Name]]] = defaultdict(list)
        self.alone = lru_cache(WORDS_REMEMBERED)(self._alone)
        """The names of the phrases that a word alone is, or begins with the stem of."""
        self.found = lru_cache(SENTENCES_REMEMBERED)(self._found)
        """The phrases in a sentence (a tuple of folded words), by their kind."""
        for phrase, name in phrases:
            first, *rest = split(phrase.removesuffix("*"))
            if rest:
                self._longer[first].append((tuple(rest), phrase.endswith("*"), name))
            else:
                named = stems if phrase.endswith("*") else self._words
                named[first] = (*named.get(first, ()), name)
        self._stems: dict[str, list[tuple[str, tuple[Name, ...]]]] = defaultdict(list)
        for stem in sorted(stems, key=len):
            self._stems[stem[:SHORTEST_STEM]].append((stem, stems[stem]))

    @property
    def vocabulary(self) -> set[str]:
        """The whole words of all phrases; stems are left out."""
        longer = (w for tails in self._longer.values() for tail, stem, _ in tails for w in tail[: len(tail) - stem])
        return {*self._words, *self._longer, *longer}

    def _found(self, sentence: tuple[str, ...]) -> Mapping[int, Sequence[Found]]:
        found: dict[int, list[Found]] = {kind: [] for kind in KINDS}
        for i, word in enumerate(sentence):
            for kind, name in self.alone(word):
                found[kind].append((i, i + 1, name))
            for tail, stem, (kind, name) in self._longer.get(word, ()):
                end = i + 1 + len(tail)
                here = sentence[i + 1 : end]
                if here == tail or (stem and here[:-1] == tail[:-1] and here and here[-1].startswith(tail[-1])):
                    found[kind].append((i, end, name))
        return found

    def _alone(self, word: str) -> tuple[Name, ...]:
        begun = [
            names
            for stem, names in self._stems.get(word[:SHORTEST_STEM], ())
            if word.startswith(stem) and len(word) <= len(stem) + LONGEST_ENDING
        ]
        return tuple(dict.fromkeys(chain(self._words.get(word, ()), *begun)))


class Lexicon:
    """The words of one language."""

    def __init__(
        self, told: Words, language: Language, question_concepts: Collection[str] = (), *, folded: bool = False
    ) -> None:
        """`told`: what the knowledge base says about the words of `language`; `question_concepts`: which of its
        concepts are question words; `folded`: whether it is folded already, which saves most of the time that this
        takes."""

        def split(phrase: str) -> Sequence[str]:
            return phrase.split() if folded else words(phrase, language)

        self.question_concepts = frozenset(question_concepts)
        named = ((CONCEPT, told.concepts), (LANGUAGE, told.languages), (PARAGRAPH, told.paragraph_words))
        others = (
            (FILLER, told.fillers),
            (JOINT, told.joints),
            (REFERRING, told.referring_words),
            (DOUBTING, told.doubting_words),
            (EVENT, told.event_words),
            (MONTH, told.months),
        )
        self._phrases = Phrases(
            chain(
                ((p, (kind, name)) for kind, names in named for name, of_it in names.items() for p in of_it),
                ((p, (kind, "")) for kind, of_it in others for p in of_it),
            ),
            split,
        )
        self._function_words = {word for phrase in told.function_words for word in split(phrase)}
        self._question_words = {word for phrase in told.question_words for word in split(phrase)}
        self._rejects_next, self._rejects_previous = (
            {word for phrase in told.rejecting_words.get(which, ()) for word in split(phrase)}
            for which in ("next", "previous")
        )

    @cached_property
    def vocabulary(self) -> set[str]:
        """Every whole word it names."""
        words = (self._question_words, self._rejects_next, self._rejects_previous)
        return self._function_words.union(*words, self._phrases.vocabulary)

    def knows(self, word: str) -> bool:
        """Whether it names `word`, be it as one of the endings of a stem of a concept."""
        return word in self.vocabulary or any(kind == CONCEPT for kind, _ in self._phrases.alone(word))

    def is_empty(self, sentence: Sequence[str]) -> bool:
        """Whether `sentence` has only words that name no subject ("when was", "how many")."""
        return self._function_words.issuperset(sentence)

    def asks(self, sentence: Sequence[str]) -> list[str]:
        """The question words of `sentence`."""
        return [word for word in sentence if word in self._question_words]

    def subject(self, sentence: Sequence[str]) -> list[str]:
        """What `sentence` is about: its words that are neither question words nor function words."""
        return [word for word in sentence if word not in self._question_words and word not in self._function_words]

    def names(self, sentence: Sequence[str]) -> list[str]:
        """The words of its subject that name something; others refer to what was said before, or are some number."""
        return [word for word in self.subject(sentence) if not self._refers(word)]

    def refers(self, sentence: Sequence[str]) -> bool:
        """Whether `sentence` refers to what was said before, or is joined to it ("and"), or has some number."""
        return any(map(self._refers, sentence)) or bool(self._found(JOINT, sentence))

    def hangs_on(self, sentence: Sequence[str]) -> bool:
        """Whether `sentence` names hardly anything: one thing at most, or two and refers to what was said before."""
        names = len(self.names(sentence))
        return names <= 1 or (names == 2 and any(map(self._refers, sentence)))  # noqa: PLR2004

    def doubts(self, sentence: Sequence[str]) -> bool:
        """Whether `sentence` doubts what was said before ("wasn't it"): a question word asks instead."""
        return bool(self._found(DOUBTING, sentence)) and not self.asks(sentence)

    def is_of_own_event(self, sentence: Sequence[str]) -> bool:
        """Whether `sentence` says that it is about the statement's own event, by a word of that or by a number."""
        return self.names_own_event(sentence) or any(map(is_number, sentence))

    def names_own_event(self, sentence: Sequence[str]) -> bool:
        """Whether `sentence` has a word of the statement's own event."""
        return bool(self._found(EVENT, sentence))

    def time(self, word: str) -> str:
        """What kind of time `word` tells: a "year", a "month" or a "day" (any other number); empty for none."""
        if is_number(word):
            return "year" if is_year(word) else "day"
        return "month" if (MONTH, "") in self._phrases.alone(word) else ""

    def is_date(self, word: str) -> bool:
        """Whether `word` is a month, or a year that is not some year."""
        return not word.startswith(SOME_NUMBER) and self.time(word) in ("month", "year")

    def _refers(self, word: str) -> bool:
        return word == SOME_NUMBER or (REFERRING, "") in self._phrases.alone(word)

    def _found(self, kind: int, sentence: Sequence[str]) -> Sequence[Found]:
        """The phrases of a `kind` in `sentence`."""
        return self._phrases.found(tuple(sentence))[kind]

    def languages(self, sentence: Sequence[str]) -> set[str]:
        """The languages that `sentence` names."""
        return {name for _, _, name in self._found(LANGUAGE, sentence)}

    def paragraphs(self, sentence: Sequence[str]) -> set[str]:
        """The numbers in `sentence`, and those of the paragraphs that it names ("the fifth")."""
        return {*filter(str.isdecimal, sentence), *(name for _, _, name in self._found(PARAGRAPH, sentence))}

    def concepts(self, sentence: Sequence[str]) -> set[str]:
        """The concepts that `sentence`, a list of folded words, names."""
        return {name for _, _, name in self._found(CONCEPT, sentence)}

    def without_rejected(self, part: Sequence[str]) -> list[str]:
        """`part` of a message without what it takes back: the words after "not", and in languages where a word such as
        this comes last, those before it; all of it where the last word is one, for that is a doubt."""
        end = next((i for i, word in enumerate(part) if word in self._rejects_next), len(part))
        start = max((i + 1 for i, word in enumerate(part) if word in self._rejects_previous), default=0)
        return list(part[start if start < len(part) else 0 : end])

    def is_rejected(self, part: Sequence[str]) -> bool:
        """Whether `part` of a message is taken back as a whole."""
        return bool(part) and (part[0] in self._rejects_next or part[-1] in self._rejects_previous)

    def rejects_question(self, part: Sequence[str]) -> bool:
        """Whether `part` of a message is a question word and takes it back ("not how many", "neçə yox")."""
        return self.is_rejected(part) and bool(self.asks(part[1:2] if part[0] in self._rejects_next else part[:1]))

    def apart(self, sentence: Sequence[str]) -> dict[str, list[str]]:
        """`sentence` as it would ask with one alone of the question words in it, by that one's concept and in their
        order ("when and where was it" → "when was it", "where was it"); empty unless it asks with several. A second
        question word is one only next to another or to a joint, or at the end: elsewhere it may relate ("where was he
        when")."""
        joints = {i for start, end, _ in self._found(JOINT, sentence) for i in range(start, end)}
        found = [
            (set(range(i, end)), name)
            for i, end, name in self._found(CONCEPT, sentence)
            if name in self.question_concepts
        ]
        found.sort(key=lambda phrase: (min(phrase[0]), -len(phrase[0])))
        asked: dict[str, set[int]] = {}
        for at, name in found:
            if any(at & others for other, others in asked.items() if other != name):
                continue
            beside = joints.union(*(other for other, _ in found)) - at
            if not asked or name in asked or len(sentence) - 1 in at or beside & {min(at) - 1, max(at) + 1}:
                asked.setdefault(name, set()).update(at)
        if len(asked) < 2:  # noqa: PLR2004
            return {}
        dropped = joints.union(*asked.values())
        return {
            name: [word for i, word in enumerate(sentence) if i in own or i not in dropped]
            for name, own in asked.items()
        }

    def without_fillers(self, sentence: Sequence[str]) -> list[str]:
        """`sentence` without phrases that ask nothing ("can you tell me", "please"), unless no more than function words
        is there besides ("thanks to you")."""
        dropped = {i for start, end, _ in self._found(FILLER, sentence) for i in range(start, end)}
        kept = [word for i, word in enumerate(sentence) if i not in dropped]
        return kept if self.asks(kept) or self.subject(kept) else list(sentence)

    def split(self, sentence: Sequence[str]) -> list[list[str]]:
        """`sentence` cut at the words that join questions ("and", "also"); at least one part, none empty."""
        parts: list[list[str]] = []
        start = 0
        for begin, end, _ in self._found(JOINT, sentence):
            parts.append(list(sentence[start:begin]))
            start = end
        parts.append(list(sentence[start:]))
        return [part for part in parts if part] or [list(sentence)]
