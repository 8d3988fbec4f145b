import logging
from itertools import count, pairwise
from typing import Any

import pytest
from conftest import TOKEN, Server
from telegram import Update
from telegram.error import BadRequest

from bot.app import build_application, build_bot
from bot.articles import Article, Articles
from bot.buttons import Buttons
from bot.handlers import Handlers
from bot.inline import Inline
from bot.model import Knowledge, Language
from bot.outbox import Room
from bot.page import Block, Page, Span, text_block, utf16_length
from bot.pages import Pages
from bot.rendering import messages, plain, single
from bot.storage import Storage

LANGUAGES: tuple[Language, ...] = ("en", "az", "ru", "tr")
PARAGRAPHS = [f"p:{n}" for n in range(9)]
QUERIES = [
    "", "casualties", "who ordered it", "how many died and how many were wounded?", "figures", "full text", "about",
    "soviet", "zxcv asdf", "hello", "20 yanvar", "сколько погибших", "kaç kişi öldü", "neçə nəfər həlak olub",
    "how many were wounded and who gave the order", "x" * 256, "🌹", "<b>&",
]  # fmt: skip
numbers = count(1)


def person(language: str | None = "en", **more: Any) -> dict[str, Any]:
    return {"id": 7, "is_bot": False, "first_name": "Ana", "language_code": language} | more


async def process(application: Any, **fields: Any) -> None:
    update = Update.de_json({"update_id": next(numbers), **fields}, application.bot)
    await application.process_update(update)


async def ask(application: Any, server: Server, query: str, language: str = "en", offset: str = "") -> dict[str, Any]:
    """What is answered to a query that is being typed."""
    body = {"id": "q", "from": person(language), "query": query, "offset": offset}
    await process(application, inline_query=body)
    assert server.calls[-1].method == "answerInlineQuery"
    return server.calls[-1].parameters


async def every_page(application: Any, server: Server, query: str, language: str = "en") -> list[dict[str, Any]]:
    """What there is to choose from, scrolled to its end."""
    answer = await ask(application, server, query, language)
    found = list(answer["results"])
    while "next_offset" in answer and len(found) < 100:
        answer = await ask(application, server, query, language, answer["next_offset"])
        found += answer["results"]
    return found


def ids(results: list[dict[str, Any]]) -> list[str]:
    return [result["id"] for result in results]


def text(result: dict[str, Any]) -> str:
    return str(result["input_message_content"]["message_text"])


async def test_the_answer_comes_first_then_what_is_near_then_overviews_then_paragraphs(
    application: Any, server: Server, pages: Pages
) -> None:
    found = ids(await every_page(application, server, "casualties"))
    answer = pages.look_up("casualties", None, "en")
    near = [f"i:{id_}" for id_ in dict.fromkeys([*answer.next, *answer.suggestions])]
    assert near
    assert found[: len(near) + 4] == ["i:casualties", *near, "timeline", "figures", "p:3"]
    assert sorted(found[len(near) + 3 :]) == PARAGRAPHS  # none has the word, so all follow


async def test_what_is_sent_is_the_whole_reply_attributed_and_linked(
    application: Any, server: Server, knowledge: Knowledge
) -> None:
    first = (await ask(application, server, "how many people died?"))["results"][0]
    assert first["type"] == "article"
    assert first["title"] == knowledge.intents["deaths"].texts["en"].title
    assert first["description"].startswith("Military aggression of the occupying forces claimed the lives of 150")
    assert "According to the statement, <b>150 citizens</b> lost their lives in the military aggression" in text(first)
    assert knowledge.intents["deaths"].quotes[0].text["en"] in text(first)
    assert knowledge.statement.links["en"] in text(first)
    assert knowledge.statement.title in text(first)
    assert first["input_message_content"]["parse_mode"] == "HTML"
    assert first["input_message_content"]["link_preview_options"] == {"is_disabled": True}
    labels = [button["text"] for row in first["reply_markup"]["inline_keyboard"] for button in row]
    related = [knowledge.intents[id_].texts["en"].title for id_ in knowledge.intents["deaths"].related]
    assert labels == ["Show in context", *related]  # what else there is below an answer is not for anybody


