"""The front door of the core: a question in, an `Answer` out."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from bot.following import NOTHING, Asked, Topic
from bot.match import SHOWN, Match, shown
from bot.matching import Matcher
from bot.model import SOURCE_LANGUAGE, CommandId, Intent, Knowledge, Language, Outcome, Quote
from bot.normalise import words

LONGEST_CLAIM = 15
"""How many words a question may have whose figures are compared with the statement's: in stories they count others."""

_FIGURE = re.compile(r"(?<![\w@/#.,:-])(?:[1-9][0-9]{0,2}(?:[ .,\u00a0][0-9]{3})+|[1-9][0-9]{2,5})(?![0-9@/])")
"""A figure, be it in groups of thousands, or a year: smaller ones mean too many other things. Part of a name or an
address is none."""

_SIGNS = {"loss": frozenset("🕯🖤🥀🕊🤲💔😢😭😞😔"), "thanks": frozenset("👍👌👏🙏❤🤝")}
"""What people send alone in place of words of mourning, else of thanks."""
_DRAWN = frozenset("\ufe0f\u200d \n🌹🇦🇿🏻🏼🏽🏾🏿")
"""What goes with these: how they are drawn, flowers, the flag."""


@dataclass(frozen=True)
class Answer:
    """What the bot replies, before it is worded.

    `intents` are those whose passages answer; `subject` is what the statement does not say, where that has a name;
    `command` is the command that was wished for, and `argument` what was typed after it; `talk` is small talk;
    `suggestions` are intents offered instead.
    """

    question: str
    language: Language
    outcome: Outcome
    score: float
    intents: tuple[Intent, ...] = ()
    subject: str | None = None
    command: str | None = None
    argument: str = ""
    talk: str | None = None
    suggestions: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    """Intents that came next, for someone who meant something else."""
    leans: bool = False
    """Whether the question means nothing without the one before ("where?")."""
    asked: Asked | None = None
    """What the next question may lean on; None where that stays what it was."""
    read: Language | None = None
    """The language that the question was read in."""
    unsaid: tuple[str, ...] = ()
    """Figures and years in the question that the statement does not have."""

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """What is quoted, most relevant first: of one intent all, of several the first each."""
        if len(self.intents) == 1:
            return self.intents[0].quotes
        return tuple(intent.quotes[0] for intent in self.intents)

    @property
    def title(self) -> str:
        """What it answers, as questions."""
        return " ".join(intent.texts[self.language].title for intent in self.intents)

    @property
    def parts(self) -> tuple[str, ...]:
        """The ids of the intents that answer, and of the subject that the statement does not cover."""
        return (*(intent.id for intent in self.intents), *((self.subject,) if self.subject else ()))

    @property
    def gist(self) -> tuple[object, ...]:
        """Equal for answers that say the same."""
        said = (self.command, self.argument, self.talk, self.suggestions, self.unsaid)
        return (self.language, self.outcome, self.parts, *said)

    @property
    def paragraphs(self) -> tuple[int, ...]:
        """The paragraphs quoted, most relevant first."""
        return tuple(dict.fromkeys(quote.paragraph for quote in self.quotes))


@dataclass(frozen=True)
class Before:
    """What a question goes on from: the language of the question before it, what it may lean on, and the parts of the
    last answer."""

    language: Language | None = None
    topic: Topic = NOTHING
    last: tuple[str, ...] = ()

    @classmethod
    def about(cls, intent: Intent, language: Language | None) -> "Before":
        """What a question goes on from where an answer about `intent` is shown, whoever asked that."""
        return cls(language, Topic(intent=intent), (intent.id,))

    def without_words(self) -> "Before":
        """The same without the words that were asked; the intent that answered them stays."""
        return replace(self, topic=replace(self.topic, asked=None))

    def after(self, answer: Answer) -> "Before":
        """What the next question goes on from, when `answer` was given to one that went on from this."""
        intent = answer.intents[-1] if answer.intents else None
        topic = Topic(answer.asked, intent, answer.subject) if answer.asked else self.topic
        return Before(answer.read or self.language, topic, answer.parts or (self.last if topic is self.topic else ()))


NOTHING_BEFORE = Before()


