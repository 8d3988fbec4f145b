import shutil
from pathlib import Path

import pytest

from bot import compiled
from bot.compiled import Compiled, open_knowledge
from bot.errors import KnowledgeError
from bot.load import SHIPPED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "knowledge", ignore=shutil.ignore_patterns(".index")))


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, compiled: Compiled) -> list[Path]:
    """Where an index was made: in place of minutes of training, what is at hand."""
    made: list[Path] = []

    def stand_in(folder: Path) -> Compiled:
        made.append(folder)
        return compiled

    monkeypatch.setattr("bot.compiled.compile_knowledge", stand_in)
    return made


def test_what_was_kept_answers_as_what_was_made(folder: Path, built: list[Path]) -> None:
    questions = ["how many died", "neçə nəfər yaralanıb", "кто прорвал блокаду", "kim emir verdi"]
    made = [open_knowledge(folder).matcher().match(question) for question in questions]
    kept = [open_knowledge(folder).matcher().match(question) for question in questions]
    assert built == [folder]
    assert kept == made


@pytest.mark.parametrize("file", ["words/en.yaml", "questions/az/deaths.txt", "statement.txt"])
def test_a_changed_file_is_never_answered_from_an_old_index(folder: Path, built: list[Path], file: str) -> None:
    open_knowledge(folder)
    with (folder / file).open("a") as changed:
        changed.write("# changed\n")
    open_knowledge(folder)
    assert built == [folder, folder]
    assert len(list((folder / ".index").iterdir())) == 1


def test_what_was_kept_is_found_wherever_its_folder_moves(folder: Path, built: list[Path]) -> None:
    open_knowledge(folder)
    open_knowledge(folder.rename(folder.with_name("moved")))
    assert built == [folder]


@pytest.mark.parametrize("file", ["values.json", "en.columns.npy"])
@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY cut off", b"nonsense"])
def test_a_damaged_index_is_made_anew(folder: Path, built: list[Path], file: str, damage: bytes) -> None:
    open_knowledge(folder)
    (kept,) = (folder / ".index").iterdir()
    (kept / file).write_bytes(damage)
    assert open_knowledge(folder).knowledge.intents
    assert built == [folder, folder]


def test_a_broken_knowledge_base_starts_nothing(folder: Path) -> None:
    (folder / "facts.yaml").write_text("facts: [")
    with pytest.raises(KnowledgeError):
        open_knowledge(folder)
    assert compiled._FOLDER not in {path.name for path in folder.iterdir()}  # noqa: SLF001
