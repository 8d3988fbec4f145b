from collections import Counter
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering import NOTHING_BEFORE, Answerer, Before
from bot.following import Topic
from bot.model import LANGUAGES, Knowledge, Language, Outcome
from bot.pages import Pages
from bot.rendering import LIMIT, messages, plain


@pytest.mark.parametrize(
    ("question", "paragraphs"),
    [
        ("how many people were killed?", (3,)),
        ("death toll", (3,)),
        ("hwo mayn poeple dieed", (3,)),
        ("HOW MANY WERE WOUNDED", (3,)),
        ("who published this", (0,)),
        ("how was the killing qualified in 1994", (6,)),
        ("where were the azerbaijanis deported from", (2,)),
    ],
)
def test_a_question_in_ones_own_words_finds_its_paragraph(
    answerer: Answerer, question: str, paragraphs: tuple[int, ...]
) -> None:
    answer = answerer.answer(question)
    assert (answer.outcome, answer.paragraphs) == (Outcome.ANSWER, paragraphs)


@pytest.mark.parametrize(
    ("question", "command"),
    [
        ("full text please", "statement"),
        ("timeline", "timeline"),
        ("figures at a glance", "figures"),
        ("what can you do", "help"),
    ],
)
def test_a_wish_for_a_command_is_understood(answerer: Answerer, question: str, command: str) -> None:
    answer = answerer.answer(question)
    assert (answer.outcome, answer.command) == (Outcome.COMMAND, command)


@pytest.mark.parametrize(
    ("question", "argument"),
    [
        ("/Statement 3", "3"),
        ("/statement@any_bot 99", "99"),
        ("/statement " + "9" * 5000, "9" * 5000),
        ("paragraph 3", "3"),
        ("3 абзац", "3"),
        ("2. paragrafı göster", "2"),
        ("paragraph five", "5"),
        ("üçüncü abzası göstər", "3"),
        ("покажи последний абзац", "8"),
        ("paragraphs 2 and 3", ""),
        ("can i read the statement in full one last time", ""),
        ("/statement", ""),
    ],
)
def test_a_paragraph_is_wished_for_by_its_number(answerer: Answerer, question: str, argument: str) -> None:
    answer = answerer.answer(question)
    assert (answer.command, answer.argument) == ("statement", argument)


@pytest.mark.parametrize("question", ["/timeline", "/HELP", " /figures"])
def test_a_command_is_one_wherever_it_is_typed(answerer: Answerer, question: str) -> None:
    assert answerer.answer(question, hint="tr").command == question.strip(" /").casefold()
    assert answerer.answer(question, hint="tr").language == "tr"


def test_two_questions_in_one_are_both_answered(answerer: Answerer) -> None:
    answer = answerer.answer("who broke the information blockade and how long did the occupation last?")
    assert answer.paragraphs == (4, 7)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("how many died and where?", ("deaths", "places")),
        ("when and where did the massacre happen", ("when", "places")),
        ("кто и когда выпустил заявление", ("issuer", "issue-date")),
        ("neçə nəfər ölüb və harada", ("deaths", "places")),
        ("bildiriyi kim ne zaman yayımladı", ("issuer", "issue-date")),
        ("where was aliyev when he told the world about the crime", ("blockade-where",)),  # not when that was
    ],
)
def test_a_question_with_several_question_words_is_answered_for_two_of_them(
    answerer: Answerer, question: str, parts: tuple[str, ...]
) -> None:
    assert answerer.answer(question).parts == parts


@pytest.mark.parametrize(
    ("question", "unsaid"),
    [
        ("so 137 people died?", ("137",)),
        ("was it in 1991 or in 1991, and 1990?", ("1991",)),
        ("how many of the 744 died", ()),
        ("my class of 3000 words " + "and so on " * 4 + "how many died", ()),  # a story
        ("did 10.000 people die?", ("10.000",)),
        ("10 000 died? or 20000", ("10 000", "20000")),
        ("were 1,500 killed", ("1,500",)),
        ("1990123 died?", ()),
        ("@ali1985 and https://t.me/x/1234 and room101: how many died", ()),
    ],
)
def test_figures_that_the_statement_does_not_have_are_found(
    answerer: Answerer, question: str, unsaid: tuple[str, ...]
) -> None:
    assert answerer.answer(question).unsaid == unsaid


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", ["2031?", "«2031»", "2031…"])
def test_a_year_alone_that_it_does_not_have_is_no_subject(
    answerer: Answerer, language: Language, question: str
) -> None:
    answer = answerer.answer(question, hint=language)
    assert (answer.outcome, answer.parts, answer.unsaid) == (Outcome.NOT_COVERED, (), ("2031",))


