import weakref

from bot.answering import NOTHING_BEFORE, Answerer, Before
from bot.conversation import FORGOTTEN_AFTER, Conversations
from bot.following import Asked, Topic
from bot.outbox import Place

ANA, EMIN, GROUP, TOPIC = 1, 2, Place(-1), Place(-1, topic=3)


def test_each_writer_goes_on_from_their_own_question_in_the_same_place_for_a_while(answerer: Answerer) -> None:
    deaths, places = (Before("en", Topic(intent=answerer.knowledge.intents[id_])) for id_ in ("deaths", "places"))
    conversations = Conversations()
    conversations.note(GROUP, ANA, 10, deaths, 100.0)
    asked = [(GROUP, ANA, 101.0), (GROUP, EMIN, 101.0), (TOPIC, ANA, 101.0), (GROUP, ANA, 100 + FORGOTTEN_AFTER)]
    found = [conversations.before(place, who, 20 + i, None, now) for i, (place, who, now) in enumerate(asked)]
    assert found == [deaths, NOTHING_BEFORE, NOTHING_BEFORE, NOTHING_BEFORE]
    replying = conversations.before(GROUP, EMIN, 30, places.topic.intent, 101.0)
    assert replying == Before(None, places.topic)


def test_an_edited_message_goes_on_from_what_it_went_on_from(answerer: Answerer) -> None:
    deaths, blockade = (Before("en", Topic(intent=answerer.knowledge.intents[id_])) for id_ in ("deaths", "blockade"))
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
    deaths, blockade = (Before("en", Topic(intent=answerer.knowledge.intents[id_])) for id_ in ("deaths", "blockade"))
    conversations = Conversations()
    conversations.note(GROUP, ANA, 20, deaths, 100.0)
    conversations.note_pressed(GROUP, ANA, blockade, 101.0)
    assert conversations.before(GROUP, ANA, 21, None, 102.0) == blockade
    conversations.note(GROUP, ANA, 20, deaths, 103.0)
    assert conversations.before(GROUP, ANA, 22, None, 104.0) == deaths


def test_what_was_asked_longer_ago_is_forgotten_with_the_next_message() -> None:
    conversations = Conversations()
    asked = weakref.ref(words := Asked("en", ("how", "many", "died")))
    conversations.note(GROUP, ANA, 10, Before("en", Topic(words)), 100.0)
    conversations.before(GROUP, ANA, 11, None, 101.0)
    del words
    conversations.before(GROUP, EMIN, 12, None, 100 + FORGOTTEN_AFTER)
    assert asked() is not None
    conversations.before(GROUP, EMIN, 13, None, 101 + FORGOTTEN_AFTER)
    assert asked() is None