async def test_what_the_statement_does_not_say_is_said_first(application: Any, server: Server) -> None:
    first, second, *_ = (await ask(application, server, "who ordered it"))["results"]
    assert first["title"] == "The statement does not say who gave the order."
    assert "The statement does not say who gave the order." in text(first)
    assert "Full text: " in text(first)
    assert second["id"] == "i:perpetrators"


@pytest.mark.parametrize("query", ["did 26000 soldiers come?", "2031?"])
async def test_figures_that_the_statement_does_not_have_are_named_once(
    application: Any, server: Server, query: str
) -> None:
    sent = text((await ask(application, server, query))["results"][0])
    assert sent.count("The statement does not mention") == 1
    assert sent.count("What it does answer:") == 1


async def test_two_questions_are_answered_together_and_apart(application: Any, server: Server) -> None:
    found = (await ask(application, server, "how many died and who broke the information blockade?"))["results"]
    assert ids(found)[:3] == ["answer", "i:deaths", "i:blockade"]
    assert "<b>150 citizens</b>" in text(found[0])
    between = text(found[0]).split("</blockquote>")[1].split("<blockquote")[0]
    assert "Heydar Aliyev" in between  # in what is said above the second quotation


async def test_the_paragraphs_that_have_the_words_are_offered(application: Any, server: Server) -> None:
    found = ids(await every_page(application, server, "Heydar Aliyev Moscow"))
    assert [id_ for id_ in found if id_ in PARAGRAPHS] == ["p:4", "p:6"]


async def test_a_word_that_is_in_most_paragraphs_finds_none(application: Any, server: Server) -> None:
    found = ids(await every_page(application, server, "in the Moscow of the"))
    assert [id_ for id_ in found if id_ in PARAGRAPHS] == ["p:4"]


@pytest.mark.parametrize(
    ("query", "language", "first"),
    [
        ("Heyd", "en", ["i:heydar-aliyev"]),
        ("how man", "en", ["i:deaths", "i:missing", "i:wounded"]),
        ("qara", "az", ["i:garabagh"]),
        ("пог", "ru", ["i:casualties", "i:deaths"]),
        ("yaral", "tr", ["i:wounded"]),
    ],
)
async def test_a_word_that_is_not_typed_to_its_end_finds_the_titles_that_have_it(
    application: Any, server: Server, query: str, language: str, first: list[str]
) -> None:
    answer = await ask(application, server, query, language)
    assert ids(answer["results"])[: len(first)] == first
    assert "button" not in answer


@pytest.mark.parametrize(
    ("query", "language", "paragraph"),
    [("paragraph 3", "en", "p:3"), ("the 5th paragraph", "en", "p:5"), ("abzas 4", "az", "p:4"), ("абзац 5", "ru", "p:5"),
     ("paragraf 2", "tr", "p:2")],
)  # fmt: skip
async def test_a_numbered_paragraph_comes_first_then_all_others(
    application: Any, server: Server, query: str, language: str, paragraph: str
) -> None:
    found = [id_ for id_ in ids(await every_page(application, server, query, language)) if id_ in PARAGRAPHS]
    assert found == [paragraph, *(id_ for id_ in PARAGRAPHS if id_ != paragraph)]


@pytest.mark.parametrize(("query", "first"), [("timeline", "timeline"), ("figures", "figures"), ("full text", "p:0")])
async def test_what_is_wished_for_comes_first(application: Any, server: Server, query: str, first: str) -> None:
    answer = await ask(application, server, query)
    assert ids(answer["results"])[0] == first
    assert "button" not in answer


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_empty_query_shows_the_main_subjects_in_the_language_of_whoever_asks(
    application: Any, server: Server, knowledge: Knowledge, language: Language
) -> None:
    answer = await ask(application, server, "", language)
    topics = knowledge.statement.topics
    found = await every_page(application, server, "", language)
    assert ids(found) == [*(f"i:{id_}" for id_ in topics), "timeline", "figures", *PARAGRAPHS]
    assert [result["title"] for result in found[: len(topics)]] == [
        knowledge.intents[id_].texts[language].title for id_ in topics
    ]
    assert "button" not in answer
    assert answer["is_personal"] is True


@pytest.mark.parametrize("query", ["weather tomorrow", "hello"])
async def test_where_nothing_is_found_a_button_leads_to_the_private_chat(
    application: Any, server: Server, knowledge: Knowledge, query: str
) -> None:
    answer = await ask(application, server, query)
    assert answer["button"] == {"text": knowledge.phrases["en"].ask_privately, "start_parameter": "inline"}
    assert ids(answer["results"])[:2] == [f"i:{id_}" for id_ in knowledge.statement.topics[:2]]