def test_answers_to_different_figures_do_not_say_the_same(answerer: Answerer, pages: Pages) -> None:
    one, other = (answerer.answer(f"did {figure} people die?") for figure in (137, 150))
    assert one.gist != other.gist
    assert plain(pages.answer(one)).startswith("The statement does not mention 137.")
    assert plain(pages.answer(answerer.answer("did 26000 soldiers come?"))).startswith("The statement does not mention")
    assert "does not mention" not in plain(pages.answer(answerer.answer("call 911")))


STORY = "My grandfather lived in Lankaran, he fished and loved tea. He never talked about that night in January. "


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (STORY + "In which cemetery were the victims buried?", ("burial",)),
        (STORY + "How many people died?", ("deaths",)),
        (STORY + "In which cemetery were they buried, and how many people died?", ("deaths",)),
    ],
)
def test_of_a_story_it_is_what_it_asks_that_is_answered(
    answerer: Answerer, question: str, parts: tuple[str, ...]
) -> None:
    assert answerer.answer(question).parts == parts


def test_a_third_question_is_the_first_to_be_offered(answerer: Answerer) -> None:
    answer = answerer.answer("how many were killed? who published the statement? who broke the information blockade?")
    assert (answer.parts, answer.suggestions[0]) == (("deaths", "issuer"), "blockade")
    before = NOTHING_BEFORE.after(answerer.answer("how many died?"))
    answer = answerer.answer("where and when and why?", before=before)
    assert answer.parts == ("places", "when", "purpose")


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("how many died and how many were wounded?", ("casualties",)),
        ("сколько было погибших, раненых и пропавших без вести?", ("casualties",)),
        ("yaralı sayısı, ölü sayısı ve kayıp sayısı?", ("casualties",)),
        ("neçə nəfər ölüb, neçə nəfər yaralanıb və blokadanı kim yarıb?", ("casualties", "blockade")),
        ("how many died and which anniversary is it?", ("deaths", "anniversary")),
    ],
)
def test_several_figures_are_told_at_a_glance(answerer: Answerer, question: str, parts: tuple[str, ...]) -> None:
    answer = answerer.answer(question)
    assert answer.parts == parts
    assert bool(answer.next) == ("casualties" in parts)  # what "not what I asked" leads to


@pytest.mark.parametrize("signs", ["👍", "❤️", "👌🏽", "🙏\n🙏"])
def test_signs_of_thanks_are_answered_as_thanks(answerer: Answerer, signs: str) -> None:
    assert answerer.answer(signs).talk == "thanks"


@pytest.mark.parametrize("signs", ["🕯️🕯️🕯️", "😭", " 🖤 🕊 ", "🙏🕯️🇦🇿", "🤲"])
def test_signs_of_mourning_are_answered_with_condolences(answerer: Answerer, signs: str) -> None:
    answer = answerer.answer(signs, hint="az")
    assert (answer.talk, answer.language) == ("loss", "az")
    assert answerer.answer(f"{signs} how many died").parts == ("deaths",)
    assert {answerer.answer(other).talk for other in ("😭😂", "🌹", "")} == {None}
    before = NOTHING_BEFORE.after(answerer.answer("neçə nəfər ölüb"))
    assert before.after(answerer.answer(signs, before=before)).language == "az"


def test_what_hangs_on_something_not_covered_is_not_answered_by_itself(answerer: Answerer) -> None:
    assert not answerer.answer("whats the deal w khojaly, how many died there").intents
    assert answerer.answer("how many died there, and who gave the order?").parts == ("deaths", "order")
    assert answerer.answer("Gəncəyə raket, 2020, ölən sayı").parts == ("war-losses",)
    # After a gap of the statement's own event it is a question of its own.
    assert answerer.answer("who gave the order and how many were killed?").parts == ("deaths", "order")
    assert answerer.answer("кто отдал приказ? сколько погибло?").parts == ("deaths", "order")


