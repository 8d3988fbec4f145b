import pytest

from bot.choices import CHANGES, Choices
from bot.manners import Chosen
from bot.model import LANGUAGES, Knowledge, Language
from bot.rendering import plain


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("data", CHANGES)
def test_a_choice_is_shown_and_whether_it_is_kept(knowledge: Knowledge, data: str, language: Language) -> None:
    choices, phrases = Choices(knowledge.phrases), knowledge.phrases[language]
    chosen = Chosen(**{"language": language} | CHANGES[data])
    kept, lost = (choices.changed(data, chosen, language, kept=kept) for kept in (True, False))
    assert plain(kept).startswith(phrases.language_chosen if data.startswith("l:") else phrases.settings)
    assert plain(lost) == f"{plain(kept)}\n\n{phrases.language_not_kept}"
    assert lost.buttons == kept.buttons


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_changes_something(knowledge: Knowledge, language: Language) -> None:
    choices = Choices(knowledge.phrases)
    pages = [choices.languages(language), *(choices.settings(Chosen(None, full, quiet), language) for full in (True, False) for quiet in (None, "22-08"))]  # fmt: skip
    assert {button.data for page in pages for row in page.buttons for button in row} == set(CHANGES)
