"""What a chat chooses, as it is shown: its settings, and the buttons that change them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.manners import QUIET_HOURS, Chosen
from bot.model import LANGUAGES, Language, Phrases
from bot.page import Button, Page, text_block

CHANGES: Final[dict[str, dict[str, Any]]] = {
    **{f"{page}:{language}": {"language": language} for page in "lg" for language in LANGUAGES},
    "g:full": {"full": True},
    "g:compact": {"full": False},
    "g:quiet": {"quiet": QUIET_HOURS},
    "g:loud": {"quiet": None},
}
"""The data of the buttons of /language (l) and of /settings (g), and what each changes, by the names of `Chosen`."""


class Choices:
    """Composes the pages on which a chat chooses, from the bot's texts."""

    def __init__(self, phrases: Mapping[Language, Phrases]) -> None:
        self._phrases = phrases

    def languages(self, language: Language) -> Page:
        """The languages to choose from."""
        return Page((text_block(self._phrases[language].language_choose),), self._named("l"))

    def chosen(self, language: Language, *, kept: bool) -> Page:
        """What to show when a chat's language has become `language`."""
        return self.changed(f"l:{language}", Chosen(language), language, kept=kept)

    def changed(self, data: str, chosen: Chosen, language: Language, *, kept: bool) -> Page:
        """What to show when the button `data` has made a chat's choice what is `chosen`.

        `kept`: whether that outlives a restart.
        """
        phrases = self._phrases[language]
        page = Page((text_block(phrases.language_chosen),)) if data[0] == "l" else self.settings(chosen, language)
        return page if kept else replace(page, blocks=(*page.blocks, text_block(phrases.language_not_kept)))

    def settings(self, chosen: Chosen, language: Language) -> Page:
        """What a chat has `chosen`, with buttons to change it."""
        phrases = self._phrases[language]
        hours = QUIET_HOURS.replace("-", "–")
        lines = (
            phrases.settings_full if chosen.full else phrases.settings_compact,
            phrases.settings_quiet.format(hours=chosen.quiet.replace("-", "–"))
            if chosen.quiet
            else phrases.settings_loud,
        )
        length = Button(phrases.make_compact, "g:compact") if chosen.full else Button(phrases.make_full, "g:full")
        sound = (
            Button(phrases.make_loud, "g:loud")
            if chosen.quiet
            else Button(phrases.make_quiet.format(hours=hours), "g:quiet")
        )
        heading, languages = text_block(phrases.settings, bold=True), text_block(phrases.language_choose)
        return Page((heading, *map(text_block, lines), languages), ((length,), (sound,), *self._named("g")))

    def _named(self, page: str) -> tuple[tuple[Button, ...], ...]:
        """A button for each language."""
        return tuple((Button(phrases.language_name, f"{page}:{code}"),) for code, phrases in self._phrases.items())
