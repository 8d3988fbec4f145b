"""What the cards look like. After a wanted change, look at the new pictures and write them as the golden ones:

for k in timeline figures; do for l in en az ru tr; do
    ./task card $k --language $l --out tests/golden/$k-$l.png
done; done
"""

import shutil
from dataclasses import replace
from importlib.resources import files
from io import BytesIO
from itertools import combinations, product
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops

from bot.__main__ import main
from bot.cards import MARGIN, draw, lay_out
from bot.model import CARDS, LANGUAGES, Card, Knowledge, Language
from bot.settings import SHIPPED
from bot.source import quoted
from bot.typesetting import Box, Sheet, Style, flow, paint

GOLDEN = Path(__file__).parent / "golden"
TILE = 12
TOLERANCE = 8
"""A tile of the picture may differ this much of 255 on average: less than a comma, more than another rasteriser does."""

ALPHABETS = {
    "en": "abcdefghijklmnopqrstuvwxyz",
    "az": "abcçdeəfgğhxıijkqlmnoöprsştuüvyzABCÇDEƏFGĞHXIİJKQLMNOÖPRSŞTUÜVYZ",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyzâîûABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZÂÎÛ",
}

each_card = pytest.mark.parametrize(("kind", "language"), [(k, lang) for k in CARDS for lang in LANGUAGES])


