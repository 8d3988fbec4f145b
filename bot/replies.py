"""Replies to questions: the passages that answer, or what is offered instead."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.answering import Answer
from bot.model import SOURCE_LANGUAGE, Intent, Knowledge, Language, Outcome, Quote
from bot.page import Block, Button, Page, Span, text_block, utf16_length
from bot.source import Source

COPY_LIMIT = 256
"""The longest text that a button can copy (https://core.telegram.org/bots/api#copytextbutton)."""

DATA_LIMIT = 60
"""How long a button's data may be before its language is added; Telegram takes 64 bytes."""


class Replies:
    """Composes the replies to questions."""

    def __init__(self, knowledge: Knowledge, source: Source) -> None:
        self._knowledge = knowledge
        self._source = source

    def reply(self, answer: Answer, *, compact: bool) -> Page:
        """The reply to a question that wished for no command; `compact`: as short as it can be and stay faithful."""
        page = self._reply(answer, compact=compact)
        return replace(page, blocks=(*self._unsaid(answer), *page.blocks))

    def _reply(self, answer: Answer, *, compact: bool) -> Page:
        phrases = self._knowledge.phrases[answer.language]
        match answer.outcome:
            case Outcome.ANSWER:
                return self.passages(answer, compact=compact)
            case Outcome.NOT_COVERED:
                lead = f"{self._not_said(answer)} {phrases.says(len(answer.suggestions))}"
                return self.offer(lead, answer.suggestions, answer.language)
            case Outcome.SUGGEST:
                page = self.offer(phrases.did_you_mean, answer.suggestions, answer.language)
                return replace(page, buttons=(*page.buttons, self._others(answer)))
            case Outcome.CHAT:
                said = getattr(phrases, answer.talk or "remark")
                is_offer = answer.talk in ("greeting", "loss")
                return self.offer(said, answer.suggestions, answer.language) if is_offer else Page((text_block(said),))
        return self.offer(phrases.unknown, answer.suggestions, answer.language)

    def passages(self, answer: Answer, *, compact: bool) -> Page:
        """What answers, quoted; `compact`: with the quotations folded, for a group."""
        return self._compact(answer) if compact else self._full(answer)

    def in_short(self, answer: Answer, *, quoted: bool) -> tuple[Block, ...]:
        """The reply as one of several in a message, which has the link for all; `quoted`: with its quotations."""
        language, source = answer.language, self._source
        match answer.outcome:
            case Outcome.ANSWER:
                blocks = [*self._unsaid(answer)]
                for leads, quote, _ in self._told(answer):
                    quotation = Block((Span(source.labelled(quote, language)),), quotation=True, folded=True)
                    place = text_block(source.paragraph_of(quote, language))
                    blocks += [*leads, *((quotation, place) if quoted else ())]
                return (*blocks, *self._missing(answer))
            case Outcome.NOT_COVERED:
                return (*self._unsaid(answer), text_block(self._not_said(answer)))
            case Outcome.SUGGEST:  # without buttons there is nothing to choose
                return self.offer(self._knowledge.phrases[language].unknown, answer.suggestions, language).blocks
        return self.reply(answer, compact=True).blocks

    def offer(self, lead: str, intents: Sequence[str], language: Language) -> Page:
        """`lead`, and the titles of `intents` to choose from."""
        titles = (self._knowledge.intents[id_].texts[language].title for id_ in intents)
        listed = "\n".join(f"• {title}" for title in titles)
        choices = Block((Span(listed),), choices=True)
        return Page((text_block(lead), choices), self.offered(intents, language))

    def offered(self, intents: Iterable[str], language: Language) -> tuple[tuple[Button, ...], ...]:
        """Buttons to `intents`."""
        titles = ((id_, self._knowledge.intents[id_].texts[language].title) for id_ in intents)
        return tuple((Button(title, f"i:{id_}"),) for id_, title in titles)

    def _full(self, answer: Answer) -> Page:
        language, source = answer.language, self._source
        blocks: list[Block] = []
        for leads, quote, place in self._told(answer):
            blocks += [
                *leads,
                Block((Span(quote.text[language]),), quotation=True),
                *source.label(language),
                *source.original(quote.text[SOURCE_LANGUAGE], language),
                *place,
            ]
        taken_along = (*self._copied(answer), self._shared(answer))
        buttons = (*self._around(answer), *self.offered(answer.suggestions, language), taken_along)
        return Page((*blocks, *self._missing(answer)), (*buttons, self._others(answer)))

    def _compact(self, answer: Answer) -> Page:
        language, source = answer.language, self._source
        blocks: list[Block] = []
        for leads, quote, place in self._told(answer):
            blocks += [*leads, Block((Span(source.labelled(quote, language)),), quotation=True, folded=True), *place]
        buttons = (*self._around(answer), (self._shared(answer), *self._others(answer)))
        return Page((*blocks, *self._missing(answer)), buttons)

    def _told(self, answer: Answer) -> Iterator[tuple[list[Block], Quote, list[Block]]]:
        """What is quoted, with the leads of the intents that it answers, and where it is in the statement: told below
        the last quotation of a paragraph, and with the full text below the last of all."""
        quotes = {quote.text[SOURCE_LANGUAGE]: quote for quote in answer.quotes}  # the same words once
        leads: dict[str, list[Block]] = {words: [] for words in quotes}
        for intent in answer.intents:
            leads[intent.quotes[0].text[SOURCE_LANGUAGE]].append(self._lead(intent, answer.language))
        paragraphs = [quote.paragraph for quote in quotes.values()]
        for (words, quote), following in zip(quotes.items(), [*paragraphs[1:], None], strict=True):
            place = []
            if following is None:
                place = [self._source.place(quote, answer.language)]
            elif following != quote.paragraph:
                place = [text_block(self._source.paragraph_of(quote, answer.language))]
            yield leads[words], quote, place

    def _unsaid(self, answer: Answer) -> Iterable[Block]:
        """That the statement does not have the figures of a question, beside what else is said of that."""
        return (text_block(self._no_figure(answer)),) if answer.unsaid and answer.parts else ()

    def _lead(self, intent: Intent, language: Language) -> Block:
        lead = f"{self._knowledge.phrases[language].attribution} {intent.texts[language].lead}"
        pieces = re.split(r"\{([^}]+)\}", lead)
        facts = self._knowledge.facts
        spans = (Span(facts[t].display[language], bold=True) if i % 2 else Span(t) for i, t in enumerate(pieces))
        return Block(tuple(span for span in spans if span.text))

    def _not_said(self, answer: Answer) -> str:
        """That the statement does not cover the subject of `answer`, or have its figures where it has none."""
        if answer.subject is None:
            return self._no_figure(answer)
        return self._knowledge.subjects[answer.subject].texts[answer.language].reply

    def _no_figure(self, answer: Answer) -> str:
        """That the statement does not have the figures of a question."""
        return self._knowledge.phrases[answer.language].number_not_said.format(number=", ".join(answer.unsaid))

    def _missing(self, answer: Answer) -> Iterable[Block]:
        """That the other part of a question is a subject the statement does not cover, if it is."""
        if answer.subject is None:
            return ()
        return (text_block(f"{self._knowledge.phrases[answer.language].also_not_said} {self._not_said(answer)}"),)

    def _around(self, answer: Answer) -> tuple[tuple[Button, ...], ...]:
        """Buttons to the text around an answer."""
        phrases = self._knowledge.phrases[answer.language]
        return ((Button(phrases.in_context, data_of("c", answer.parts)), Button(phrases.whole_text, "a")),)

    def _copied(self, answer: Answer) -> tuple[Button, ...]:
        """The button that copies the first quotation, if it is short enough."""
        quotation = self._source.labelled(answer.quotes[0], answer.language)
        label = self._knowledge.phrases[answer.language].copy_quotation
        return (Button(label, copy=quotation),) if utf16_length(quotation) <= COPY_LIMIT else ()

    def _shared(self, answer: Answer) -> Button:
        """The button that takes an answer to another chat."""
        return Button(self._knowledge.phrases[answer.language].share, share=answer.title)

    def _others(self, answer: Answer) -> tuple[Button, ...]:
        """The button for someone who meant something else, if anything else was near."""
        label = self._knowledge.phrases[answer.language].not_asked
        return (Button(label, data_of("n", answer.next)),) if answer.next else ()


def data_of(kind: str, names: Sequence[str]) -> str:
    """A button's data: `kind`, and as many of `names`, one at least, as it has room for."""
    data = f"{kind}:{','.join(names)}"
    return data if len(data) <= DATA_LIMIT or len(names) == 1 else data_of(kind, names[:-1])
