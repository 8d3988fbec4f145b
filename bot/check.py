"""What a knowledge base must keep true across its files; `parse` has already checked the shape of each one.

Faithfulness is proven here: quotations are exact substrings of their paragraph, every figure and date is typed once
and occurs in the source, and no text brings in a number that the statement does not have.
"""

import hashlib
import re
import string
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from bot.document import Document, Key
from bot.errors import Problem
from bot.localised import has_name, months_of, plural_form
from bot.model import LANGUAGES, SOURCE_LANGUAGE, TALKS, Fact, Knowledge, Language, Texts
from bot.normalise import words

PLACEHOLDERS = {
    "paragraph": {"number"},
    "full_text": {"url"},
    "full_text_original": {"url"},
    "ministry_site": {"url"},
    "no_such_paragraph": {"last"},
    "no_such_choice": {"number", "last"},
    "number_not_said": {"number"},
    "settings_quiet": {"hours"},
    "make_quiet": {"hours"},
}
"""The values a phrase must carry, as `{name}`; a phrase that is not here carries none."""

LEAST_QUESTIONS = {"intents": 12, "not_covered": 6}
"""How many example questions a value of a folder must have in each language."""

LEAST_TALK = 12
"""The same for each of `TALKS`."""

_NUMBER = re.compile(r"\d+")
_FILLED = re.compile(r"\{[^}]*\}|“[^”]*”|«[^»]*»")
_TEXTS = (("text",), ("label",), ("note",))
"""Keys whose value is a text in each language."""


def cross_check(knowledge: Knowledge, source: bytes, documents: Mapping[str, Document]) -> Iterator[Problem]:
    """Every problem between the files of `knowledge`; `documents` tells the lines."""
    checker = _Checker(knowledge, documents)
    yield from checker.statement(source)
    yield from checker.translations()
    yield from checker.facts()
    yield from checker.timeline()
    yield from checker.intents()
    yield from checker.subjects()
    yield from checker.phrases()
    yield from checker.languages()
    yield from checker.paragraph_words()
    yield from checker.questions()


