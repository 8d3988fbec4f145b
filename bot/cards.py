"""The pictures of the timeline and of the figures, in each language: what stands where.

Drawn from the knowledge alone, in the statement's words and precision. A card has a background of its own, so that it
is as readable in a dark chat as in a light one. It is sober, as the day is: no decoration and no symbols.
"""

from itertools import pairwise
from typing import Final

from bot.model import SOURCE_LANGUAGE, Card, Event, Knowledge, Language
from bot.source import quoted
from bot.typesetting import Box, Colour, Mark, Sheet, Style, Text, flow, paint

WIDTH: Final = 1080
"""Three pixels for each point of a narrow phone: 33 pixels are 11 points there. A picture that is higher than 2560
pixels, and its letters with it, is made smaller by Telegram; the longest card has 2535."""

MARGIN: Final = 52
RADIUS: Final = 14
"""Of the marks of the timeline."""

AXIS: Final = MARGIN + RADIUS
BESIDE_AXIS: Final = MARGIN + 52

BELOW: Final = 22
BETWEEN: Final = 40
"""From a baseline to the capitals below it: within an event of the timeline, and from one to the next."""

BACKGROUND: Final[Colour] = (32, 35, 39)
INK: Final[Colour] = (240, 238, 232)
SOFT: Final[Colour] = (180, 179, 174)
TONE: Final[Colour] = (214, 190, 146)
LINE: Final[Colour] = (104, 107, 110)

HEADING: Final = Style(62, INK, "Bold")
SOURCE: Final = Style(34, SOFT)
DATE: Final = Style(44, INK, "Bold")
NOTE: Final = Style(35, TONE)
WORDS: Final = Style(37, INK)
PLACE: Final = Style(33, SOFT)
NUMBER: Final = Style(168, INK, "Bold")
UNIT: Final = Style(56, INK, "Bold")
LABEL: Final = Style(46, INK)


def draw(kind: Card, knowledge: Knowledge, language: Language) -> bytes:
    """The card as a PNG file, in one of the knowledge's languages."""
    return paint(lay_out(kind, knowledge, language))


def lay_out(kind: Card, knowledge: Knowledge, language: Language) -> Sheet:
    """The card before it is painted: every text and every mark at its place."""
    card = _Card(knowledge, language)
    if kind == "timeline":
        card.head(card.phrases.timeline_heading)
        card.timeline()
    else:
        card.head(card.phrases.figures_heading)
        card.figures()
    card.foot()
    return Sheet(WIDTH, card.y + MARGIN, BACKGROUND, tuple(card.texts), tuple(card.marks))


class _Card:
    """A card that grows downwards; `y` is the last baseline or rule."""

    def __init__(self, knowledge: Knowledge, language: Language) -> None:
        self.knowledge = knowledge
        self.language = language
        self.phrases = knowledge.phrases[language]
        self.texts: list[Text] = []
        self.marks: list[Mark] = []
        self.y = MARGIN

    def head(self, heading: str) -> None:
        self.write(0, (heading, HEADING))
        title, _, date = self.knowledge.statement.texts[self.language][0].partition("\n")
        self.write(34, (title, SOURCE))
        self.write(BELOW, (date, SOURCE))
        self.rule(36)

    def foot(self) -> None:
        self.rule(42)
        self.write(34, (self.phrases.card_unofficial, SOURCE))
        if self.language != SOURCE_LANGUAGE:
            self.write(BELOW, (f"({self.phrases.translation_label})", SOURCE))

    def timeline(self) -> None:
        stops = [self.event(event) for event in self.knowledge.timeline]
        for (event, above), (next_event, below) in pairwise(zip(self.knowledge.timeline, stops, strict=True)):
            known = {event.precision, next_event.precision} <= {"date", "about"}
            self.axis(above.bottom + 12, below.top - 12, solid=known)

    def event(self, event: Event) -> Box:
        """One line of the timeline; returns the box of its mark."""
        fact = self.knowledge.facts[event.fact] if event.fact else None
        middle = self.y + BETWEEN + capital(DATE) // 2
        gap = BETWEEN
        when = [(fact.display[self.language], DATE)] if fact else []
        when += [(event.note[self.language], NOTE)] if event.note else []
        together = sum(style.width(f"{text} ") for text, style in when) <= WIDTH - MARGIN - BESIDE_AXIS
        for line in [when] if when and together else [[run] for run in when]:
            self.write(gap, *line, left=BESIDE_AXIS)
            gap = BELOW
        self.write(gap, *self.quoted(event.text[self.language], event.paragraph), left=BESIDE_AXIS)
        bottom = {"about": middle + 62, "span": self.y - RADIUS}.get(event.precision, middle + RADIUS)
        box = Box(AXIS - RADIUS, middle - RADIUS, AXIS + RADIUS, bottom)
        hollow = event.precision in ("span", "undated")
        self.marks.append(Mark(box, TONE if hollow else INK, 5 if hollow else None))
        return box

    def axis(self, top: int, bottom: int, *, solid: bool) -> None:
        """The line from one mark to the next, broken where the statement does not say when."""
        count = 1 if solid else max(2, round((bottom - top) / 26))
        step = (bottom - top + 14) / count
        for i in range(count):
            start = top + round(i * step)
            end = bottom if solid else start + round(step) - 14
            self.marks.append(Mark(Box(AXIS - 2, start, AXIS + 2, end), LINE))

    def figures(self) -> None:
        intent = self.knowledge.intents[self.knowledge.statement.figures]
        for fact in map(self.knowledge.facts.__getitem__, intent.facts):
            number, _, unit = fact.display[self.language].partition(" ")
            self.write(70, (number, NUMBER))
            if unit:
                right, baseline = self.texts[-1].box.right, self.texts[-1].y
                self.texts += flow([(unit, UNIT)], right + 28, baseline, WIDTH - MARGIN - right - 28)
            self.write(34, (fact.label[self.language], LABEL))
        self.rule(64)
        for quote in intent.quotes:
            self.write(44, *self.quoted(quote.text[self.language], quote.paragraph))

    def quoted(self, words: str, paragraph: int) -> tuple[tuple[str, Style], ...]:
        """Words of the statement and where they stand."""
        place = self.phrases.paragraph.format(number=paragraph) if paragraph else self.phrases.title_line
        return (quoted(words, self.phrases), WORDS), (f"– {place}".replace(" ", "\N{NO-BREAK SPACE}"), PLACE)

    def write(self, gap: int, *runs: tuple[str, Style], left: int = MARGIN) -> None:
        """A paragraph whose first capitals begin `gap` below what is above."""
        placed = flow(runs, left, self.y + gap + capital(runs[0][1]), WIDTH - MARGIN - left)
        self.texts += placed
        self.y = placed[-1].y

    def rule(self, gap: int) -> None:
        """A line across."""
        self.marks.append(Mark(Box(MARGIN, self.y + gap, WIDTH - MARGIN, self.y + gap + 2), LINE))
        self.y += gap + 2


def capital(style: Style) -> int:
    """The height of a capital letter."""
    return -Text(0, 0, "H", style).box.top
