"""What Telegram shows of the bot before anybody has written to it: its name, descriptions and command menus, in every
language, and each changed only where it differs from what Telegram already has."""

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    MenuButtonCommands,
)
from telegram.ext import ExtBot

from bot.model import SOURCE_LANGUAGE, Language
from bot.pages import Pages

SCOPES: tuple[tuple[BotCommandScope, tuple[str, ...]], ...] = (
    (
        BotCommandScopeAllPrivateChats(),
        ("ask", "statement", "timeline", "figures", "language", "help", "about", "privacy"),
    ),
    (BotCommandScopeAllGroupChats(), ("ask", "statement", "timeline", "figures", "help", "about")),
    (
        BotCommandScopeAllChatAdministrators(),
        ("ask", "statement", "timeline", "figures", "settings", "help", "about", "privacy"),
    ),
)
"""The commands that the menu shows to whom."""


async def introduce(bot: ExtBot[int | None], pages: Pages) -> None:
    """Bring the bot's profile on Telegram up to date. Raises TelegramError."""
    for language in pages.languages:
        code = None if language == SOURCE_LANGUAGE else language  # None is what everybody else sees
        await _describe(bot, pages, language, code)
        for scope, names in SCOPES:
            commands = pages.phrases(language).commands
            menu = [BotCommand(name, text) for name, text in commands.items() if name in names]
            menu.sort(key=lambda command: names.index(command.command))
            if list(await bot.get_my_commands(scope, code)) != menu:
                await bot.set_my_commands(menu, scope, code)
    if not isinstance(await bot.get_chat_menu_button(), MenuButtonCommands):
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())


async def _describe(bot: ExtBot[int | None], pages: Pages, language: Language, code: Language | None) -> None:
    phrases = pages.phrases(language)
    if (await bot.get_my_name(code)).name != phrases.bot_name:
        await bot.set_my_name(phrases.bot_name, code)
    if (await bot.get_my_description(code)).description != phrases.bot_description:
        await bot.set_my_description(phrases.bot_description, code)
    if (await bot.get_my_short_description(code)).short_description != phrases.bot_short_description:
        await bot.set_my_short_description(phrases.bot_short_description, code)
