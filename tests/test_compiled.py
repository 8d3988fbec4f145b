import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot import compiled
from bot.compiled import Compiled, open_knowledge
from bot.errors import KnowledgeError
from bot.evaluate import leave_one_out
from bot.settings import SHIPPED

START = """
import sys, time
from pathlib import Path
from bot import compiled
from bot.settings import SHIPPED

def train(folder):  # as long as it takes until both have started
    print("trains", flush=True)
    while len(list(folder.parent.glob("started-*"))) < 2:
        time.sleep(0.01)
    time.sleep(0.3)
    return at_hand

def write(*_, **__):
    print("writes", flush=True)
    time.sleep(60)

folder, number, does = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
at_hand = compiled.open_knowledge(SHIPPED)
compiled.compile_knowledge = train
if does == "hangs":
    compiled.np.save = write
folder.with_name(f"started-{number}").touch()
print(*compiled.open_knowledge(folder).matcher().match("how many died").ids)
"""
"""A process that opens a knowledge base, and has an index at hand in place of minutes of training."""


FILES = ("words/en.yaml", "questions/az/deaths.txt", "statement.txt")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of a knowledge base. What they say is in the index at hand; a thousand more would only take time."""
    for file in FILES:
        (tmp_path / "knowledge" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SHIPPED / file, tmp_path / "knowledge" / file)
    return tmp_path / "knowledge"


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
    made, kept = (open_knowledge(folder) for _ in range(2))
    assert built == [folder]
    then, now = made.matcher(), kept.matcher()
    assert [now.match(question) for question in questions] == [then.match(question) for question in questions]
    for language, index in made.indexes.items():
        found, again = made.left_out[language], kept.left_out[language]
        assert leave_one_out(language, index.labels, again) == leave_one_out(language, index.labels, found)


@pytest.mark.parametrize("file", FILES)
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


@pytest.mark.parametrize("file", ["values.json", "en.weights.columns.npy"])
@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY cut off", b"nonsense"])
def test_a_damaged_index_is_made_anew(folder: Path, built: list[Path], file: str, damage: bytes) -> None:
    open_knowledge(folder)
    (kept,) = (folder / ".index").iterdir()
    (kept / file).write_bytes(damage)
    assert open_knowledge(folder).knowledge.intents
    assert built == [folder, folder]


def start(folder: Path, number: int, does: str = "goes on") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", START, str(folder), str(number), does]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.usefixtures("compiled")
def test_of_two_processes_that_start_at_once_one_trains_and_both_answer(folder: Path) -> None:
    said = [process.communicate(timeout=30)[0].split() for process in [start(folder, 1), start(folder, 2)]]
    assert sorted(said) == [["deaths"], ["trains", "deaths"]]
    assert len(list((folder / ".index").iterdir())) == 1


def test_what_a_killed_process_has_left_is_removed_by_the_next(folder: Path, built: list[Path]) -> None:
    folder.with_name("started-2").touch()
    with start(folder, 1, "hangs") as killed:
        assert killed.stdout is not None
        assert [killed.stdout.readline() for _ in range(2)] == ["trains\n", "writes\n"]
        killed.kill()
    (left,) = (folder / ".index").iterdir()
    open_knowledge(folder)
    assert built == [folder]
    assert left not in list((folder / ".index").iterdir())
    assert len(list((folder / ".index").iterdir())) == 1


def test_a_broken_knowledge_base_starts_nothing(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "it", ignore=shutil.ignore_patterns(".index")))
    (folder / "facts.yaml").write_text("facts: [")
    with pytest.raises(KnowledgeError):
        open_knowledge(folder)
    assert compiled._FOLDER not in {path.name for path in folder.iterdir()}  # noqa: SLF001
