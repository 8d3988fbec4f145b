"""The values of a reply before it has a form: a page of blocks of text, with buttons."""

from dataclasses import dataclass

BETWEEN = "\n\n"
"""Between two blocks."""


@dataclass(frozen=True)
class Span:
    """A run of text, perhaps bold or a link."""

    text: str
    bold: bool = False
    url: str | None = None


@dataclass(frozen=True)
class Block:
    """A paragraph of a page: a quotation, or the bot's own words."""

    spans: tuple[Span, ...]
    quotation: bool = False
    folded: bool = False
    """Whether it is shown only when it is tapped, where the form allows that."""
    choices: bool = False
    """Whether the buttons below say the same, for readers who see them at once."""

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Button:
    """`data` is what `Pages.pressed` understands; else the button copies the text `copy`, or shares what asking
    `share` in another chat gives."""

    text: str
    data: str = ""
    copy: str = ""
    share: str = ""


@dataclass(frozen=True)
class Page:
    """One reply."""

    blocks: tuple[Block, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    anew: bool = False
    """Whether a button leads to it as a message of its own, because the one it belongs to should stay."""

    @property
    def length(self) -> int:
        """UTF-16 units, with an empty line between two blocks."""
        return utf16_length(BETWEEN.join(block.text for block in self.blocks))

    @property
    def marks(self) -> int:
        """How many quotations, links and bold runs it has."""
        spans = [span for block in self.blocks for span in block.spans]
        return sum(block.quotation for block in self.blocks) + sum(span.bold or bool(span.url) for span in spans)


def text_block(text: str, *, bold: bool = False) -> Block:
    """A block of the bot's own words."""
    return Block((Span(text, bold),))


def text_page(text: str) -> Page:
    """A page of the bot's own words alone."""
    return Page((text_block(text),))


def link_block(text: str, url: str, fragment: str = "") -> Block:
    """`text` with `url` in place of its "{url}", linked; `fragment` is the part of the link that is not shown."""
    before, after = text.split("{url}")
    return Block((Span(before), Span(url, url=url + fragment), Span(after)))


def utf16_length(text: str) -> int:
    """How long `text` is as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2
