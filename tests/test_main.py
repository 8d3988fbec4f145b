import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import SHIPPED

KEYS = ["question", "language", "outcome", "intent", "score", "paragraphs", "command", "suggestions", "text"]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("BOT_TOKEN", "BOT_LISTEN", "BOT_KNOWLEDGE"):
        monkeypatch.delenv(name, raising=False)


def test_one_answer_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "how", "many", "died?"]) == 0
    printed = capsys.readouterr().out
    assert (
        "According to the statement, 150 citizens lost their lives in the military aggression of the occupying forces."
        in printed
    )
    assert "\x1b" not in printed


def test_json_has_a_line_for_every_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("how many died?\n\n  \nwho ordered it\n"))
    assert main(["ask", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["question"] for line in lines] == ["how many died?", "", "  ", "who ordered it"]
    assert [line["outcome"] for line in lines] == ["answer", "unknown", "unknown", "not_covered"]
    assert all([*line] == KEYS for line in lines)


def test_a_conversation_over_a_pipe(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("how many died?\n2\n/statement 8\n/nonsense\n"))
    assert main(["chat"]) == 0
    printed = capsys.readouterr().out
    assert "150 citizens" in printed
    assert "We remember with deep respect" in printed
    assert "I do not know this command" in printed


def test_a_conversation_over_a_pipe_ends_with_quit(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(" /quit \nhow many died?\n"))
    assert main(["chat"]) == 0
    printed = capsys.readouterr().out
    assert "do not know" not in printed
    assert "150 citizens" not in printed


def test_a_number_that_is_no_choice_is_said_to_be_none_and_the_list_stays(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("how many died?\n99\n3\n20\n1993\n"))
    assert main(["chat"]) == 0
    printed = capsys.readouterr().out
    assert "There is no number 99 in the list above. Choose one up to 6" in printed
    assert "744 people were severely wounded" in printed
    assert printed.count("There is no number") == 1


@pytest.mark.parametrize("wish", ["/settings\n3", "/language ru", "answer in russian please"])
def test_a_language_is_chosen_in_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, wish: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{wish}\nhow many died\n"))
    assert main(["chat"]) == 0
    assert "Согласно заявлению" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spoken", "begins"),
    [("ru_RU.UTF-8", "Я отвечаю"), ("az_AZ", "sual"), ("en_GB.UTF-8", "I answer"), ("de_DE", "I answer")],
)
def test_a_conversation_begins_in_the_language_of_the_machine(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, spoken: str, begins: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_CTYPE", "C.UTF-8")
    monkeypatch.setenv("LANG", spoken)
    monkeypatch.setattr("sys.stdin", io.StringIO("/quit\n"))
    assert main(["chat"]) == 0
    assert begins in capsys.readouterr().out.splitlines()[0]


def test_a_conversation_lists_its_choices_once_and_json_names_no_command_of_small_talk(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("who ordered it\n"))
    assert main(["chat"]) == 0
    printed = capsys.readouterr().out
    assert "[1] Who carried it out?" in printed
    assert "• Who carried it out?" not in printed
    assert main(["ask", "--json", "answer in russian please"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["outcome"], record["command"]) == ("chat", None)


def test_check_says_what_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "is sound" in capsys.readouterr().out


def test_check_names_the_fault(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check", "--knowledge", str(tmp_path)]) == 1
    assert "no statement.yaml" in capsys.readouterr().err


def test_run_without_a_token_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run"]) == 2
    assert "BotFather" in capsys.readouterr().err


def test_the_dotenv_file_is_read_and_the_environment_wins(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".env").write_text("BOT_LISTEN=nonsense\n")
    assert main(["run"]) == 2
    assert "BOT_LISTEN" in capsys.readouterr().err
    monkeypatch.setenv("BOT_LISTEN", "127.0.0.1:0")
    assert main(["run"]) == 2
    assert "BOT_TOKEN" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["nonsense"], ["ask", "--language", "xx", "hi"]])
def test_wrong_use_is_exit_code_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(argv)
    assert raised.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    command = f"yes 'how many died?' | head -200 | {sys.executable} -m bot ask --json | head -1"
    done = subprocess.run(command, shell=True, cwd=SHIPPED.parent, capture_output=True, text=True, check=False)  # noqa: S602
    assert json.loads(done.stdout)["outcome"] == "answer"
    assert done.stderr == ""