async def test_the_private_chat_welcomes_whoever_comes_from_another(
    application: Any, server: Server, knowledge: Knowledge
) -> None:
    chat = {"id": 7, "type": "private"}
    start = [{"type": "bot_command", "offset": 0, "length": 6}]
    body = {"message_id": 1, "date": 1, "chat": chat, "from": person(), "text": "/start inline", "entities": start}
    await process(application, message=body)
    (sent,) = server.sent("sendMessage")
    assert sent["text"] == knowledge.phrases["en"].start


async def test_an_answer_is_paged_by_offset(application: Any, server: Server) -> None:
    first = await ask(application, server, "")
    second = await ask(application, server, "", offset=first["next_offset"])
    assert first["next_offset"] == "10"
    assert "next_offset" not in second
    assert (len(first["results"]), len(second["results"])) == (10, 7)
    assert not set(ids(first["results"])) & set(ids(second["results"]))


@pytest.mark.parametrize("offset", ["20", "7", "-10", "x", "0", "²", "9" * 64, "10 "])
async def test_an_offset_of_another_is_the_end(application: Any, server: Server, offset: str) -> None:
    answer = await ask(application, server, "", offset=offset)
    assert answer["results"] == []
    assert "next_offset" not in answer


@pytest.mark.parametrize(
    ("asked", "title", "personal"),
    [
        (("how many people died?", "ru"), "How many people were killed?", False),
        (("сколько погибших", "en"), "Сколько человек погибло?", False),
        (("heydar aliyev", "tr"), "Haydar Aliyev hakkında ne deniyor?", True),
        (("heydar aliyev", "en"), "What does it say about Heydar Aliyev?", True),
        (("", "de"), "What happened on 20 January 1990?", True),
    ],
)
async def test_the_language_is_that_of_the_query_else_of_whoever_types(
    application: Any, server: Server, asked: tuple[str, str], title: str, *, personal: bool
) -> None:
    answer = await ask(application, server, *asked)
    assert answer["results"][0]["title"] == title
    assert answer["is_personal"] is personal
    assert answer["cache_time"] == 300


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_answer_keeps_telegrams_limits(
    application: Any, server: Server, query: str, language: Language
) -> None:
    found = await every_page(application, server, query, language)
    assert found
    assert len(set(ids(found))) == len(found)
    assert all(0 < len(id_.encode()) <= 64 for id_ in ids(found))
    assert all(0 < len(result["title"]) <= 100 and 0 < len(result["description"]) <= 100 for result in found)
    assert all(len(call.parameters["results"]) <= 10 for call in server.calls)


@pytest.fixture(scope="module")
def offered(pages: Pages, knowledge: Knowledge) -> dict[Language, list[Article]]:
    """What is offered for each title and each subject that is not covered."""
    articles, offered = Articles(pages), {}
    for language in LANGUAGES:
        titles = [intent.texts[language].title for intent in knowledge.intents.values()]
        asked = [*titles, *(knowledge.questions[language][id_][0] for id_ in knowledge.subjects), ""]
        found = {(a.id, a.title): a for question in asked for a in articles.offer(question, language).articles}
        assert {f"i:{id_}" for id_ in knowledge.intents} <= {id_ for id_, _ in found}
        offered[language] = [*found.values()]
    return offered


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_article_is_sent_whole_and_says_whose_words_it_has(
    offered: dict[Language, list[Article]], knowledge: Knowledge, language: Language
) -> None:
    for article in offered[language]:
        shown = plain(article.page)
        assert utf16_length(shown) <= 4096, article.id
        assert messages(article.page) == [single(article.page)], article.id
        assert knowledge.statement.texts[language][0].split("\n")[0] in shown, article.id
        assert "https://" in shown, article.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shared_brings_the_same_answer_first(pages: Pages, knowledge: Knowledge, language: Language) -> None:
    articles, intents = Articles(pages), [*knowledge.intents]
    for parts in (*intents, *map(",".join, pairwise(intents))):
        shown = pages.pressed(f"i:{parts}", language)
        assert shown is not None
        (shared,) = (button.share for row in shown.buttons for button in row if button.share)
        assert len(shared) <= 256  # what Telegram lets be typed
        first = articles.offer(shared, "az").articles[0].page
        assert first.blocks[: len(shown.blocks)] == shown.blocks, shared


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_pressed_below_an_article_the_message_stays_whole_and_attributed(
    offered: dict[Language, list[Article]], pages: Pages, knowledge: Knowledge, language: Language
) -> None:
    articles, seen = Articles(pages), set()
    waiting = [article.page for article in offered[language]]
    waiting.append(articles.reply(pages.look_up("full text", language, language)).page)
    while waiting:
        page = waiting.pop()
        for button in (button for row in page.buttons for button in row):
            assert button.data.endswith(f"@{language}")
            if button.data not in seen:
                seen.add(button.data)
                turned = articles.pressed(button.data, "en")
                assert turned is not None, button.data
                shown = plain(turned)
                assert knowledge.statement.texts[language][0].split("\n")[0] in shown, button.data
                assert "https://" in shown, button.data
                assert len(messages(turned)) == 1, button.data
                waiting.append(turned)
    assert {data.partition(":")[0] for data in seen} >= ({"i", "c", "p"} if language == "en" else {"i", "c", "p", "o"})