def test_an_event_stays_in_the_thread(answerer: Answerer) -> None:
    before = NOTHING_BEFORE
    for question, subject in [
        ("When was the 44-day war?", "war-dates"),
        ("who won it", None),
        ("who lost", None),
        ("how many died in it", "war-losses"),
    ]:
        answer = answerer.answer(question, before=before)
        assert (answer.intents, answer.subject) == ((), subject)
        before = before.after(answer)
    before = NOTHING_BEFORE.after(answerer.answer("Vatan Savaşı kaç gün sürdü?"))
    assert answerer.answer("Sonucu ne oldu?", before=before).parts == ("patriotic-war",)
    before = NOTHING_BEFORE.after(answerer.answer("who broke the information blockade?"))
    assert answerer.answer("what is this statement even about", before=before).parts == ("subject",)


@pytest.mark.parametrize(
    ("asked", "then", "subject"),
    [
        ("khojaly", "how many died", "khojaly"),
        ("ходжалинская трагедия", "сколько погибло", "khojaly"),
        ("31 mart soyqırımı", "neçə ölü", "march-1918"),
        ("тбилиси 1989", "а кто стрелял", "other-soviet-crackdowns"),
        ("what happened in september 2023", "were civilians killed", "measures-details"),
        # What is not clear is offered, or asked back.
        ("xocalı", "how many died", None),
        ("khojaly", "how many were killed and wounded", None),
        ("how many azerbaijanis died in the 44 day war", "and in total", None),
        ("what happened in september 2023", "who carried it out", None),  # a title
        ("tell me about the 44-day war", "was it a crime", None),
        ("tell me about the 44-day war", "where did it happen", None),
        ("how long was the occupation", "how many died", None),
        ("44 günlük müharibə", "kimə qarşı", None),
        ("патриотическая война 44 дня да", "не сколько дней а скольких наших там убили", None),
    ],
)
def test_what_is_asked_of_another_event_is_not_answered_with_the_texts_own(
    answerer: Answerer, asked: str, then: str, subject: str | None
) -> None:
    before = NOTHING_BEFORE.after(answerer.answer(asked))
    answer = answerer.answer(then, before=before)
    assert (answer.intents, answer.subject if subject else None) == ((), subject)


def test_after_an_offer_the_event_stays_in_the_thread(answerer: Answerer) -> None:
    before = NOTHING_BEFORE.after(answerer.answer("tell me about the 44-day war"))
    before = before.after(answerer.answer("which army attacked", before=before))
    assert not answerer.answer("how many died", before=before).intents
    assert answerer.answer("How many people were killed?", before=before).parts == ("deaths",)  # a button's words


@pytest.mark.parametrize(("asked", "then"), [("khojaly", "how many died"), ("xocalı", "neçə nəfər ölüb")])
def test_what_is_not_told_of_another_event_is_offered_of_the_texts_own(
    answerer: Answerer, asked: str, then: str
) -> None:
    before = NOTHING_BEFORE.after(answerer.answer(asked))
    answer = answerer.answer(then, before=before)
    assert (answer.subject, answer.suggestions[0]) == ("khojaly", "deaths")


@pytest.mark.parametrize(
    ("asked", "then", "parts"),
    [
        ("what happened in september 2023", "when was it", ("counter-terrorism",)),
        ("what happened in september 2023", "what did it lead to", ("counter-terrorism",)),
        ("how long was the war", "how many died on 20 january", ("deaths",)),
        ("how long was the war", "who issued the statement", ("issuer",)),
        ("where were azerbaijanis deported from", "whats the date of this statement", ("issue-date",)),
        ("khojaly", "who broke the information blockade in moscow", ("blockade",)),
        ("khojaly", "when was the black january", ("when",)),
        ("who was deported", "and how many were killed in january", ("deaths",)),
    ],
)
def test_after_another_event_what_is_told_of_that_or_clearly_asked_of_the_texts_own_is_answered(
    answerer: Answerer, asked: str, then: str, parts: tuple[str, ...]
) -> None:
    before = NOTHING_BEFORE.after(answerer.answer(asked))
    assert answerer.answer(then, before=before).parts == parts


