"""Text and marks on a picture: breaking lines, placing them, painting them.

Knows what a line of text measures, and nothing of what is written. It reads no file but the fonts that come with it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from itertools import accumulate, groupby, pairwise
from typing import Final, Literal, NamedTuple

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]

FINENESS: Final = 4
"""Marks are drawn this many times larger and then reduced, because Pillow draws shapes without smooth edges."""

SHADES: Final = 16
"""Steps from the background to each colour that a picture keeps: enough for smooth letters, and a small file."""

_BOUND = re.compile(r"(?<!\w)(\w|\d{2,3}) (?=\w)|(?<=\w) (?=[–—])")
"""The space after a figure or a single letter, and before a dash: lines are not broken there."""


class Box(NamedTuple):
    """A rectangle in pixels; `right` and `bottom` are just outside it."""

    left: int
    top: int
    right: int
    bottom: int

    def overlaps(self, other: "Box") -> bool:
        """Whether the two share a pixel."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True)
class Style:
    """How a text looks; `leading` is the distance from its baseline to that of the next line."""

    size: int
    colour: Colour
    weight: Literal["Regular", "Bold"] = "Regular"

    @property
    def leading(self) -> int:
        """Looser for small text, which stands in longer paragraphs."""
        return round(self.size * (1.2 if self.size > 50 else 1.36))  # noqa: PLR2004, where headings begin

    def width(self, text: str) -> int:
        """How far `text` moves the pen."""
        return round(_font(self.weight, self.size).getlength(text))


@dataclass(frozen=True)
class Text:
    """A run of one style on one line; `y` is its baseline."""

    x: int
    y: int
    text: str
    style: Style

    @property
    def box(self) -> Box:
        """What its ink covers."""
        left, top, right, bottom = _font(self.style.weight, self.style.size).getbbox(self.text, anchor="ls")
        return Box(self.x + round(left), self.y + round(top), self.x + round(right), self.y + round(bottom))


@dataclass(frozen=True)
class Mark:
    """A shape with round ends: filled, or only its edge of `edge` pixels."""

    box: Box
    colour: Colour
    edge: int | None = None


@dataclass(frozen=True)
class Sheet:
    """A picture before it is painted."""

    width: int
    height: int
    background: Colour
    texts: tuple[Text, ...]
    marks: tuple[Mark, ...]


def flow(runs: Iterable[tuple[str, Style]], x: int, y: int, width: int) -> list[Text]:
    """The runs one after the other as a paragraph, from the first baseline `y`.

    It has as few lines as `width` allows, and these are as even as can be, so that no last word stands alone.
    """
    words = [(word, style) for text, style in runs for word in _BOUND.sub("\\1\N{NO-BREAK SPACE}", text).split(" ")]
    placed = []
    for number, line in enumerate(_lines(words, width)):
        pen = x
        for style, group in groupby(line, key=lambda word: word[1]):
            text = " ".join(word for word, _ in group)
            placed.append(Text(pen, y + number * words[0][1].leading, text, style))
            pen += style.width(text + " ")
    return placed


def paint(sheet: Sheet) -> bytes:
    """The picture as a PNG file."""
    image = Image.new("RGB", (sheet.width, sheet.height), sheet.background)
    for mark in sheet.marks:
        image.paste(mark.colour, mark.box[:2], _shape(mark))
    draw = ImageDraw.Draw(image)
    for text in sheet.texts:
        font = _font(text.style.weight, text.style.size)
        draw.text((text.x, text.y), text.text, text.style.colour, font, anchor="ls")
    file = BytesIO()
    image.quantize(palette=_palette(sheet), dither=Image.Dither.NONE).save(file, "PNG")
    return file.getvalue()


def _lines(words: Sequence[tuple[str, Style]], width: int) -> Iterator[Sequence[tuple[str, Style]]]:
    """The words by lines: the fewest lines, and of these ways the one with the least sum of squared widths."""
    spaces = [style.width(" ") for _, style in words]
    ends = [0, *accumulate(style.width(word) + space for (word, style), space in zip(words, spaces, strict=True))]
    best = [(0, 0, 0)]  # for the words up to here: lines, sum of squares, where the last line starts
    for end in range(1, len(words) + 1):
        widths = ((start, ends[end] - ends[start] - spaces[end - 1]) for start in range(end))
        fitting = ((start, taken) for start, taken in widths if taken <= width or start == end - 1)
        best.append(min((best[start][0] + 1, best[start][1] + taken**2, start) for start, taken in fitting))
    starts, end = [], len(words)
    while end:
        end = best[end][2]
        starts.append(end)
    return (words[start:end] for start, end in pairwise([*reversed(starts), len(words)]))


def _shape(mark: Mark) -> Image.Image:
    """Where the mark's colour goes, as a mask of its box."""
    width, height = mark.box.right - mark.box.left, mark.box.bottom - mark.box.top
    large = Image.new("L", (width * FINENESS, height * FINENESS))
    area, radius = (0, 0, large.width - 1, large.height - 1), min(large.size) / 2
    draw = ImageDraw.Draw(large)
    if mark.edge is None:
        draw.rounded_rectangle(area, radius, fill=255)
    else:
        draw.rounded_rectangle(area, radius, outline=255, width=mark.edge * FINENESS)
    return large.resize((width, height), Image.Resampling.BOX)


def _palette(sheet: Sheet) -> Image.Image:
    """The colours a picture keeps: the ways from its background to each colour on it."""
    colours = sorted({text.style.colour for text in sheet.texts} | {mark.colour for mark in sheet.marks})
    steps = [step / (SHADES - 1) for step in range(SHADES)]
    shades = [
        round(under + (over - under) * step)
        for colour in colours
        for step in steps
        for under, over in zip(sheet.background, colour, strict=True)
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette(shades)
    return palette


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    """A font of the ones beside this module; its plain layout measures the same on every machine."""
    content = (files("bot") / "fonts" / f"NotoSans-{weight}.ttf").read_bytes()
    return ImageFont.truetype(BytesIO(content), size, layout_engine=ImageFont.Layout.BASIC)
