"""What the knowledge base says about words: synonyms, filler phrases, words that join questions.

Synonyms let "perished" and "toll" be understood by examples that say "died" and "how many".
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import chain

from bot.model import Language, Words
from bot.normalise import WORDS_REMEMBERED, words

SHORTEST_STEM = 2
"""How many letters a stem has at least."""

LONGEST_ENDING = 10
"""How many letters may follow a stem: more are other words, without their space."""

SOME_NUMBER = "#"
"""What a word begins with that stands for some number or year; see `reading`."""


class Phrases:
    """Finds phrases in a list of folded words; a final `*` stands for any ending of a phrase's last word."""

    def __init__(self, phrases: Iterable[tuple[str, str]], split: Callable[[str], Sequence[str]]) -> None:
        """`phrases`: pairs of a phrase and the name it is found under; `split` makes folded words of a phrase."""
        self._words: dict[str, tuple[str, ...]] = {}
        self._stems: dict[str, tuple[str, ...]] = {}
        self._longer: dict[str, list[tuple[list[str], bool, str]]] = defaultdict(list)
        self.alone = lru_cache(WORDS_REMEMBERED)(self._alone)
        """The names of the phrases that a word alone is, or begins with the stem of."""
        for phrase, name in phrases:
            first, *rest = split(phrase.removesuffix("*"))
            if rest:
                self._longer[first].append((rest, phrase.endswith("*"), name))
            else:
                named = self._stems if phrase.endswith("*") else self._words
                named[first] = (*named.get(first, ()), name)
        self._openings = {stem[:SHORTEST_STEM] for stem in self._stems}

    @property
    def vocabulary(self) -> set[str]:
        """The whole words of all phrases; stems are left out."""
        longer = (w for tails in self._longer.values() for tail, stem, _ in tails for w in tail[: len(tail) - stem])
        return {*self._words, *self._longer, *longer}

    def found(self, sentence: Sequence[str]) -> Iterable[tuple[int, int, str]]:
        """Each phrase in `sentence` as (start, end, name)."""
        for i, word in enumerate(sentence):
            for name in self.alone(word):
                yield i, i + 1, name
            for tail, stem, name in self._longer.get(word, ()):
                end = i + 1 + len(tail)
                here = list(sentence[i + 1 : end])
                if here == tail or (stem and here[:-1] == tail[:-1] and here and here[-1].startswith(tail[-1])):
                    yield i, end, name

    def _alone(self, word: str) -> tuple[str, ...]:
        names = self._words.get(word, ())
        if word[:SHORTEST_STEM] not in self._openings:
            return names
        shortest = max(SHORTEST_STEM, len(word) - LONGEST_ENDING)
        begun = (self._stems.get(word[:n], ()) for n in range(shortest, len(word) + 1))
        return tuple(dict.fromkeys(chain(names, *begun)))


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
        concepts = ((phrase, concept) for concept, phrases in told.concepts.items() for phrase in phrases)
        self._concepts = Phrases(concepts, split)
        self._fillers = Phrases(((phrase, "filler") for phrase in told.fillers), split)
        self._joints = Phrases(((phrase, "joint") for phrase in told.joints), split)
        self._function_words = {word for phrase in told.function_words for word in split(phrase)}
        self._question_words = {word for phrase in told.question_words for word in split(phrase)}
        named = ((phrase, language) for language, phrases in told.languages.items() for phrase in phrases)
        self._languages = Phrases(named, split)
        self._referring = Phrases(((phrase, "referring") for phrase in told.referring_words), split)
        self._doubting = Phrases(((phrase, "doubting") for phrase in told.doubting_words), split)
        self._rejects_next, self._rejects_previous = (
            {word for phrase in told.rejecting_words.get(which, ()) for word in split(phrase)}
            for which in ("next", "previous")
        )

    @cached_property
    def vocabulary(self) -> set[str]:
        """Every whole word it names."""
        phrases = (self._concepts, self._fillers, self._joints, self._referring, self._doubting, self._languages)
        words = (self._question_words, self._rejects_next, self._rejects_previous)
        return self._function_words.union(*words, *(known.vocabulary for known in phrases))

    def knows(self, word: str) -> bool:
        """Whether it names `word`, be it as one of the endings of a stem."""
        return word in self.vocabulary or bool(self._concepts.alone(word))

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
        return any(map(self._refers, sentence)) or any(self._joints.found(sentence))

    def hangs_on(self, sentence: Sequence[str]) -> bool:
        """Whether `sentence` names hardly anything: one thing at most, or two and refers to what was said before."""
        names = len(self.names(sentence))
        return names <= 1 or (names == 2 and any(map(self._refers, sentence)))  # noqa: PLR2004

    def doubts(self, sentence: Sequence[str]) -> bool:
        """Whether `sentence` doubts what was said before ("wasn't it"): a question word asks instead."""
        return any(self._doubting.found(sentence)) and not self.asks(sentence)

    def _refers(self, word: str) -> bool:
        return word == SOME_NUMBER or bool(self._referring.alone(word))

    def languages(self, sentence: Sequence[str]) -> set[str]:
        """The languages that `sentence` names."""
        return {name for _, _, name in self._languages.found(sentence)}

    def concepts(self, sentence: Sequence[str]) -> set[str]:
        """The concepts that `sentence`, a list of folded words, names."""
        return {name for _, _, name in self._concepts.found(sentence)}

    def without_rejected(self, part: Sequence[str]) -> list[str]:
        """`part` of a message without what it takes back: the words after "not", and in languages where a word such as
        this comes last, those before it; all of it where the last word is one, for that is a doubt."""
        end = next((i for i, word in enumerate(part) if word in self._rejects_next), len(part))
        start = max((i + 1 for i, word in enumerate(part) if word in self._rejects_previous), default=0)
        return list(part[start if start < len(part) else 0 : end])

    def is_rejected(self, part: Sequence[str]) -> bool:
        """Whether `part` of a message is taken back as a whole."""
        return bool(part) and (part[0] in self._rejects_next or part[-1] in self._rejects_previous)

    def apart(self, sentence: Sequence[str]) -> dict[str, list[str]]:
        """`sentence` as it would ask with one alone of the question words in it, by that one's concept and in their
        order ("when and where was it" → "when was it", "where was it"); empty unless it asks with several. A second
        question word is one only next to another or to a joint, or at the end: elsewhere it may relate ("where was he
        when")."""
        joints = {i for start, end, _ in self._joints.found(sentence) for i in range(start, end)}
        found = [
            (set(range(i, end)), name)
            for i, end, name in self._concepts.found(sentence)
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
        dropped = {i for start, end, _ in self._fillers.found(sentence) for i in range(start, end)}
        kept = [word for i, word in enumerate(sentence) if i not in dropped]
        return kept if self.asks(kept) or self.subject(kept) else list(sentence)

    def split(self, sentence: Sequence[str]) -> list[list[str]]:
        """`sentence` cut at the words that join questions ("and", "also"); at least one part, none empty."""
        parts: list[list[str]] = []
        start = 0
        for begin, end, _ in self._joints.found(sentence):
            parts.append(list(sentence[start:begin]))
            start = end
        parts.append(list(sentence[start:]))
        return [part for part in parts if part] or [list(sentence)]