def test_a_number_alone_takes_the_place_of_the_one_before(answerer: Answerer) -> None:
    before = NOTHING_BEFORE.after(answerer.answer("что было 20 января"))
    before = before.after(answerer.answer("а 21?", before=before))
    assert answerer.answer("а 22?", before=before).parts == ("other-events-january",)
    before = NOTHING_BEFORE.after(answerer.answer("что было в 1990"))
    assert answerer.answer("а в 2023", before=before).parts == ("counter-terrorism",)


def test_of_another_place_the_number_is_not_told_either(answerer: Answerer) -> None:
    before = NOTHING_BEFORE.after(answerer.answer("how many in Sumgayit"))
    assert answerer.answer("and in Neftchala", before=before).parts == ("deaths-by-place",)


def test_what_is_said_by_itself_is_not_made_a_question_about_what_came_before(answerer: Answerer) -> None:
    before = NOTHING_BEFORE.after(answerer.answer("how many died?"))
    assert answerer.answer("september 2023", before=before).parts == ("counter-terrorism",)
    assert answerer.answer("and september 2023", before=before).parts == ("measures-details",)
    before = NOTHING_BEFORE.after(answerer.answer("kaç kişi kayboldu"))
    assert answerer.answer("kaç kişi öldü", before=before).parts == ("deaths",)  # folded, "oldu" refers to all
    before = NOTHING_BEFORE.after(answerer.answer("how many went missing"))
    assert answerer.answer("how many people died", before=before).parts == ("deaths",)


@pytest.mark.parametrize("said", ["are you sure", "says who", "say it again", "which paragraph"])
def test_the_last_answer_is_given_again(answerer: Answerer, said: str) -> None:
    before = NOTHING_BEFORE.after(answerer.answer("how many died?"))
    again = answerer.answer(said, before=before)
    assert (again.parts, again.leans) == (("deaths",), True)
    assert before.after(again).last == before.last
    both = NOTHING_BEFORE.after(answerer.answer("who issued it and when?"))
    assert answerer.answer(said, before=both).parts == ("issuer", "issue-date")
    assert answerer.answer("are you sure").command == "about"


def test_a_refusal_is_said_again_too(answerer: Answerer) -> None:
    before = NOTHING_BEFORE.after(answerer.answer("who gave the order?"))
    again = answerer.answer("say it again", before=before)
    assert (again.outcome, again.parts) == (Outcome.NOT_COVERED, ("order",))
    assert again.suggestions == answerer.knowledge.subjects["order"].nearest
    both = NOTHING_BEFORE.after(answerer.answer("how many died and how many of them were women?"))
    assert answerer.answer("say it again", before=both).parts == ("deaths", "victims-women")


def test_the_wish_for_another_language_brings_the_last_answer_along(answerer: Answerer) -> None:
    before = NOTHING_BEFORE.after(answerer.answer("how many died?"))
    wish = answerer.answer("in russian please", before=before)
    assert (wish.command, wish.argument, wish.parts) == ("language", "ru", ("deaths",))
    assert before.after(wish).last == before.last
    assert answerer.answer("почему на английском?", before=before).argument == ""