def test_a_page_that_is_too_long_is_sent_without_what_is_folded() -> None:
    folded = Block((Span("original " * 400),), quotation=True, folded=True)
    page = Page((text_block("lead " * 200), folded, text_block("source")))
    assert len(messages(page)) == 2
    assert single(page) == f"{'lead ' * 200}\n\nsource"


def test_a_page_that_is_too_long_even_so_is_sent_up_to_where_it_fits() -> None:
    assert utf16_length(single(Page((text_block("🌹 word " * 1000),)))) <= 4096


def guest(question: str | None, query: str = "g1", **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "message_id": next(numbers),
        "date": 1,
        "chat": {"id": -500, "type": "supergroup", "title": "Elsewhere"},
        "from": person(),
        "guest_query_id": query,
    }
    if question is not None:
        mention = {"type": "mention", "offset": max(question.find("@"), 0), "length": len("@statement_bot")}
        body |= {"text": question, "entities": [mention]}
    return body | more


@pytest.mark.parametrize(
    ("question", "language", "says"),
    [
        ("@statement_bot how many people died?", "ru", "According to the statement, <b>150 citizens</b>"),
        ("@Statement_Bot, сколько погибших?", "en", "Согласно заявлению"),
        ("how many people died, @statement_bot?", "en", "<b>150 citizens</b>"),
        ("@statement_bot who ordered it", "en", "does not say who gave the order"),
        ("@statement_bot /timeline", "en", "Timeline, according to the statement"),
        ("@statement_bot full text", "en", "We remember with deep respect and gratitude"),
        ("@statement_bot weather tomorrow", "en", "I did not understand"),
    ],
)
async def test_a_guest_question_has_one_complete_answer(
    application: Any, server: Server, question: str, language: str, says: str
) -> None:
    await process(application, guest_message=guest(question, **{"from": person(language)}))
    (call,) = server.calls
    assert call.method == "answerGuestQuery"
    assert call.parameters["guest_query_id"] == "g1"
    result = call.parameters["result"]
    assert says in text(result)
    assert 'href="https://' in text(result)
    assert result["type"] == "article"
    assert result["title"]
    assert result["input_message_content"]["parse_mode"] == "HTML"
    assert result["input_message_content"]["link_preview_options"] == {"is_disabled": True}


async def test_a_guest_chooses_by_a_button_where_the_question_was_not_clear(
    application: Any, server: Server, knowledge: Knowledge, pages: Pages
) -> None:
    unclear = ["independence memory", "war and regime", "lives decision", "war army"]
    question = next(words for words in unclear if pages.look_up(words, None, "en").outcome == "suggest")
    await process(application, guest_message=guest(f"@statement_bot {question}"))
    (call,) = server.calls
    assert call.parameters["result"]["reply_markup"]["inline_keyboard"]
    assert text(call.parameters["result"]).startswith(knowledge.phrases["en"].did_you_mean)


async def test_a_guest_question_that_was_not_understood_is_kept(application: Any, storage: Storage) -> None:
    for question in ("zxcv asdf", "independence memory", "how many people died?", ""):
        await process(application, guest_message=guest(f"@statement_bot {question}", question or "none"))
    kept = [(entry.question, entry.outcome, bool(entry.nearest)) for entry in await storage.unanswered()]
    assert kept == [("independence memory", "suggest", True), ("zxcv asdf", "unknown", False)]


