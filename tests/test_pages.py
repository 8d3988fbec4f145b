import re
from dataclasses import replace
from itertools import product

import pytest
from telegram_rules import read_html

from bot.answering import Answer, Answerer
from bot.model import LANGUAGES, Knowledge, Language, Outcome
from bot.page import Page, utf16_length
from bot.pages import COMMANDS, Pages
from bot.rendering import LIMIT, messages, plain
from bot.replies import data_of
from bot.source import text_fragment

CALLBACK_BYTES, SHARED = 64, 256


def every_page(pages: Pages, knowledge: Knowledge) -> list[Page]:
    found = [pages.command(command, "en") for command in (*COMMANDS, "nonsense")]
    seen: set[str] = set()
    waiting = [button.data for page in found for row in page.buttons for button in row if button.data]
    waiting += [f"{kind}:{id_}" for id_ in knowledge.intents for kind in "ic"]
    while waiting:
        data = waiting.pop()
        if data not in seen and not data.startswith(("l:", "g:")):  # those choose for a chat, see test_handlers
            seen.add(data)
            page = pages.pressed(data, "en")
            assert page is not None, data
            found.append(page)
            waiting += [button.data for row in page.buttons for button in row if button.data]
    return found


def test_every_button_leads_to_a_page_and_fits_telegram(pages: Pages, knowledge: Knowledge) -> None:
    for page in every_page(pages, knowledge):
        assert plain(page).strip()
        assert all(len(button.data.encode()) <= CALLBACK_BYTES for row in page.buttons for button in row)
        assert len(messages(page)) == 1


@pytest.mark.parametrize(
    "data",
    ["", "x", "i:", "i:no-such", "c:no-such", "i:order", "i:deaths,no-such", "c:,", "p:9", "p:-1", "p:x", "p:²", "z:3"],
)
def test_a_button_of_another_time_leads_nowhere(pages: Pages, data: str) -> None:
    assert pages.pressed(data, "en") is None


def test_every_answer_is_attributed_quoted_and_linked(pages: Pages, answerer: Answerer, knowledge: Knowledge) -> None:
    link = knowledge.statement.links["en"]
    for intent in knowledge.intents.values():
        page = pages.answer(answerer.show([intent.id], "en"))
        text = plain(page)
        assert text.startswith("According to the statement, ")
        assert link in text
        for quote in intent.quotes:
            assert quote.text["en"] in text
            assert any(block.quotation and block.text == quote.text["en"] for block in page.blocks)
        assert all(
            knowledge.facts[id_].display["en"] in text
            for id_ in intent.facts
            if f"{{{id_}}}" in intent.texts["en"].lead
        )