@pytest.mark.parametrize(
    ("before", "question", "parts"),
    [
        ("что было в марте 1994", "а в феврале?", ("special-session",)),
        ("kgb var mıydı", "kaç kişi öldü", ("deaths",)),
        ("who else was there, gorbachev?", "how many died", ("deaths",)),
        ("сколько пропало", "сколько погибло", ("deaths",)),
        ("bəyanatın tarixi nədir", "2023 deyil?", ("issue-date",)),
        ("Сколько жертв было в Ходжалы?", "А 20 января?", ("casualties",)),
        ("eylül 2023 ne oldu", "yok, ocak 1990", ("what-happened",)),
        ("Xocalıda neçə nəfər ölüb", "bəs 20 yanvarda", ("deaths",)),
        ("Khojaly?", "what about the deportations", ("deportation",)),
    ],
)
def test_a_question_goes_on_from_the_last_or_stands_alone(
    answerer: Answerer, before: str, question: str, parts: tuple[str, ...]
) -> None:
    said = NOTHING_BEFORE.after(answerer.answer(before))
    assert answerer.answer(question, before=said).parts == parts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("When did it happen, where, and how many people were killed?", ("when", "places", "deaths")),
        ("Кто прорвал блокаду, где и когда?", ("blockade", "blockade-where", "blockade-when")),
        ("who issued it, how many were wounded, and how long was the war?", ("issuer", "wounded")),
        ("who issued the statement, who gave the order, and when?", ("issuer", "order")),
        ("how many died, who broke the blockade, and who gave the order?", ("deaths", "blockade", "order")),
        (
            "how many died, how many were wounded, who broke the blockade and what was adopted in March 1994?",
            ("casualties", "blockade"),
        ),
    ],
)
def test_three_questions_are_answered_where_two_paragraphs_do(
    answerer: Answerer, question: str, parts: tuple[str, ...]
) -> None:
    answer = answerer.answer(question)
    assert answer.parts == parts
    assert len(answer.paragraphs) <= 2
    assert answerer.answer(answer.title).intents == answer.intents  # as it is shared


def test_titles_of_three_paragraphs_are_answered_as_far_as_two_go(answerer: Answerer) -> None:
    titles = (answerer.knowledge.intents[id_].texts["en"].title for id_ in ("issuer", "deaths", "blockade"))
    answer = answerer.answer(" ".join(titles))
    assert (answer.parts, answer.suggestions[0]) == (("issuer", "deaths"), "blockade")


def test_a_story_is_answered_only_with_what_one_of_its_parts_asks(answerer: Answerer) -> None:
    story = "We are cooking for ten people, I never made plov, my aunt is late, the guests are here: {}"
    assert answerer.answer(story.format("how many people were killed?")).parts == ("deaths",)
    assert answerer.answer(story.format("how much rice do I take for so many people?")).outcome is not Outcome.ANSWER


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("rnj 'nj cltkfk", ("perpetrators",)),
        ("xnj ghjbpjikj 20 zydfhz", ("what-happened",)),
        ("ult 'nj ,skj", ("places",)),
    ],
)
def test_russian_on_an_english_keyboard_is_read_as_russian(
    answerer: Answerer, typed: str, parts: tuple[str, ...]
) -> None:
    answer = answerer.answer(typed)
    assert (answer.language, answer.parts) == ("ru", parts)


def test_what_is_asked_twice_is_answered_once(answerer: Answerer) -> None:
    before = NOTHING_BEFORE.after(answerer.answer("how many died?"))
    assert answerer.answer("when and on which day and where?", before=before).parts == ("when", "places")


def test_what_only_its_and_makes_two_questions_is_not_answered_in_parts(answerer: Answerer) -> None:
    assert not answerer.answer("what is the difference between sovereignty and territorial integrity").intents


def test_a_question_beside_thanks_is_answered(answerer: Answerer) -> None:
    assert answerer.answer("thank you, how many died and where").parts[0] == "deaths"
    assert answerer.answer("thank you, how many died?").parts == ("deaths",)
    assert answerer.answer("sağ ol, neçə nəfər öldü").parts == ("deaths",)
    assert answerer.answer("thank you so much for that").talk == "thanks"
    assert answerer.answer("say it again, how many were wounded?").parts == ("wounded",)


@pytest.mark.parametrize(
    ("asked", "corrected", "parts"),
    [
        ("how many died?", "not the dead, the wounded", ("wounded",)),
        ("сколько погибло?", "не погибших, а раненых", ("wounded",)),
        ("neçə nəfər ölüb?", "ölənləri yox, itkin düşənləri", ("missing",)),
        ("bildiriyi kim yayımladı?", "bakanlığı değil, bakanın adını soruyorum", ("foreign-minister",)),
        ("how long was the patriotic war?", "not 45 days?", ("patriotic-war",)),  # a doubt takes nothing back
        ("how many died?", "the wounded, not the dead", ("wounded",)),
        # Whole questions have such words, too.
        ("сколько погибло?", "кто не побоялся сказать правду в Москве?", ("blockade",)),
        ("сколько погибло?", "почему ничего не сказано об Эльчибее", ("popular-front",)),
        ("how many died?", "true/false/not given: parliament discussed it in February 1994", ("special-session",)),
    ],
)
def test_what_is_taken_back_is_not_answered(
    answerer: Answerer, asked: str, corrected: str, parts: tuple[str, ...]
) -> None:
    before = NOTHING_BEFORE.after(answerer.answer(asked))
    assert answerer.answer(corrected, before=before).parts == parts