def placeholders(text: str) -> set[str]:
    """The names in braces in `text`. Raises ValueError for a lone brace."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


class _Checker:
    def __init__(self, knowledge: Knowledge, documents: Mapping[str, Document]) -> None:
        self.knowledge = knowledge
        self.documents = documents
        self.paragraphs = knowledge.statement.paragraphs
        self.numbers = set(_NUMBER.findall(" ".join(self.paragraphs)))
        self.concepts = [told.concepts.keys() for told in knowledge.words.values()]
        # ids as they stand in the files: a value with a fault of its own is not also missing
        self.intent_ids = {PurePosixPath(name).stem for name in documents if name.startswith("intents/")}
        self.subject_ids = {PurePosixPath(name).stem for name in documents if name.startswith("not_covered/")}
        facts = documents["facts.yaml"].value["facts"]
        self.fact_ids = {str(fact.get("id")) for fact in facts if isinstance(fact, dict)}

    def statement(self, source: bytes) -> Iterator[Problem]:
        document = self.documents["statement.yaml"]
        if hashlib.sha256(source).hexdigest() != self.knowledge.statement.sha256:
            fault = "statement.txt does not have this hash"
            yield document.problem(("sha256",), fault, "restore statement.txt byte for byte")
        if SOURCE_LANGUAGE not in self.knowledge.statement.languages:
            yield document.problem(("languages",), f"{SOURCE_LANGUAGE} is missing", "add the statement's own language")
        for place, text in (("title", self.knowledge.statement.title), ("date", self.knowledge.statement.date)):
            yield from self._verbatim(document, (place,), 0, text)
        for i, names in enumerate(self.knowledge.statement.names):
            if not has_name(" ".join(self.paragraphs), name := names.get(SOURCE_LANGUAGE, "")):
                yield document.problem(("names", i), f'the statement has no "{name}"', "copy it from statement.txt")
        yield from self._references(document, ("topics",), self.knowledge.statement.topics, self.intent_ids)
        yield from self._references(document, ("figures",), (self.knowledge.statement.figures,), self.intent_ids)
        yield from self._references(document, ("memory",), (self.knowledge.statement.memory,), self.intent_ids)
        quoted = {quote.paragraph for intent in self.knowledge.intents.values() for quote in intent.quotes}
        for number in sorted(set(range(len(self.paragraphs))) - quoted):
            yield document.problem((), f"no intent quotes paragraph {number}", "add one to intents/")

    def translations(self) -> Iterator[Problem]:
        """Whether each translation has the source's paragraphs, with the figures, months and names of each."""
        figures = {str(fact.number) for fact in self.knowledge.facts.values()}
        for language in set(self.knowledge.statement.languages) - {SOURCE_LANGUAGE}:
            name, texts = f"translations/{language}.yaml", self.knowledge.statement.texts.get(language, ())
            if len(texts) != len(self.paragraphs):
                fault = f"{len(texts)} paragraphs instead of {len(self.paragraphs)}"
                yield Problem(name, 1, "paragraphs", fault, "translate each paragraph, 0 to the last")
                continue
            for i, (source, text) in enumerate(zip(self.paragraphs, texts, strict=True)):
                place = ("paragraphs", i)
                numbers, theirs = _NUMBER.findall(source), _NUMBER.findall(text)
                if sorted(numbers) != sorted(theirs):
                    fault = "not the same numbers as the source's paragraph"
                    yield self.documents[name].problem(place, fault, "compare them figure by figure")
                elif [n for n in numbers if n in figures] != [n for n in theirs if n in figures]:
                    fault = "its figures are not in the order of the source's paragraph"
                    yield self.documents[name].problem(place, fault, "see which is whose, or order them alike")
                months = months_of(source, SOURCE_LANGUAGE, range(1, 13))
                if months != months_of(text, language, months):
                    fault = "not the same months as the source's paragraph, in its order"
                    yield self.documents[name].problem(place, fault, "compare them date by date")
                for names in self.knowledge.statement.names:
                    original, written = names.get(SOURCE_LANGUAGE, ""), names.get(language, "")
                    if has_name(source, original) and not has_name(text, written):
                        fault = f'no "{written}" for "{original}"'
                        yield self.documents[name].problem(place, fault, "write the name as statement.yaml has it")

    def facts(self) -> Iterator[Problem]:
        document = self.documents["facts.yaml"]
        typed: set[tuple[int, str]] = set()
        places = {fact.get("id"): i for i, fact in enumerate(document.value["facts"]) if isinstance(fact, dict)}
        for fact in self.knowledge.facts.values():
            i = places[fact.id]
            yield from self._verbatim(document, ("facts", i, "literal"), fact.paragraph, fact.literal)
            yield from self._value(document, ("facts", i), fact)
            for language, display in fact.display.items():
                yield from self._numbers(document, ("facts", i, "display", language), display)
                if fact.kind == "date":
                    place: Key = ("facts", i, "display", language)
                    yield from self._months(document, place, fact.literal, display, language)
            typed.update((fact.paragraph, number) for number in _NUMBER.findall(fact.literal))
        ids = [str(fact.get("id")) for fact in document.value["facts"] if isinstance(fact, dict)]
        for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1}):
            yield document.problem(("facts",), f"{id_} is the id of two facts", "give each fact an id of its own")
        for paragraph, text in enumerate(self.paragraphs):
            for number in _NUMBER.findall(text):
                if (paragraph, number) not in typed:
                    fault = f"{number} of paragraph {paragraph} is in no fact"
                    yield document.problem(("facts",), fault, "add the figure or date as a fact")

    def timeline(self) -> Iterator[Problem]:
        document = self.documents["timeline.yaml"]
        if len(document.value["events"]) != len(self.knowledge.timeline):
            return  # one has a fault of its own, and the others' lines cannot be told
        for i, event in enumerate(self.knowledge.timeline):
            place: Key = ("events", i)
            yield from self._quoted(document, (*place, "text"), event.paragraph, event.text)
            if event.fact is not None:
                yield from self._references(document, (*place, "fact"), (event.fact,), self.fact_ids)
            elif event.note is None:
                yield document.problem(place, "neither a fact nor a note", "name the fact, or say why there is none")

    def intents(self) -> Iterator[Problem]:
        for name, intent in self.knowledge.intents.items():
            document = self.documents[f"intents/{name}.yaml"]
            for i, quote in enumerate(intent.quotes):
                yield from self._quoted(document, ("quotes", i, "text"), quote.paragraph, quote.text)
            yield from self._references(document, ("facts",), intent.facts, self.fact_ids)
            yield from self._references(document, ("related",), intent.related, self.intent_ids)
            for concepts in self.concepts:
                yield from self._references(document, ("question_words",), intent.question_words, concepts)
            for number in set(intent.holds_for) - set(range(len(self.paragraphs))):
                yield document.problem(("holds_for",), f"there is no paragraph {number}", "count them as readers do")
            if intent.id in intent.related:
                yield document.problem(("related",), "the intent itself", "name its neighbours")
            for language, wording in intent.texts.items():
                yield from self._braces(document, (language, "lead"), wording.lead, set(intent.facts))
                yield from self._numbers(document, (language, "title"), wording.title)
                for number in _NUMBER.findall(_FILLED.sub("", wording.lead)):
                    fault, remedy = (
                        f"the number {number} is typed out",
                        "name the fact in braces, or quote the words in “…”",
                    )
                    yield document.problem((language, "lead"), fault, remedy)

    def subjects(self) -> Iterator[Problem]:
        for name, subject in self.knowledge.subjects.items():
            document = self.documents[f"not_covered/{name}.yaml"]
            yield from self._references(document, ("nearest",), subject.nearest, self.intent_ids)

    def phrases(self) -> Iterator[Problem]:
        for language, phrases in self.knowledge.phrases.items():
            document = self.documents[f"phrases/{language}.yaml"]
            for key in vars(phrases):
                value = getattr(phrases, key)
                for i, text in enumerate((value,) if isinstance(value, str) else value):
                    place = (key,) if isinstance(value, str) else (key, i)
                    allowed = PLACEHOLDERS.get(key, set())
                    yield from self._braces(
                        document, place, text, allowed, allowed if isinstance(value, str) else set()
                    )

    def languages(self) -> Iterator[Problem]:
        """What a language that is declared complete still lacks, in every file."""
        for name, document in self.documents.items():
            by_language: list[Key] = [()] if PurePosixPath(name).parts[0] in LEAST_QUESTIONS else []
            by_language += [place for place in document.lines if place[-1:] in _TEXTS or place[:-1] == ("names",)]
            for place in by_language:
                for language in set(self.knowledge.statement.languages) - set(_at(document.value, place)):
                    fault = f"{language} is missing, though statement.yaml declares it complete"
                    yield document.problem((*place, language), fault, "add it, as in the other languages")

    def paragraph_words(self) -> Iterator[Problem]:
        """Names of paragraphs that are not there."""
        last = len(self.paragraphs) - 1
        for language, told in self.knowledge.words.items():
            for number in told.paragraph_words.keys() - set(map(str, range(last + 1))):
                place: Key = ("paragraph_words", number)
                fault = f"there is no paragraph {number}"
                yield self.documents[f"words/{language}.yaml"].problem(place, fault, f"name one from 0 to {last}")

    def questions(self) -> Iterator[Problem]:
        """Whether each id is one thing's, has its list of questions in each language, and no question is in two."""
        ids = [*self.intent_ids, *self.subject_ids, *TALKS]
        for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1}):
            folder = "not_covered" if id_ in self.subject_ids else "intents"
            fault = "something else has this id"
            yield self.documents[f"{folder}/{id_}.yaml"].problem(("id",), fault, "give it one of its own")
        least = dict.fromkeys(self.intent_ids, LEAST_QUESTIONS["intents"])
        least |= dict.fromkeys(self.subject_ids, LEAST_QUESTIONS["not_covered"])
        least |= dict.fromkeys(TALKS, LEAST_TALK)
        for language in LANGUAGES:
            folder = f"questions/{language}"
            lists = {PurePosixPath(name).stem: d for name, d in self.documents.items() if name.startswith(f"{folder}/")}
            if language in self.knowledge.statement.languages:
                for id_ in sorted(least.keys() - lists.keys()):
                    remedy = f"add it, with {least[id_]} questions at least"
                    yield Problem(f"{folder}/{id_}.txt", 0, "", "no such file", remedy)
            for id_, document in lists.items():
                if id_ not in least:
                    fault = f"there is no {id_} in intents/ or not_covered/"
                    yield document.problem((), fault, "mend the name or remove the file")
                elif (number := len(document.value["questions"])) < least[id_]:
                    remedy = f"write {least[id_]} at least, unlike each other"
                    yield document.problem((), f"{number} questions are too few", remedy)
            yield from self._repeated(lists.values(), language)

    def _repeated(self, lists: Iterable[Document], language: Language) -> Iterator[Problem]:
        """Questions that say nothing, or what another says."""
        owners: dict[tuple[str, ...], str] = {}
        for document in lists:
            for i, question in enumerate(document.value["questions"]):
                place: Key = ("questions", i)
                key = tuple(words(question, language))
                if not key:
                    yield document.problem(place, "no word in this question", "remove it")
                elif key in owners:
                    fault = f'"{question}" is also a question of {owners[key]}'
                    yield document.problem(place, fault, "keep it in one place")
                owners.setdefault(key, document.name)

    def _quoted(self, document: Document, place: Key, paragraph: int, texts: Texts) -> Iterator[Problem]:
        yield from self._verbatim(document, place, paragraph, texts.get(SOURCE_LANGUAGE, ""))
        for language in texts.keys() - {SOURCE_LANGUAGE}:
            translated = self.knowledge.statement.texts.get(language, ())
            if paragraph < len(translated) and texts[language] not in translated[paragraph]:
                fault = f'"{texts[language]}" is not in paragraph {paragraph} of translations/{language}.yaml'
                yield document.problem((*place, language), fault, "copy it from there")

    def _verbatim(self, document: Document, place: Key, paragraph: int, text: str) -> Iterator[Problem]:
        if not 0 <= paragraph < len(self.paragraphs):
            last = len(self.paragraphs) - 1
            yield document.problem(place, f"there is no paragraph {paragraph}", f"name one from 0 to {last}")
        elif not text or text not in self.paragraphs[paragraph]:
            fault = f'"{text}" is not in paragraph {paragraph} word for word'
            yield document.problem(place, fault, "copy it from statement.txt")

    def _numbers(self, document: Document, place: Key, text: str) -> Iterator[Problem]:
        for number in _NUMBER.findall(text):
            if number not in self.numbers:
                yield document.problem(place, f"the statement has no number {number}", "take it out")

    def _value(self, document: Document, place: Key, fact: Fact) -> Iterator[Problem]:
        """The date or the number must be the literal's, and each language must have what writes it."""
        values = [key for key in ("date", "number", "ordinal") if getattr(fact, key) is not None]
        if len(values) > 1:
            yield document.problem(place, f"has {' and '.join(values)}", "keep one of them")
            return
        for key in values:
            value = fact.display[SOURCE_LANGUAGE] if key == "date" else str(getattr(fact, key))
            if value not in (fact.literal if key == "date" else _NUMBER.findall(fact.literal)):
                yield document.problem((*place, key), f'{value} is not in "{fact.literal}"', f"mend the {key}")
        for language, forms in fact.counted.items():
            for category, form in forms.items():
                where = (*place, "counted", language, category)
                yield from self._braces(document, where, form, {"number"}, {"number"})
        for language in set(self.knowledge.statement.languages) - fact.display.keys():
            if values:
                fault = f'the form "{plural_form(fact, language)}" is missing'
                yield document.problem((*place, "counted", language), fault, "add it")
            else:
                fault = f"{language} is missing, though statement.yaml declares it complete"
                yield document.problem((*place, "display", language), fault, "add it, as in the other languages")

    def _months(
        self, document: Document, place: Key, literal: str, display: str, language: Language
    ) -> Iterator[Problem]:
        """The months of the source's literal must be those of the display."""
        months = months_of(literal, SOURCE_LANGUAGE, range(1, 13))
        if months != months_of(display, language, months):
            yield document.problem(place, f'"{display}" is not the month of "{literal}"', "write that month")

    def _references(
        self, document: Document, place: Key, ids: Iterable[str], known: Container[str]
    ) -> Iterator[Problem]:
        for id_ in ids:
            if id_ not in known:
                yield document.problem(place, f"there is no {id_}", "mend its spelling or add it")

    def _braces(
        self, document: Document, place: Key, text: str, allowed: set[str], required: Container[str] = ()
    ) -> Iterator[Problem]:
        try:
            found = placeholders(text)
        except ValueError as error:
            yield document.problem(place, str(error), "write {name}, or no brace")
            return
        for name in found - allowed:
            yield document.problem(place, f"nothing fills {{{name}}}", "take it out, or list the fact under facts")
        for name in allowed - found:
            if name in required:
                yield document.problem(place, f"{{{name}}} is missing", "put it where the value belongs")


def _at(value: Any, place: Key) -> Any:
    for key in place:
        value = value[key]
    return value