def picture(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    assert image.format == "PNG"
    return image.convert("RGB")


def union(boxes: list[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def placed(sheet: Sheet) -> dict[str, Box]:
    texts = {f"{i} {text.text!r}": text.box for i, text in enumerate(sheet.texts)}
    return texts | {f"mark {i}": mark.box for i, mark in enumerate(sheet.marks)}


def words(sheet: Sheet) -> str:
    return " ".join(text.text for text in sheet.texts).replace("\N{NO-BREAK SPACE}", " ")


def outside(sheet: Sheet) -> list[str]:
    inner = Box(MARGIN // 2, MARGIN // 2, sheet.width - MARGIN // 2, sheet.height - MARGIN // 2)
    return [name for name, box in placed(sheet).items() if union([inner, box]) != inner]


def overlapping(sheet: Sheet) -> list[tuple[str, str]]:
    return [(a, b) for (a, one), (b, other) in combinations(placed(sheet).items(), 2) if one.overlaps(other)]


def missing_glyphs(sheet: Sheet) -> set[str]:
    fonts = files("bot") / "fonts"
    known = {w: TTFont(BytesIO((fonts / f"NotoSans-{w}.ttf").read_bytes())).getBestCmap() for w in ("Regular", "Bold")}
    return {letter for text in sheet.texts for letter in text.text if ord(letter) not in known[text.style.weight]}


def difference(one: Image.Image, other: Image.Image) -> int:
    """The largest mean difference of a tile, in grids that are half a tile apart; one in size is a whole one."""
    if one.size != other.size:
        return 255
    changed = ImageChops.difference(one.convert("L"), other.convert("L"))
    grids = product((0, TILE // 2), repeat=2)
    return max(int(changed.crop((x, y, *changed.size)).reduce(TILE).getextrema()[1]) for x, y in grids)


@each_card
def test_nothing_is_clipped(kind: Card, language: Language, knowledge: Knowledge) -> None:
    sheet = lay_out(kind, knowledge, language)
    assert outside(sheet) == []
    image = picture(paint(sheet))
    inked = ImageChops.difference(image, Image.new("RGB", image.size, sheet.background)).getbbox()
    assert inked is not None
    expected = union(list(placed(sheet).values()))
    assert all(abs(a - b) <= 2 for a, b in zip(inked, expected, strict=True))


@each_card
def test_nothing_overlaps(kind: Card, language: Language, knowledge: Knowledge) -> None:
    assert overlapping(lay_out(kind, knowledge, language)) == []


@each_card
def test_every_glyph_is_in_its_font(kind: Card, language: Language, knowledge: Knowledge) -> None:
    assert missing_glyphs(lay_out(kind, knowledge, language)) == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_fonts_carry_the_alphabet(language: Language, weight: str) -> None:
    cmap = TTFont(BytesIO((files("bot") / "fonts" / f"NotoSans-{weight}.ttf").read_bytes())).getBestCmap()
    assert {letter for letter in ALPHABETS[language] if ord(letter) not in cmap} == set()


def test_the_fonts_come_with_their_licence() -> None:
    assert "SIL OPEN FONT LICENSE" in (files("bot") / "fonts" / "OFL.txt").read_text()


@each_card
def test_the_card_looks_as_its_golden_picture(kind: Card, language: Language, knowledge: Knowledge) -> None:
    golden = picture((GOLDEN / f"{kind}-{language}.png").read_bytes())
    assert difference(picture(draw(kind, knowledge, language)), golden) <= TOLERANCE


@each_card
def test_telegram_takes_it_as_a_photo(kind: Card, language: Language, knowledge: Knowledge) -> None:
    content = draw(kind, knowledge, language)
    width, height = picture(content).size
    assert max(width, height) <= 2560  # else it is made smaller
    assert len(content) < 300_000  # Telegram's own limit is 10 MB


@each_card
def test_it_is_readable_on_a_phone_and_in_any_chat(kind: Card, language: Language, knowledge: Knowledge) -> None:
    sheet = lay_out(kind, knowledge, language)
    assert min(text.style.size for text in sheet.texts) >= 32
    assert min(contrast(text.style.colour, sheet.background) for text in sheet.texts) >= 7  # WCAG 2, level AAA
    assert Image.open(BytesIO(paint(sheet))).has_transparency_data is False


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """The contrast ratio of WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: tuple[int, int, int]) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_timeline_has_every_event_in_order(language: Language, knowledge: Knowledge) -> None:
    shown = words(lay_out("timeline", knowledge, language))
    phrases = knowledge.phrases[language]
    for event in knowledge.timeline:
        when = knowledge.facts[event.fact].display[language] if event.fact else ""
        note = event.note[language] if event.note else ""
        place = phrases.paragraph.format(number=event.paragraph)
        expected = " ".join(filter(None, (when, note, quoted(event.text[language], phrases), f"– {place}")))
        before, found, shown = shown.partition(expected)
        assert found, (expected, before)


def test_a_date_a_span_and_what_has_no_date_look_different(knowledge: Knowledge) -> None:
    looks = {"date": (False, False), "about": (False, True), "span": (True, True), "undated": (True, False)}
    marks = [mark for mark in lay_out("timeline", knowledge, "en").marks if mark.box.right - mark.box.left == 28]
    drawn = [(mark.edge is not None, mark.box.bottom - mark.box.top > 28) for mark in marks]
    assert drawn == [looks[event.precision] for event in knowledge.timeline]


def test_the_precision_is_the_statements(knowledge: Knowledge) -> None:
    said = {event.fact: event.precision for event in knowledge.timeline if event.precision != "date"}
    assert said == {"late-1980s": "about", "occupation-years": "span", "war-days": "undated"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_are_the_three_and_their_sentence(language: Language, knowledge: Knowledge) -> None:
    shown = words(lay_out("figures", knowledge, language))
    for id_ in ("killed", "wounded", "missing"):
        fact = knowledge.facts[id_]
        assert f"{fact.display[language]} {fact.label[language]}" in shown
    numbers = [text.text for text in lay_out("figures", knowledge, language).texts if text.style.size > 100]
    assert numbers == ["150", "744", "4"]
    assert quoted(knowledge.intents["casualties"].quotes[0].text[language], knowledge.phrases[language]) in shown


@each_card
def test_it_says_whose_words_these_are(kind: Card, language: Language, knowledge: Knowledge) -> None:
    shown, phrases = words(lay_out(kind, knowledge, language)), knowledge.phrases[language]
    assert (phrases.timeline_heading if kind == "timeline" else phrases.figures_heading) in shown
    assert knowledge.statement.texts[language][0].replace("\n", " ") in shown
    assert phrases.card_unofficial in shown
    assert (phrases.translation_label in shown) is (language != "en")


# The checks above must be able to fail.


def test_a_text_that_leaves_the_canvas_is_noticed(knowledge: Knowledge) -> None:
    sheet = lay_out("figures", knowledge, "en")
    assert outside(replace(sheet, texts=(replace(sheet.texts[0], x=700), *sheet.texts[1:])))
    assert outside(replace(sheet, height=sheet.height - MARGIN))


def test_texts_that_overlap_are_noticed(knowledge: Knowledge) -> None:
    sheet = lay_out("timeline", knowledge, "en")
    moved = replace(sheet.texts[5], y=sheet.texts[6].y - 20)
    assert overlapping(replace(sheet, texts=(*sheet.texts[:5], moved, *sheet.texts[6:])))


def test_a_missing_glyph_is_noticed(knowledge: Knowledge) -> None:
    sheet = lay_out("figures", knowledge, "en")
    assert missing_glyphs(replace(sheet, texts=(replace(sheet.texts[0], text="漢"),))) == {"漢"}


@pytest.mark.parametrize(("old", "new"), [("ə", "e"), ("ı", "i"), ("ş", "s"), (".", "")])
def test_one_other_letter_is_another_picture(old: str, new: str, knowledge: Knowledge) -> None:
    sheet = lay_out("figures", knowledge, "az")
    at = next(i for i, text in enumerate(sheet.texts) if old in text.text)
    text = replace(sheet.texts[at], text=sheet.texts[at].text.replace(old, new, 1))
    changed = replace(sheet, texts=(*sheet.texts[:at], text, *sheet.texts[at + 1 :]))
    assert difference(picture(paint(changed)), picture(paint(sheet))) > TOLERANCE


# Lines.


def test_lines_are_few_even_and_within_the_width() -> None:
    style = Style(40, (0, 0, 0))
    placed = flow([("one two three four five six seven eight nine ten eleven twelve", style)], 0, 40, 600)
    widths = [style.width(text.text) for text in placed]
    assert " ".join(text.text for text in placed).split()[-1] == "twelve"
    assert len(placed) == 3
    assert max(widths) <= 600
    assert min(widths) > 300


@pytest.mark.parametrize("together", ["20 January", "744 others", "в ночь", "Day –"])
def test_what_belongs_together_stays_on_one_line(together: str) -> None:
    style = Style(40, (0, 0, 0))
    for width in range(300, 900, 20):
        lines = [t.text for t in flow([(f"words before {together} words after it", style)], 0, 40, width)]
        assert any(together in line.replace("\N{NO-BREAK SPACE}", " ") for line in lines)


def test_a_word_that_is_too_long_has_a_line_of_its_own() -> None:
    style = Style(40, (0, 0, 0))
    assert [text.text for text in flow([("a" * 60 + " few words", style)], 0, 40, 300)] == ["a" * 60, "few words"]


# The command.


def test_the_command_writes_the_card(tmp_path: Path, knowledge: Knowledge) -> None:
    out = tmp_path / "card.png"
    assert main(["card", "timeline", "--language", "az", "--out", str(out)]) == 0
    assert out.read_bytes() == draw("timeline", knowledge, "az")


def test_the_command_speaks_english_unless_told(tmp_path: Path, knowledge: Knowledge) -> None:
    out = tmp_path / "card.png"
    assert main(["card", "figures", "--out", str(out)]) == 0
    assert out.read_bytes() == draw("figures", knowledge, "en")


@pytest.mark.parametrize(
    "argv",
    [["map", "--out", "x.png"], ["figures"], ["--out", "x.png"], ["figures", "--language", "xx", "--out", "x.png"]],
)
def test_wrong_use_of_the_command_is_exit_code_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["card", *argv])
    assert raised.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["card", "figures", "--out", str(tmp_path / "no" / "card.png")]) == 2
    assert "--out" in capsys.readouterr().err


def test_a_language_the_knowledge_lacks_is_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shutil.copytree(SHIPPED, tmp_path / "knowledge", ignore=shutil.ignore_patterns(".index"))
    statement = folder / "statement.yaml"
    statement.write_text(statement.read_text().replace('"en", "az", "ru", "tr"', '"en", "az", "ru"'))
    for unused in ("phrases", "words", "translations"):
        (folder / unused / "tr.yaml").unlink()
    argv = ["card", "figures", "--knowledge", str(folder), "--language", "tr", "--out", str(tmp_path / "card.png")]
    assert main(argv) == 2
    assert "not complete in tr" in capsys.readouterr().err