@pytest.mark.parametrize(
    ("query", "chosen", "kept"),
    [
        ("zxcv asdf", "i:wounded", [("zxcv asdf", "unknown", "wounded")]),
        ("independence memory", "i:independence", [("independence memory", "suggest", "independence")]),
        ("zxcv asdf", "timeline", []),  # what was meant is not known
        ("zxcv asdf", "p:3", []),
        ("how many died", "i:deaths", []),  # understood
        ("sov", "i:sovereignty", []),  # found by its title
        ("", "i:deaths", []),
        (" ?", "i:deaths", []),
    ],
)
async def test_of_what_is_typed_elsewhere_only_what_was_sent_though_not_understood_is_kept(
    application: Any, storage: Storage, query: str, chosen: str, kept: list[tuple[str, str, str]]
) -> None:
    await process(application, inline_query={"id": "q", "from": person(), "query": query, "offset": ""})
    assert await storage.unanswered() == []
    result = {"result_id": chosen, "from": person(), "query": query, "inline_message_id": "1"}
    await process(application, chosen_inline_result=result)
    assert [(entry.question, entry.outcome, entry.nearest) for entry in await storage.unanswered()] == kept


async def test_without_consent_nothing_typed_elsewhere_is_kept(pages: Pages, storage: Storage, server: Server) -> None:
    handlers = Handlers(pages, storage, room := Room())
    bot = build_bot(TOKEN, "https://telegram.invalid", (server, server), room, storage)
    application = build_application(bot, handlers, Buttons(pages, storage, handlers), Inline(pages, storage))
    async with application:
        await process(application, guest_message=guest("@statement_bot zxcv asdf"))
        result = {"result_id": "i:wounded", "from": person(), "query": "zxcv asdf", "inline_message_id": "1"}
        await process(application, chosen_inline_result=result)
    assert [call.method for call in server.calls] == ["answerGuestQuery"]
    assert await storage.unanswered() == []


async def test_a_guest_question_is_answered_once(application: Any, server: Server) -> None:
    for _ in range(2):
        await process(application, guest_message=guest("@statement_bot how many people died?"))
    assert len(server.calls) == 1
    await process(application, guest_message=guest("@statement_bot how many people died?", "g2"))
    assert [call.parameters["guest_query_id"] for call in server.calls] == ["g1", "g2"]


@pytest.mark.parametrize("question", ["@statement_bot", "@statement_bot ?", "@statement_bot help", None])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_guest_without_a_question_is_told_how_to_ask(
    application: Any, server: Server, knowledge: Knowledge, question: str | None, language: Language
) -> None:
    await process(application, guest_message=guest(question, **{"from": person(language)}))
    (call,) = server.calls
    replies = "en" if question and "help" in question else language
    assert text(call.parameters["result"]).startswith(knowledge.phrases[replies].guest_help)
    assert 'href="https://' in text(call.parameters["result"])


async def test_a_bot_is_no_guest(application: Any, server: Server) -> None:
    body = guest("@statement_bot how many people died?", **{"from": person(is_bot=True)})
    await process(application, guest_message=body)
    assert server.calls == []


@pytest.mark.parametrize(
    "reason", ["Query is too old and response timeout expired or query ID is invalid", "QUERY_ID_INVALID"]
)
async def test_coming_too_late_bothers_nobody(
    application: Any, server: Server, caplog: pytest.LogCaptureFixture, reason: str
) -> None:
    server.refused = dict.fromkeys(["answerInlineQuery", "answerGuestQuery"], BadRequest(reason))
    with caplog.at_level(logging.INFO, logger="bot"):
        await ask(application, server, "casualties")
        await process(application, guest_message=guest("@statement_bot how many people died?"))
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO"]
    assert [call.method for call in server.calls] == ["answerInlineQuery", "answerGuestQuery"]


async def test_no_fault_makes_a_second_message_in_a_chat_that_the_bot_is_not_in(
    application: Any, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.refused = {"answerGuestQuery": BadRequest("no such luck")}
    await process(application, guest_message=guest("@statement_bot how many people died?"))
    assert "no such luck" in caplog.text
    assert [call.method for call in server.calls] == ["answerGuestQuery"]