class Answerer:
    """Answers questions from one knowledge base."""

    def __init__(self, knowledge: Knowledge, matcher: Matcher) -> None:
        self.knowledge = knowledge
        self.paragraph_numbers = [str(number) for number in range(len(knowledge.statement.paragraphs))]
        self._matcher = matcher
        self._figures = {*_FIGURE.findall(" ".join(knowledge.statement.paragraphs))}
        self._titles: dict[tuple[str, ...], dict[Language, str]] = defaultdict(dict)
        self._buttons: set[str] = set()
        """The titles as buttons show them."""
        for language in knowledge.phrases:
            for intent in knowledge.intents.values():
                title = intent.texts[language].title
                self._titles[words(title)][language] = intent.id
                self._buttons.add(title)
        self._openings = {title[:2] for title in self._titles}
        """The first words of the titles: most questions begin otherwise."""

    def answer(
        self,
        question: str,
        language: Language | None = None,
        hint: Language | None = None,
        before: Before = NOTHING_BEFORE,
    ) -> Answer:
        """The answer to `question` (any text), in `language` where it is given and complete, else in its own.

        `hint` is the language of its writer, where that is known. It goes on from `before`: what could be in
        several languages is read in that of the question before.
        """
        own = language or before.language or hint
        if (typed := _typed(question, own or SOURCE_LANGUAGE)) is not None:
            return typed
        if meant := _sign(question):
            signed = Answer(question, self._spoken(own or SOURCE_LANGUAGE), Outcome.CHAT, 1.0)
            return self._talked(signed, (meant,), before)
        topic = replace(before.topic, elsewhere=self._is_elsewhere(before.topic))
        titled = self._titled(question, own)
        if titled and topic.elsewhere and question.strip() not in self._buttons:
            titled = None  # "who carried it out" goes on from that
        match = titled or self._at_once(self._matcher.match(question, language or hint, before.language, topic))
        unsaid = self._unsaid(question)
        if match.outcome is Outcome.NOT_COVERED and not match.ids and not unsaid:
            match = replace(match, outcome=Outcome.UNKNOWN)
        replies = self._spoken(language or match.language)
        return replace(self._from_match(question, replies, match, before), unsaid=unsaid)

    def _is_elsewhere(self, topic: Topic) -> bool:
        """Whether `topic` is about another event than the statement's."""
        subject = self.knowledge.subjects.get(topic.subject or "")
        return bool((topic.intent and topic.intent.event) or (subject and subject.event))

    def _spoken(self, language: Language) -> Language:
        """`language` where the replies are complete in it, else that of the statement."""
        return language if language in self.knowledge.phrases else SOURCE_LANGUAGE

    def show(self, parts: Sequence[str], language: Language) -> Answer:
        """The answer whose `parts` a button names, intents first. Raises KeyError for an unknown one."""
        answer = self._with_parts(Answer("", language, Outcome.ANSWER, 1.0), parts)
        if not answer.intents or len(answer.parts) < len(parts):
            raise KeyError(parts)
        return replace(answer, question=answer.title)

    def _with_parts(self, answer: Answer, parts: Sequence[str]) -> Answer:
        """`answer` with what has these `parts`: the intents that answer, or else the subject that is not covered."""
        intents = tuple(self.knowledge.intents[id_] for id_ in parts if id_ in self.knowledge.intents)
        subject = next((id_ for id_ in parts if id_ in self.knowledge.subjects), None)
        nearest = self.knowledge.subjects[subject].nearest if subject else ()
        return replace(answer, intents=intents, subject=subject, suggestions=_related(intents) or nearest)

    def _titled(self, question: str, hint: Language | None) -> Match | None:
        """What `question` is about where it is a title, or up to three: as buttons show them, people repeat and share
        them."""
        asked = words(question)
        for language in sorted(self.knowledge.phrases, key=lambda known: known != hint):
            if titled := self._split(asked, language, SHOWN):
                (ids, others), left = shown(titled, self._paragraph_of), Asked(language, words(question, language))
                return Match(Outcome.ANSWER, language, 1.0, ids, next=others, asked=left)
        return None

    def _split(self, asked: tuple[str, ...], language: Language, most: int) -> tuple[str, ...]:
        """The intents, `most` at most, whose titles in `language` are all that is `asked`; empty where it is not so."""
        if asked[:2] not in self._openings or not most:
            return ()
        for end in range(1, len(asked) + 1):
            first = self._titles.get(asked[:end], {}).get(language)
            if first and end == len(asked):
                return (first,)
            if first and (others := self._split(asked[end:], language, most - 1)):
                return (first, *others)
        return ()

    def _unsaid(self, question: str) -> tuple[str, ...]:
        """The figures and years that a short `question` has and the statement does not."""
        if len(question.split()) > LONGEST_CLAIM:
            return ()
        found = dict.fromkeys(_FIGURE.findall(question))
        return tuple(figure for figure in found if re.sub(r"\D", "", figure) not in self._figures)

    def _argument(self, named: Sequence[str]) -> str:
        """What one would type after the command that is wished for: the only one of the `named` numbers, where that is
        a paragraph's."""
        return named[0] if len(named) == 1 and named[0] in self.paragraph_numbers else ""

    def _from_match(self, question: str, language: Language, match: Match, before: Before) -> Answer:
        ids, subjects = match.ids, self.knowledge.subjects
        answer = Answer(
            question, language, match.outcome, match.score, leans=match.leans, asked=match.asked, read=match.language
        )
        match match.outcome:
            case Outcome.ANSWER:
                intents = tuple(self.knowledge.intents[id_] for id_ in ids)
                offered = _related(intents, match.next if len(ids) > 1 else ())
                return replace(answer, intents=intents, subject=match.missing, suggestions=offered, next=match.next)
            case Outcome.NOT_COVERED if ids:
                nearest = (*match.next, *subjects[ids[0]].nearest)
                return replace(answer, subject=ids[0], suggestions=tuple(dict.fromkeys(nearest)))
            case Outcome.COMMAND:
                return replace(answer, command=ids[0], argument=self._argument(ids[1:]))
            case Outcome.CHAT:
                return self._talked(answer, ids, before)
            case Outcome.SUGGEST:
                return replace(answer, suggestions=ids, next=match.next)
        return replace(answer, suggestions=self.knowledge.statement.topics)

    def _at_once(self, match: Match) -> Match:
        """`match`, with the figures at a glance in place of several of them."""
        if match.outcome is not Outcome.ANSWER or len(match.ids) == 1:
            return match
        figures, asked = self.knowledge.statement.figures, (*match.ids, *match.next)
        facts = {id_: set(self.knowledge.intents[id_].facts) for id_ in (*asked, figures)}
        told = [id_ for id_ in asked if facts[id_] and facts[id_] <= facts[figures]]
        if len(told) == 1:
            return match
        ids, others = shown(dict.fromkeys(figures if id_ in told else id_ for id_ in asked), self._paragraph_of)
        return replace(match, ids=ids, next=others or tuple(told))

    def _paragraph_of(self, id_: str) -> int:
        """The paragraph that answers first what the intent `id_` asks."""
        return self.knowledge.intents[id_].quotes[0].paragraph

    def _talked(self, answer: Answer, said: Sequence[str], before: Before) -> Answer:
        """`answer`, to small talk: more of what was answered before is that in its context, where anything was; in
        another language it is told again."""
        answer = replace(answer, talk=said[0])
        last = self._with_parts(answer, before.last)
        match said:
            case ["privacy"]:
                return replace(answer, command="privacy")
            case ["again"] if not last.parts:
                return replace(answer, command="about")
            case ["more" | "again"] if last.parts and not last.intents:
                return replace(last, outcome=Outcome.NOT_COVERED, leans=True)
            case ["loss"]:
                return replace(answer, suggestions=(self.knowledge.statement.memory,))
            case ["language", *wished]:
                named = (language for language in wished if language in self.knowledge.phrases)
                return replace(last, command="language", argument=next(named, ""))
            case ["more" | "again"] if last.intents:
                return replace(last, outcome=Outcome.ANSWER, leans=True)
            case ["more"]:
                answer = replace(answer, outcome=Outcome.UNKNOWN, score=0.0, leans=True)
        return replace(answer, suggestions=self.knowledge.statement.topics)