def test_in_context_shows_the_whole_paragraph_with_the_quotation_marked(pages: Pages, knowledge: Knowledge) -> None:
    page = pages.pressed("c:places", "en")
    assert page is not None
    assert knowledge.statement.paragraphs[3] in plain(page)
    marked = [span.text for block in page.blocks if block.quotation for span in block.spans if span.bold]
    assert marked == ["in Baku and Sumgayit, Lankaran, and Neftchala"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("parts", [("deaths", "blockade"), ("places", "when"), ("wounded", "order")])
@pytest.mark.parametrize("compact", [True, False])
def test_back_from_the_context_leads_to_all_of_the_answer(
    pages: Pages, answerer: Answerer, parts: tuple[str, str], language: Language, *, compact: bool
) -> None:
    knowledge, answer = pages.knowledge, answerer.show(parts, language)
    page = pages.answer(answer, compact=compact)
    context = pages.pressed(page.buttons[0][0].data, "en", compact=compact)
    assert context is not None
    for quote in answer.quotes:
        assert knowledge.statement.texts[language][quote.paragraph] in plain(context)
    back = pages.pressed(context.buttons[0][0].data, "en", compact=compact)
    assert back is not None
    title, *blocks = back.blocks
    assert title.text == answer.title
    assert tuple(blocks) == page.blocks
    assert (knowledge.phrases[language].also_not_said in plain(back)) is ("order" in parts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_two_answers_together_fit_a_message_and_their_buttons_telegram(
    pages: Pages, knowledge: Knowledge, language: Language
) -> None:
    subjects = knowledge.subjects
    longest = [max(subjects, key=lambda id_: len(subjects[id_].texts[language].reply)), max(subjects, key=len)]
    for first, second in product(knowledge.intents, [*knowledge.intents, *longest]):
        if first != second:
            for kind in "ic":
                page = pages.pressed(data_of(kind, (first, second)), language)
                assert page is not None
                assert page.length <= LIMIT, (first, second, page.length)
                assert data_of(kind, (first, second)) == f"{kind}:{first},{second}"
                assert all(len(b.data.encode()) <= CALLBACK_BYTES for row in page.buttons for b in row)
                assert all(utf16_length(b.share) <= SHARED for row in page.buttons for b in row)


def test_two_quotations_of_one_paragraph_are_marked_in_it_together(pages: Pages, answerer: Answerer) -> None:
    answer = answerer.show(["places", "deaths"], "en")
    page = pages.pressed("c:places,deaths", "en")
    assert page is not None
    (paragraph,) = (block for block in page.blocks if block.quotation)
    assert {span.text for span in paragraph.spans if span.bold} == {quote.text["en"] for quote in answer.quotes}


def test_data_names_as_many_as_it_has_room_for() -> None:
    assert data_of("n", ["a" * 30, "b" * 27]) == f"n:{'a' * 30},{'b' * 27}"
    assert data_of("n", ["a" * 30, "b" * 28, "c"]) == f"n:{'a' * 30}"


def test_the_whole_statement_has_every_word_of_it(pages: Pages, knowledge: Knowledge) -> None:
    text = plain(pages.command("statement", "en"))
    assert all(paragraph in text for paragraph in knowledge.statement.paragraphs)


def test_one_paragraph_has_neighbours(pages: Pages, knowledge: Knowledge) -> None:
    page = pages.command("statement", "en", "3")
    assert knowledge.statement.paragraphs[3] in plain(page)
    assert [button.data for button in page.buttons[0]] == ["p:2@en", "p:4@en"]
    assert [button.data for button in pages.command("statement", "en", "8").buttons[0]] == ["p:7@en"]


@pytest.mark.parametrize("argument", ["9", "-1", "three", "3 4", "²"])
def test_a_wrong_paragraph_number_is_answered_with_the_right_ones(pages: Pages, argument: str) -> None:
    assert "paragraphs 1 to 8" in plain(pages.command("statement", "en", argument))


def test_the_timeline_has_every_date_in_the_statements_precision(pages: Pages) -> None:
    text = plain(pages.command("timeline", "en"))
    dates = ["1980s", "19-20 January 1990", "21 January 1990", "February 1994", "March 1994", "almost 30 years", "44-day",
             "19-20 September 2023", "20 January 2024"]  # fmt: skip
    places = [text.index(date) for date in dates]
    assert places == sorted(places)
    assert "the statement gives no date for it" in text


@pytest.mark.parametrize(
    ("language", "quotation"),
    [
        ("en", '“a decision "On the tragic events committed in Baku on 20 January 1990" was adopted”'),
        ("ru", "«было принято решение „О трагических событиях, совершённых в Баку 20 января 1990 года“»"),
    ],
)
def test_a_quotation_within_one_has_other_marks_than_it(pages: Pages, language: Language, quotation: str) -> None:
    assert quotation in plain(pages.command("timeline", language))


@pytest.mark.parametrize(
    ("language", "figure"),
    [
        ("en", "hundreds of thousands\nof Azerbaijanis deported from their ancestral lands in present-day Armenia"),
        ("ru", "почти 30 лет\nвоенной оккупации со стороны Армении"),
    ],
)
def test_a_figure_and_what_it_counts_read_on(pages: Pages, language: Language, figure: str) -> None:
    assert figure in plain(pages.command("figures", language))


def test_the_figures_are_all_there(pages: Pages) -> None:
    text = plain(pages.command("figures", "en"))
    assert all(figure in text for figure in ("150", "744", "4 people", "hundreds of thousands", "34 years", "44-day"))


def test_about_says_whose_text_it_is_and_that_the_bot_is_unofficial(pages: Pages) -> None:
    text = plain(pages.command("about", "en"))
    assert "Ministry of Foreign Affairs" in text
    assert "unofficial" in text
    assert "Other sources may describe the events differently" in text

    assert "The Ministry's website: https://mfa.gov.az" in text


@pytest.mark.parametrize("language", ["en", "az"])
def test_another_link_can_be_set(answerer: Answerer, language: Language) -> None:
    page = Pages(answerer, "https://mirror.example/page").command("about", language)
    phrases = answerer.knowledge.phrases[language]
    assert phrases.full_text.format(url="https://mirror.example/page") in plain(page)
    assert "ednews" not in plain(page)


@pytest.mark.parametrize(
    ("language", "link"),
    [
        ("en", "Full text: https://ednews.net/en/"),
        ("az", "Tam mətn (ingilis dilində): https://ednews.net/en/"),
        ("ru", "Полный текст: https://ashgabat.mfa.gov.az/ru/"),
        ("tr", "Tam metin (İngilizce): https://ednews.net/en/"),
    ],
)
def test_a_link_says_where_it_leads_to_another_language(pages: Pages, language: Language, link: str) -> None:
    assert link in plain(pages.command("figures", language))


@pytest.mark.parametrize("command", ["statement", "timeline", "figures"])
def test_what_is_translated_is_labelled(pages: Pages, command: str) -> None:
    assert "(Qeyri-rəsmi tərcümə)" in plain(pages.command(command, "az"))
    assert "translation" not in plain(pages.command(command, "en"))


def test_what_the_statement_does_not_say_is_said_with_what_it_does_say(pages: Pages, answerer: Answerer) -> None:
    answer = answerer.answer("Who gave the order to open fire?")
    assert (answer.outcome, answer.subject) == (Outcome.NOT_COVERED, "order")
    page = pages.answer(answer)
    assert plain(page).startswith("The statement does not say who gave the order.")
    assert not any(block.quotation for block in page.blocks)
    assert [button.data for row in page.buttons for button in row] == [f"i:{id_}@en" for id_ in answer.suggestions]


def test_a_text_fragment_names_the_words_and_escapes_its_own_signs() -> None:
    assert text_fragment("a 44-day war, it was") == "#:~:text=a%2044%2Dday%20war%2C%20it%20was"
    assert re.fullmatch(r"#:~:text=(\w+%20){5}\w+,(\w+%20){5}\w+", text_fragment("word " * 30))
    assert text_fragment("") == ""


@pytest.mark.parametrize("language", ["en", "ru"])
def test_several_answers_are_quoted_as_far_as_there_is_room(
    pages: Pages, answerer: Answerer, knowledge: Knowledge, language: Language
) -> None:
    answers = [answerer.show([id_], language) for id_ in ("places", "deaths", "when")]
    quotes = [answer.quotes[0].text[language] for answer in answers]
    whole, count = pages.several(answers, 4096)
    assert count == 3
    assert [quote in plain(whole) for quote in quotes] == [True, True, True]
    assert plain(whole).count(knowledge.phrases[language].translation_label) == (3 if language == "ru" else 0)
    less, count = pages.several(answers, whole.length - 1)
    assert count == 3
    assert [quote in plain(less) for quote in quotes] == [True, True, False]
    assert less.blocks[-1] == whole.blocks[-1]  # the link
    _, fewer = pages.several(answers, 10)
    assert fewer == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["casualties", "timeline", "figures"])
def test_however_many_ask_the_same_a_message_shows_all_that_it_has(
    pages: Pages, answerer: Answerer, language: Language, name: str
) -> None:
    if name == "casualties":
        answer = answerer.show([name], language)
    else:
        answer = Answer("", language, Outcome.COMMAND, 1.0, command=name)
    page, count = pages.several([replace(answer, question="?")] * 60, LIMIT)
    (text,) = messages(page)
    shown = read_html(text)
    assert 1 < count < 60
    assert len(shown.entities) == page.marks <= 100


def test_a_page_knows_how_long_it_is_sent(pages: Pages, answerer: Answerer) -> None:
    page = pages.answer(answerer.show(["deaths"], "ru"))
    assert messages(page, page.length) == messages(page)
    assert len(messages(page, page.length - 1)) == 2


def test_a_button_in_a_group_leads_to_a_short_answer(pages: Pages) -> None:
    short, whole = (pages.pressed("i:deaths@az", "en", compact=compact) for compact in (True, False))
    assert short is not None
    assert whole is not None
    assert len(plain(short)) < len(plain(whole))
    assert all(block.folded for block in short.blocks if block.quotation)
    assert "Qeyri-rəsmi tərcümə" in plain(short)
