from dataclasses import replace

from bot.answering import Answer, Answerer
from bot.model import Outcome
from bot.outbox import Place
from bot.said import REPEAT_SECONDS, Memory, Said

DEATHS = Answer("how many?", "en", Outcome.NOT_COVERED, 0.9, subject="deaths")
WOUNDED = replace(DEATHS, subject="wounded")
GROUP = Place(-1)


def test_an_answer_is_near_enough_to_refer_to_for_a_short_while() -> None:
    memory = Memory()
    memory.keep(GROUP, Said(5, 100.0, {1: DEATHS}))
    asked = [(DEATHS, 101.0), (WOUNDED, 101.0), (DEATHS, 100.0 + REPEAT_SECONDS)]
    assert [memory.earlier(GROUP, answer, now) for answer, now in asked] == [5, None, None]
    assert memory.earlier(Place(-1, thread=3), DEATHS, 101.0) is None


def test_who_sees_all_threads_is_referred_to_any_of_them_and_who_sees_a_topic_to_none() -> None:
    memory = Memory()
    memory.keep(Place(-1, thread=3), Said(5, 100.0, {1: DEATHS}))
    places = [Place(-1, thread=3), GROUP, Place(-1, thread=4), Place(-1, topic=3)]
    assert [memory.earlier(place, DEATHS, 101.0) for place in places] == [5, 5, None, None]


def test_the_same_is_said_whatever_the_words() -> None:
    memory = Memory()
    memory.keep(GROUP, Said(5, 0.0, {1: DEATHS}))
    assert memory.earlier(GROUP, replace(DEATHS, question="the toll?", score=0.5), 1.0) == 5
    assert memory.earlier(GROUP, replace(DEATHS, language="az"), 1.0) is None


def test_what_a_message_no_longer_says_is_not_referred_to() -> None:
    memory, said = Memory(), Said(5, 0.0, {1: DEATHS, 2: WOUNDED})
    memory.keep(GROUP, said)
    said.answers = said.answers | {1: WOUNDED}
    memory.keep(GROUP, said)
    assert [memory.earlier(GROUP, answer, 1.0) for answer in (DEATHS, WOUNDED)] == [None, 5]
    memory.turn(-1, 5, None)
    assert memory.earlier(GROUP, WOUNDED, 1.0) is None


def test_a_message_that_points_is_not_pointed_to_but_answers() -> None:
    memory, said = Memory(), Said(5, 0.0, {1: DEATHS})
    memory.keep(GROUP, said, pointing=True)
    assert memory.earlier(GROUP, DEATHS, 1.0) is None
    assert memory.to(-1, 1) is said


def test_what_was_not_understood_is_not_referred_to() -> None:
    memory, unknown = Memory(), Answer("zxcv", "en", Outcome.UNKNOWN, 0.0)
    memory.keep(GROUP, Said(5, 0.0, {1: unknown}))
    assert memory.earlier(GROUP, unknown, 1.0) is None


def test_of_a_question_answered_alone_the_words_are_not_kept() -> None:
    memory = Memory()
    memory.keep(GROUP, Said(5, 0.0, {1: DEATHS}))
    memory.keep(GROUP, Said(6, 0.0, {2: DEATHS, 3: WOUNDED}))
    kept = [said.answers[asking].question for asking in (1, 2) if (said := memory.to(-1, asking))]
    assert kept == ["", "how many?"]


def test_what_a_message_is_about_is_what_it_shows_last_and_nothing_where_it_shows_several(answerer: Answerer) -> None:
    deaths, blockade = (answerer.show([id_], "en") for id_ in ("deaths", "blockade"))
    memory = Memory()
    memory.keep(GROUP, Said(5, 0.0, {1: deaths, 2: deaths}))
    memory.keep(GROUP, Said(6, 0.0, {3: deaths, 4: blockade}))
    assert [memory.about(GROUP.chat, number) for number in (5, 6, 7)] == [deaths.intents[0], None, None]
    memory.turn(GROUP.chat, 5, blockade.intents[0])
    assert memory.about(GROUP.chat, 5) is blockade.intents[0]