@pytest.mark.parametrize(
    ("asked", "doubt", "again"),
    [
        ("who published this?", "wasnt it the president?", ("issuer",)),
        ("кто выпустил заявление", "разве не президент", ("issuer",)),
        ("meclis bu olaylara ne dedi, nasil nitelendirdi", "soykırım demediler mi", ("qualification",)),
        ("heydər əliyev blokadanı harda yardı", "əminsən? bakı deyildi?", ("blockade-where",)),
        # What asks, or names more, is a question of its own, and so is a doubt about nothing.
        ("who published this?", "why wasnt the president asked?", ()),
        ("how many died?", "didnt heydar aliyev tell the world the truth about the massacres?", ("world-truth",)),
        ("hello", "wasnt it the president?", ()),
    ],
)
def test_whoever_doubts_an_answer_by_naming_another_gets_it_again(
    answerer: Answerer, asked: str, doubt: str, again: tuple[str, ...]
) -> None:
    before = NOTHING_BEFORE.after(answerer.answer(asked))
    assert tuple(intent.id for intent in answerer.answer(doubt, before=before).intents) == again


def test_after_a_yes_or_no_question_another_place_is_asked_about_in_the_same_way(answerer: Answerer) -> None:
    before = NOTHING_BEFORE.after(answerer.answer("bakida qirgin olub 90da?"))
    assert answerer.answer("bes sumqayitda", before=before).paragraphs == (3,)


def test_a_number_is_no_word_that_makes_a_question_whole(answerer: Answerer) -> None:
    before = NOTHING_BEFORE.after(answerer.answer("when were the counter-terrorism measures"))
    assert answerer.answer("and the 44 day war", before=before).subject == "war-dates"


def test_the_other_half_is_said_not_to_be_there(answerer: Answerer, pages: Pages) -> None:
    answer = answerer.answer("How many people were killed? And who gave the order?")
    assert (answer.paragraphs, answer.subject) == ((3,), "order")
    assert "The statement does not say who gave the order." in plain(pages.answer(answer))


@pytest.mark.parametrize(
    "question", ["", "   ", "who", "how many", "when was", "🌹", "?!", "\u202e", "asdf qwer zxcv", "what is 2+2"]
)
def test_words_that_ask_nothing_are_not_answered(answerer: Answerer, question: str) -> None:
    assert answerer.answer(question).paragraphs == ()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["how many people died", "where?", "and when"]),
        ("az", ["neçə nəfər ölüb", "harada?", "bəs nə vaxt"]),
        ("ru", ["сколько человек погибло", "а где?", "когда"]),
        ("tr", ["kaç kişi öldü", "nerede?", "peki ne zaman"]),
    ],
)
def test_a_bare_question_word_goes_on_from_the_last_question_with_a_subject(
    answerer: Answerer, language: Language, words: list[str]
) -> None:
    before, found = NOTHING_BEFORE, []
    for question in words:
        answer = answerer.answer(question, before=before)
        assert answer.language == language
        found.append([intent.id for intent in answer.intents])
        before = before.after(answer)
        assert before.topic.intent is answerer.knowledge.intents["deaths"]
    assert found == [["deaths"], ["places"], ["when"]]
    assert not answerer.answer(words[1], hint=language).intents


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_no_answer_is_a_question_word_answered_with_something_else(
    answerer: Answerer, knowledge: Knowledge, language: Language
) -> None:
    bare = {
        "en": ["where", "when", "who", "why", "how many", "how long"],
        "az": [
            "harada",
            "nə vaxt",
            "kim",
            "niyə",
            "neçə nəfər",
        ],
        "ru": ["где", "когда", "кто", "почему", "сколько", "как долго"],
        "tr": [
            "nerede",
            "ne zaman",
            "kim",
            "neden",
            "kaç",
        ],
    }
    for word, concept in zip(bare[language], ["where", "when", "who", "why", "how-many", "how-long"], strict=False):
        for intent in knowledge.intents.values():
            answer = answerer.answer(word, before=Before(language, Topic(intent=intent)))
            assert all(concept in found.question_words for found in answer.intents)