def _sign(question: str) -> str | None:
    """The small talk that `question` stands for where it is signs and nothing else."""
    if not _DRAWN.union(*_SIGNS.values()).issuperset(question):
        return None
    return next((talk for talk, signs in _SIGNS.items() if not signs.isdisjoint(question)), None)


def _typed(question: str, language: Language) -> Answer | None:
    """The reply to `question` where it is typed as a command that may be wished for in words, too."""
    text = question.strip()
    command, _, argument = split_command(text) if text.startswith("/") else ("", "", "")
    if command not in get_args(CommandId):
        return None
    return commanded(question, language, command, argument)


def commanded(question: str, language: Language, command: str, argument: str) -> Answer:
    """The reply to `question`, which is `command` (without its slash) and its `argument`."""
    return Answer(question, language, Outcome.COMMAND, 1.0, command=command, argument=argument)


def split_command(text: str) -> tuple[str, str, str]:
    """The command that `text` begins with (without its slash), the bot it names, if any, and what follows it."""
    first, rest = (*re.split(r"\s", text[1:], maxsplit=1), "")[:2]
    command, _, addressee = first.casefold().partition("@")
    return command, addressee, rest.strip()


def _related(intents: Sequence[Intent], asked: Sequence[str] = ()) -> tuple[str, ...]:
    """Intents to ask next, three at most: what was `asked` besides `intents` first."""
    related = (*asked, *(id_ for intent in intents for id_ in intent.related))
    shown = {intent.id for intent in intents}
    return tuple(dict.fromkeys(id_ for id_ in related if id_ not in shown))[:3]
