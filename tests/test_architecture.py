import ast
from pathlib import Path

import pytest

import bot
from bot import compiled

FOLDER = Path(bot.__file__).parent
CORE = [
    "answering",
    "articles",
    "cards",
    "certainty",
    "choices",
    "conversation",
    "deciding",
    "elsewhere",
    "features",
    "following",
    "index",
    "interpreting",
    "leaning",
    "lexicon",
    "manners",
    "match",
    "matching",
    "model",
    "normalise",
    "outbox",
    "page",
    "pages",
    "places",
    "reading",
    "recent",
    "recognition",
    "rendering",
    "replies",
    "said",
    "source",
    "spelling",
    "tally",
    "typesetting",
    "usage",
    "vectors",
    "vocabulary",
    "weighing",
    "weights",
]
OUTSIDE = {"telegram", "os", "pathlib", "yaml", "sys", "time", "datetime", "logging", "random", "tornado", "rich"}


def imports(module: str) -> set[str]:
    tree = ast.parse((FOLDER / f"{module}.py").read_text())
    names = [a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return set(names)


@pytest.mark.parametrize("module", CORE)
def test_the_core_reaches_no_telegram_no_file_no_clock(module: str) -> None:
    assert {name.partition(".")[0] for name in imports(module)}.isdisjoint(OUTSIDE)


@pytest.mark.parametrize("module", CORE)
def test_the_core_imports_the_core_only(module: str) -> None:
    own = {name.removeprefix("bot.") for name in imports(module) if name.startswith("bot.")}
    assert own <= set(CORE)


def test_what_is_kept_is_made_anew_when_any_module_it_depends_on_changes() -> None:
    found, waiting = set[str](), {"load", "training", "compiled"}
    while waiting:
        found |= waiting
        waiting = {
            n.removeprefix("bot.") for module in waiting for n in imports(module) if n.startswith("bot.")
        } - found
    only_asked_with = {
        "answering",
        "deciding",
        "interpreting",
        "elsewhere",
        "leaning",
        "match",
        "matching",
        "following",
        "weighing",
        "recognition",
        "spelling",
        "errors",
    }
    assert found - only_asked_with <= set(compiled._CODE)  # noqa: SLF001


@pytest.mark.parametrize(
    ("package", "modules"),
    [
        ("rapidfuzz", ["comparison", "spelling"]),  # the bot repairs words with it; the other measures it
        ("PIL", ["typesetting"]),
    ],
)
def test_a_package_is_imported_where_it_belongs(package: str, modules: list[str]) -> None:
    users = [path.stem for path in FOLDER.glob("*.py") if any(n.startswith(package) for n in imports(path.stem))]
    assert sorted(users) == modules
