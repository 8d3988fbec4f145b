import hashlib
import re
import shutil
from pathlib import Path

import pytest

from bot.document import Document
from bot.errors import KnowledgeError, Problem
from bot.load import load, read_questions, read_yaml
from bot.parse import parse
from bot.settings import SHIPPED

SOURCE = "statement.txt"
SHA256 = "6b902e76c340185c22eaa925490a8839878b7e162f742531410f785e62097369"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "knowledge", ignore=shutil.ignore_patterns(".index")))


def problems(folder: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as raised:
        load(folder)
    return [str(problem).removeprefix(f"{folder}/") for problem in raised.value.problems]


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    """The files of the shipped knowledge, read once: a copy of a thousand for each fault takes longer than finding it."""
    readers = {".yaml": read_yaml, ".txt": read_questions}
    paths = [path for path in sorted(SHIPPED.rglob("*.*")) if path.suffix in readers and path != SHIPPED / SOURCE]
    names = {path.relative_to(SHIPPED).as_posix(): path for path in paths}
    return {name: readers[path.suffix](path.read_bytes(), name, []) for name, path in names.items()}


def problems_with(documents: dict[str, Document], file: str, content: bytes | None) -> list[str]:
    """What is found in the shipped knowledge when `file` has another `content`, or is not there."""
    found: list[Problem] = []
    source = content if file == SOURCE else (SHIPPED / SOURCE).read_bytes()
    changed = {name: document for name, document in documents.items() if name != file}
    if content is not None and file != SOURCE:
        changed[file] = (read_yaml if file.endswith(".yaml") else read_questions)(content, file, found)
    with pytest.raises(KnowledgeError) as raised:
        parse([*changed.values()], source or b"", "", found)
    return [str(problem) for problem in raised.value.problems]


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_source_is_the_statement_byte_for_byte() -> None:
    assert hashlib.sha256((SHIPPED / "statement.txt").read_bytes()).hexdigest() == SHA256


def test_the_shipped_knowledge_is_sound_and_large_enough() -> None:
    knowledge = load(SHIPPED)
    assert len(knowledge.subjects) >= 60
    assert [paragraph.split()[0] for paragraph in knowledge.statement.paragraphs] == [
        "Statement", "Today,", "Towards", "On", "On", "20", "Following", "Regardless", "We",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("statement.txt", "150", "151", r"statement\.yaml:\d+: sha256: .* restore statement\.txt"),
        ("intents/deaths.yaml", "claimed the lives", "took the lives", r"intents/deaths\.yaml:4: quotes\.0\.text: .*word for word"),
        ("intents/deaths.yaml", '"killed"', '"slain"', r"intents/deaths\.yaml:\d+: facts: there is no slain"),
        ("intents/deaths.yaml", '"wounded"', '"hurt"', r"intents/deaths\.yaml:\d+: related: there is no hurt"),
        ("intents/deaths.yaml", 'id: "deaths"', 'id: "dead"', r"intents/deaths\.yaml:1: id: not the file's name"),
        ("intents/deaths.yaml", "  title:", "  titel:", r"intents/deaths\.yaml:\d+: en\.titel: unknown key"),
        ("intents/deaths.yaml", "{killed}", "{victims}", r"en\.lead: nothing fills \{victims\}"),
        ("intents/deaths.yaml", "{killed} lost", "150 lost", r"en\.lead: the number 150 is typed out"),
        ("intents/deaths.yaml", "paragraph: 3", "paragraph: 9", r"quotes\.0\.text: there is no paragraph 9"),
        ("intents/deaths.yaml", '"how-many"', '"howmany"', r"intents/deaths\.yaml:\d+: question_words: there is no howmany: mend its spelling"),
        ("intents/when.yaml", "holds_for: [1, 3, 5]", "holds_for: [1, 9]", r"intents/when\.yaml:\d+: holds_for: there is no paragraph 9"),
        ("intents/deaths.yaml", "related:", "facts:", r"intents/deaths\.yaml:\d+: facts: this key is here twice"),
        ("intents/deaths.yaml", "\nen:", "\nxx:", r"intents/deaths\.yaml:\d+: xx: unknown key"),
        ("intents/deaths.yaml", "  lead:", '  questions: ["who?"]\n  lead:', r"intents/deaths\.yaml:\d+: en\.questions: unknown key: remove it"),
        ("facts.yaml", '"150 citizens"', '"150 people"', r'facts\.yaml:\d+: facts\.\d+\.literal: "150 people" is not in paragraph 3'),
        ("facts.yaml", 'literal: "44-day"', 'literal: "Patriotic"', r"facts\.yaml:\d+: facts: 44 of paragraph 7 is in no fact"),
        ("facts.yaml", 'en: "killed"', "en: 12:30", r"12:30 unquoted is not read as text: write"),
        ("facts.yaml", "в марте 1994", "в мае 1994", r'display\.ru: "в мае 1994 года" is not the month of "March 1994"'),
        ("facts.yaml", 'few: "{number} гражданина", many:', "few:", r'facts\.yaml:\d+: facts\.6\.counted\.ru: the form "many" is missing: add it'),
        ("facts.yaml", "{number} nəfər", "{count} nəfər", r"facts\.yaml:\d+: facts\.7\.counted\.az\.other: nothing fills \{count\}"),
        ("facts.yaml", "number: 150", "number: 151", r'facts\.yaml:\d+: facts\.6\.number: 151 is not in "150 citizens": mend the number'),
        ("facts.yaml", "ordinal: 34", "ordinal: 3", r'facts\.yaml:\d+: facts\.18\.ordinal: 3 is not in "the 34th'),
        ("facts.yaml", "day: 21, month: 1", "day: 20, month: 1", r'facts\.yaml:\d+: facts\.9\.date: 20 January 1990 is not in "21 January 1990": mend the date'),
        ("facts.yaml", "month: 2, year: 1994", "month: 13, year: 1994", r"facts\.yaml:\d+: facts\.12\.date\.month: Input should be less than"),
        ("facts.yaml", "month: 2, year: 1994", "day: 29, month: 2, year: 1994", r"facts\.yaml:\d+: facts\.12\.date: Value error, no such day"),
        ("facts.yaml", "number: 150", "number: 150\n    ordinal: 150", r"facts\.yaml:\d+: facts\.6: has number and ordinal: keep one of them"),
        ("facts.yaml", 'tr: "yüz binlerce"', "", r"facts\.yaml:\d+: facts\.4\.display\.tr: tr is missing, though statement\.yaml declares it"),
        ("not_covered/order.yaml", '"perpetrators"', "no", r"not_covered/order\.yaml:2: nearest\.0: no unquoted is not read"),
        ("statement.yaml", 'figures: "casualties"', 'figures: "sums"', r"statement\.yaml:\d+: figures: there is no sums"),
        ("timeline.yaml", 'precision: "span"', 'precision: "long"', r"timeline\.yaml:\d+: events\.5\.precision: not one of the known values"),
        ("timeline.yaml", 'fact: "night"', 'fact: "day"', r"timeline\.yaml:\d+: events\.1\.fact: there is no day"),
        ("translations/az.yaml", "744", "745", r"translations/az\.yaml:\d+: paragraphs\.3: not the same numbers"),
        ("translations/az.yaml", "30 ilə", "44 ilə", r"translations/az\.yaml:\d+: paragraphs\.7: not the same numbers"),
        ("translations/tr.yaml", "Şubat", "Mart", r"translations/tr\.yaml:\d+: paragraphs\.6: not the same months"),
        ("translations/az.yaml", "Sumqayıtda", "Sumqaytda", r'translations/az\.yaml:\d+: paragraphs\.3: no "Sumqayıt" for "Sumgayit": write the name'),
        ("translations/ru.yaml", "Милли Меджлиса", "Меджлиса", r'translations/ru\.yaml:\d+: paragraphs\.6: no "Милли Меджлис" for "Milli Majlis"'),
        ("translations/tr.yaml", "Haydar Aliyev Sovyet", "Sovyet", r'translations/tr\.yaml:\d+: paragraphs\.4: no "Haydar Aliyev" for "Heydar Aliyev"'),
        ("statement.yaml", 'en: "Baku"', 'en: "Bakou"', r'statement\.yaml:\d+: names\.\d+: the statement has no "Bakou": copy it'),
        ("statement.yaml", ', tr: "Bakü"', "", r"statement\.yaml:\d+: names\.\d+\.tr: tr is missing, though statement\.yaml declares it"),
        ("words/en.yaml", '  "8": [', '  "9": [', r"words/en\.yaml:\d+: paragraph_words\.9: there is no paragraph 9: name one from 0 to 8"),
        ("phrases/en.yaml", "{url}", "here", r"phrases/en\.yaml:\d+: full_text: \{url\} is missing"),
        ("phrases/en.yaml", "greeting:", "greetings:", r"phrases/en\.yaml:\d+: greeting: missing"),
        ("intents/deaths.yaml", "\ntr:", "\nTR:", r"intents/deaths\.yaml:1: tr: tr is missing, though statement\.yaml declares it"),
        ("facts.yaml", "facts:", "facts: [", r"facts\.yaml:\d+: the file: not readable as YAML"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_file_line_and_remedy(
    documents: dict[str, Document], file: str, old: str, new: str, complaint: str
) -> None:
    text = (SHIPPED / file).read_text()
    assert old in text
    found = problems_with(documents, file, text.replace(old, new, 1).encode())
    assert [problem for problem in found if re.search(complaint, problem)]


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        ("en/deaths.txt", None, "questions/en/deaths.txt:0: the file: no such file: add it, with 12 questions at least"),
        ("az/art.txt", None, "questions/az/art.txt:0: the file: no such file: add it, with 6 questions at least"),
        ("tr/thanks.txt", None, "questions/tr/thanks.txt:0: the file: no such file: add it, with 12 questions at least"),
        ("ru/deaths.txt", b"", "questions/ru/deaths.txt:1: the file: 0 questions are too few: write 12 at least, unlike each other"),
        ("ru/art.txt", b"# one\n\n" + "песни\nстихи\n".encode(), "questions/ru/art.txt:1: the file: 2 questions are too few: write 6 at least, unlike each other"),
        ("en/dead.txt", b"who limped", "questions/en/dead.txt:1: the file: there is no dead in intents/ or not_covered/: mend the name or remove the file"),
        ("en/The dead.txt", b"who limped", "questions/en/The dead.txt:1: the file: there is no The dead in intents/ or not_covered/: mend the name or remove the file"),
        ("xx/deaths.txt", b"who died", "questions/xx/deaths.txt:1: the file: a file that nothing reads: move it or remove it"),
        ("en/deaths.yaml", b'questions: ["who died"]', "questions/en/deaths.yaml:1: the file: a file that nothing reads: move it or remove it"),
    ],
)  # fmt: skip
def test_a_fault_of_a_list_of_questions_is_named(
    documents: dict[str, Document], file: str, content: bytes | None, complaint: str
) -> None:
    assert problems_with(documents, f"questions/{file}", content) == [complaint]


@pytest.mark.parametrize(
    ("added", "complaint"),
    [
        (b"How many people DIED?", '2: questions.0: "How many people DIED?" is also a question of questions/en/deaths.txt: keep it in one place'),
        (b"how many limped\r\nHow many limped?", '3: questions.1: "How many limped?" is also a question of questions/en/wounded.txt: keep it in one place'),
        ("…?!".encode(), "2: questions.0: no word in this question: remove it"),
        ("сколько раненых".encode("cp1251"), "2: the file: not readable as UTF-8: save the file in that encoding"),
    ],
)  # fmt: skip
def test_a_question_at_fault_is_named_with_its_line(
    documents: dict[str, Document], added: bytes, complaint: str
) -> None:
    file = "questions/en/wounded.txt"
    content = b"# a comment\n" + added + b"\n" + (SHIPPED / file).read_bytes()
    assert f"{file}:{complaint}" in problems_with(documents, file, content)


def test_a_list_of_questions_may_have_comments_gaps_and_any_line_endings(folder: Path) -> None:
    path = folder / "questions/en/deaths.txt"
    questions = load(folder).questions["en"]["deaths"]
    lines = ["# first", "", *(f"  {question} " for question in questions), "  # last"]
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    assert load(folder).questions["en"]["deaths"] == questions


@pytest.mark.parametrize("taken", ["deaths", "thanks"])
def test_what_has_a_list_of_questions_has_an_id_of_its_own(folder: Path, taken: str) -> None:
    art = (folder / "not_covered/art.yaml").read_text()
    (folder / f"not_covered/{taken}.yaml").write_text(art.replace('"art"', f'"{taken}"'))
    assert problems(folder) == [f"not_covered/{taken}.yaml:1: id: something else has this id: give it one of its own"]


def test_figures_that_changed_places_in_a_translation_are_found(folder: Path) -> None:
    path = folder / "translations/ru.yaml"
    path.write_text(path.read_text().replace("744", "x").replace("150", "744").replace("x", "150"))
    complaint = r"translations/ru\.yaml:\d+: paragraphs\.3: its figures are not in the order"
    assert any(re.match(complaint, problem) for problem in problems(folder))


def test_all_faults_are_reported_at_once(folder: Path) -> None:
    replace(folder / "intents/deaths.yaml", '"killed"', '"slain"')
    replace(folder / "intents/when.yaml", '"night"', '"evening"')
    assert {problem.split(":")[0] for problem in problems(folder)} == {"intents/deaths.yaml", "intents/when.yaml"}


def test_a_missing_intent_breaks_what_refers_to_it(folder: Path) -> None:
    (folder / "intents/wounded.yaml").unlink()
    assert [problem for problem in problems(folder) if problem.startswith("intents/deaths.yaml")]


def test_a_folder_without_knowledge_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path) == [
        f"{tmp_path}:0: the file: no statement.yaml in this folder: name the folder of a knowledge base"
    ]