def test_what_ends_a_subject_and_what_does_not(answerer: Answerer) -> None:
    asked = Before().after(answerer.answer("how many people died"))
    kept = {
        text: asked.after(answerer.answer(text, before=asked)).topic == asked.topic
        for text in (
            "thanks",
            "timeline",
            "who",
            "my phone is dying lol",
            "what is the capital of France?",
            "and the wounded",
        )
    }
    assert kept == {
        "thanks": True,
        "timeline": True,
        "who": True,
        "my phone is dying lol": True,
        "what is the capital of France?": False,
        "and the wounded": False,
    }


def test_what_could_be_in_several_languages_is_read_in_that_of_the_conversation(answerer: Answerer) -> None:
    spoken = {language: answerer.answer("ok", hint="en", before=Before(language)).language for language in LANGUAGES}
    assert {language for language, answered in spoken.items() if answered == language} >= {"en", "az", "tr"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_brings_its_own_answer_and_two_titles_bring_both(
    answerer: Answerer, knowledge: Knowledge, language: Language
) -> None:
    titles = {intent.id: intent.texts[language].title for intent in knowledge.intents.values()}
    asked = {(id_,): title for id_, title in titles.items()}
    asked |= {(first, second): f"{titles[first]} {titles[second]}" for first, second in permutations(titles, 2)}
    answers = {parts: answerer.answer(question, hint=language) for parts, question in asked.items()}
    assert {parts: (answer.parts, answer.language) for parts, answer in answers.items()} == {
        parts: (parts, language) for parts in asked
    }


def test_a_title_is_known_however_it_is_written_and_whoever_asks(answerer: Answerer) -> None:
    answer = answerer.answer("  что  говорится о ГАРАБАГЕ ", hint="en")
    assert (answer.parts, answer.language) == (("garabagh",), "ru")


@pytest.mark.parametrize("intent", ["deaths", "heydar-aliyev"])
def test_a_button_shows_its_intent(answerer: Answerer, intent: str) -> None:
    answer = answerer.show([intent], "en")
    assert [shown.id for shown in answer.intents] == [intent]
    assert answer.score == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_asked_as_a_question_gets_its_own_answer(answerer: Answerer, language: Language) -> None:
    titles = {id_: intent.texts[language].title for id_, intent in answerer.knowledge.intents.items()}
    assert {id_: answerer.answer(title).parts for id_, title in titles.items()} == {id_: (id_,) for id_ in titles}


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["who", "how", "many", "died", "and", "?", ".", "wounded", "1990", "🌹", "öldü"])).map(
        " ".join
    )
)
def test_any_text_gets_a_reply_that_telegram_takes(answerer: Answerer, pages: Pages, question: str) -> None:
    answer = answerer.answer(question)
    page = pages.answer(answer)
    assert 0 <= answer.score <= 1
    assert bool(answer.paragraphs) == (answer.outcome is Outcome.ANSWER)
    assert len(answer.paragraphs) <= 2
    assert all(len(message) > 0 for message in messages(page))
    assert len(plain(page)) <= LIMIT


KEYS = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"]


def test_keys_hit_at_random_are_hardly_ever_a_question(answerer: Answerer) -> None:
    """One in fifty at most is answered: now and then they are a word of one of four languages, or near one."""
    random = Random(0)  # noqa: S311  # no secret

    def hit(rows: list[str]) -> str:
        return "".join(random.choice(random.choice(rows)) for _ in range(random.randint(3, 8)))

    messages = [
        " ".join(hit(rows) for _ in range(random.randint(1, 3))) for rows in (KEYS[:3], KEYS[3:]) for _ in range(300)
    ]
    outcomes = Counter(answerer.answer(message).outcome for message in messages)
    assert outcomes[Outcome.ANSWER] <= len(messages) / 50
    assert outcomes[Outcome.UNKNOWN] > 0.8 * len(messages)
