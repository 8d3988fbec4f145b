"""`Page` → what Telegram is sent: HTML inside its size limit, or plain text.

Limits are of the Bot API (https://core.telegram.org/bots/api#sendmessage): a message has at most 4096 UTF-16 units
after its entities are parsed, the caption of a picture 1024.
"""

from collections.abc import Iterator
from dataclasses import replace
from html import escape

from bot.page import BETWEEN, Block, Page, Span, utf16_length

LIMIT, CAPTION_LIMIT = 4096, 1024
EXPANDABLE_FROM = 300
"""Characters from which a quotation is folded until it is tapped."""


def plain(page: Page) -> str:
    """The page's words without markup."""
    return BETWEEN.join(block.text for block in page.blocks)


def messages(page: Page, limit: int = LIMIT) -> list[str]:
    """The page as one or more HTML messages, each of at most `limit` UTF-16 units when shown."""
    found: list[list[Block]] = [[]]
    room = limit
    for block in (part for whole in page.blocks for part in _cut(whole, limit)):
        needed = utf16_length(block.text) + utf16_length(BETWEEN)
        if needed > room + utf16_length(BETWEEN) and found[-1]:
            found.append([])
            room = limit
        found[-1].append(block)
        room -= needed
    return [BETWEEN.join(map(_html, blocks)) for blocks in found if blocks]


def single(page: Page) -> str:
    """The page as one HTML message: whole, or without what is folded, or as much of its beginning as fits."""
    opened = replace(page, blocks=tuple(block for block in page.blocks if not block.folded))
    whole, *more = messages(page)
    return messages(opened)[0] if more else whole


def _html(block: Block) -> str:
    inner = "".join(map(_span, block.spans))
    if not block.quotation:
        return inner
    return (
        f"<blockquote{' expandable' if block.folded or len(block.text) >= EXPANDABLE_FROM else ''}>{inner}</blockquote>"
    )


def _span(span: Span) -> str:
    text = escape(span.text, quote=False)
    if span.bold:
        text = f"<b>{text}</b>"
    return f'<a href="{escape(span.url)}">{text}</a>' if span.url else text


def _cut(block: Block, limit: int) -> Iterator[Block]:
    """`block`, or several that are each within `limit`, cut between words where there are any."""
    spans: list[Span] = []
    room = limit
    for span in block.spans:
        rest = span.text
        while rest:
            piece, rest = _head(rest, room)
            if piece:
                spans.append(Span(piece, span.bold, span.url))
                room -= utf16_length(piece)
            if rest:
                yield Block(tuple(spans), block.quotation, block.folded)
                spans, room = [], limit
    if spans:
        yield Block(tuple(spans), block.quotation, block.folded)


def _head(text: str, room: int) -> tuple[str, str]:
    """The longest start of `text` within `room` units that ends between words, if one does, and the rest."""
    if utf16_length(text) <= room:
        return text, ""
    end = room
    while utf16_length(text[:end]) > room:
        end -= 1
    space = text.rfind(" ", 0, end)
    end = space + 1 if space > 0 else end
    return text[:end], text[end:]
