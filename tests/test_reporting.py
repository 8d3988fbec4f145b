import json
import shutil
from pathlib import Path

import pytest

from bot.reporting import evaluate
from bot.settings import SHIPPED

QUESTIONS = """
- {q: "how many people died", style: "plain", any: [3]}
- {q: "hw mny ppl died", style: "slang", any: [8]}
- {q: "what's the weather", style: "slang", none: "off_topic"}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The knowledge base in English alone, with one subject and no more examples than it needs: trained in a second."""
    made = Path(
        shutil.copytree(SHIPPED, tmp_path_factory.mktemp("base") / "it", ignore=shutil.ignore_patterns(".index"))
    )
    statement = made / "statement.yaml"
    statement.write_text(statement.read_text().replace('["en", "az", "ru", "tr"]', '["en"]'))
    for subject in {path.stem for path in (made / "not_covered").iterdir()} - {"order"}:
        (made / "not_covered" / f"{subject}.yaml").unlink()
        for path in (made / "questions").glob(f"*/{subject}.txt"):
            path.unlink()
    for language in ("az", "ru", "tr"):
        shutil.rmtree(made / "questions" / language)
    for path in (made / "questions" / "en").iterdir():
        path.write_text("\n".join(path.read_text().splitlines()[:12]))
    return made


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "en.yaml").write_text(QUESTIONS)
    (tmp_path / "floor.yaml").write_text("test: {en: {right: 0.9, wrong: 0.6}}\n")
    return tmp_path


def test_scores_are_told_by_language_and_style_with_what_was_confused(
    folder: Path, sets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = evaluate(folder, sets, as_json=True, misses=True, beside=False)

    told = json.loads(capsys.readouterr().out)
    (of_set,) = told["sets"]
    assert (of_set["set"], of_set["language"], sorted(of_set["styles"])) == ("test", "en", ["plain", "slang"])
    assert of_set["total"]["shares"] == {"right": 0.5, "wrong": 0.5, "refused": 0, "answered": 0, "language": 1}
    assert of_set["styles"]["slang"]["shares"]["wrong"] == 1
    assert of_set["confusions"] == [["slang", "deaths", 1]]
    assert [(miss["q"], miss["taken_for"]) for miss in of_set["misses"]] == [("hw mny ppl died", "deaths")]
    (left_out,) = told["leave_one_out"]
    assert left_out["confusions"]
    assert told["below_floor"] == ["test en: right is 0.500, the floor is 0.9"]
    assert not sound


def test_the_same_is_printed_as_tables(folder: Path, sets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate(folder, sets, as_json=False, misses=True, beside=False)

    printed = capsys.readouterr().out
    assert "slang" in printed
    assert "most missed in test, en: slang as deaths (1)\n  hw mny ppl died\n" in printed
    assert "most confused in en: " in printed
    assert "below the floor: test en: right is 0.500, the floor is 0.9" in printed
