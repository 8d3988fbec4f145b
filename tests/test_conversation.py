import weakref

from bot.answering import NOTHING_BEFORE, Answerer, Before
from bot.conversation import FORGET_EACH, FORGOTTEN_AFTER, Conversations
from bot.following import Asked, Topic
from bot.outbox import Place

ANA, EMIN, GROUP, TOPIC = 1, 2, Place(-1), Place(-1, topic=3)


def test_each_writer_goes_on_from_their_own_question_in_the_same_place_for_a_while(answerer: Answerer) -> None:
    deaths, places = (Before.about(answerer.knowledge.intents[id_], "en") for id_ in ("deaths", "places"))
    conversations = Conversations()
    conversations.note(GROUP, ANA, 10, deaths, 100.0)
    asked = [(GROUP, ANA, 101.0), (GROUP, EMIN, 101.0), (TOPIC, ANA, 101.0), (GROUP, ANA, 100 + FORGOTTEN_AFTER)]
    found = [conversations.before(place, who, 20 + i, None, now) for i, (place, who, now) in enumerate(asked)]
    assert found == [deaths, NOTHING_BEFORE, NOTHING_BEFORE, NOTHING_BEFORE]
    replying = conversations.before(GROUP, EMIN, 30, places.topic.intent, 101.0)
    assert replying == Before.about(answerer.knowledge.intents["places"], None)


def test_an_edited_message_goes_on_from_what_it_went_on_from(answerer: Answerer) -> None:
    deaths, blockade = (Before.about(answerer.knowledge.intents[id_], "en") for id_ in ("deaths", "blockade"))
    conversations = Conversations()
    conversations.note(GROUP, ANA, 10, deaths, 100.0)
    assert conversations.before(GROUP, ANA, 11, None, 101.0) == deaths
    conversations.note(GROUP, ANA, 12, blockade, 102.0)
    assert conversations.before(GROUP, ANA, 11, None, 103.0) == deaths
    conversations.note(GROUP, ANA, 11, deaths, 103.0)
    assert conversations.before(GROUP, ANA, 13, None, 104.0) == blockade
    conversations.note(GROUP, ANA, 12, deaths, 105.0)
    assert conversations.before(GROUP, ANA, 14, None, 106.0) == deaths


def test_a_pressed_button_counts_as_the_last_answer_until_the_next_question(answerer: Answerer) -> None:
    deaths, blockade = (Before.about(answerer.knowledge.intents[id_], "en") for id_ in ("deaths", "blockade"))
    conversations = Conversations()
    conversations.note(GROUP, ANA, 20, deaths, 100.0)
    conversations.note_pressed(GROUP, ANA, blockade, 101.0)
    assert conversations.before(GROUP, ANA, 21, None, 102.0) == blockade
    conversations.note(GROUP, ANA, 20, deaths, 103.0)
    assert conversations.before(GROUP, ANA, 22, None, 104.0) == deaths


def test_the_words_of_a_question_are_forgotten_in_time_and_what_answered_it_is_not(answerer: Answerer) -> None:
    conversations, deaths = Conversations(), answerer.knowledge.intents["deaths"]
    words = Asked("en", ("how", "many", "died"))
    kept = weakref.ref(words)
    left = Before("en", Topic(words, deaths), deaths)
    del words
    conversations.note(GROUP, ANA, 10, left, 0.0)
    conversations.before(GROUP, ANA, 11, None, 1000.0)
    conversations.note(GROUP, ANA, 11, left, 1000.0)  # "thanks", which leaves all as it is
    del left
    assert conversations.forget(FORGOTTEN_AFTER - FORGET_EACH - 1)
    assert kept() is not None
    assert not conversations.forget(FORGOTTEN_AFTER - FORGET_EACH)
    assert kept() is None
    assert conversations.before(GROUP, ANA, 12, None, FORGOTTEN_AFTER).topic.intent is deaths
    assert conversations.before(GROUP, ANA, 11, None, 9 * FORGOTTEN_AFTER).topic.intent is deaths
