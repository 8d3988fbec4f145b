from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from bot.page import Block, Page, Span
from bot.rendering import LIMIT, messages, plain


class Checker(HTMLParser):
    """Reads a message as Telegram does: which tags, properly closed, and the text that is shown."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.shown = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("b", "a", "blockquote")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.shown += data


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6000)
spans = st.builds(Span, texts, st.booleans(), st.sampled_from([None, "https://a.example/?b=1&c=%22#:~:text=d"]))
blocks = st.builds(Block, st.tuples(spans) | st.tuples(spans, spans), st.booleans())
pages = st.builds(Page, st.lists(blocks, min_size=1, max_size=6).map(tuple))


@given(pages)
def test_any_page_is_valid_html_within_the_limit_and_loses_no_word(page: Page) -> None:
    shown = [Checker(message).shown for message in messages(page)]
    assert all(0 < len(text.encode("utf-16-le")) // 2 <= LIMIT for text in shown)
    assert "".join("".join(shown).split()) == "".join(plain(page).split())


def test_what_people_type_is_never_markup() -> None:
    assert messages(Page((Block((Span("<b>&amp;</b>"),)),))) == ["&lt;b&gt;&amp;amp;&lt;/b&gt;"]


def test_a_long_quotation_is_folded_and_a_short_one_is_not() -> None:
    long, short = (messages(Page((Block((Span("word " * n),), quotation=True),)))[0] for n in (100, 10))
    assert long.startswith("<blockquote expandable>")
    assert short.startswith("<blockquote>")


def test_a_long_text_is_cut_between_words() -> None:
    first, second = messages(Page((Block((Span("abcd " * 1000),)),)))
    assert first.endswith("abcd ")
    assert second.startswith("abcd ")
