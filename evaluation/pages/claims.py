"""The words of a chapter as its page says them: which lines, and what of them is refused, or in a draft marked."""

from typing import Any

from ..language import Text
from ..language.placeholders import names_asked
from ..language.prose_cells import MAGIC, NUMBERS, PARTS_OF, has_words, parts_of, source_of
from ..records.claims import Decided, Missed, drawn_in, is_said
from ..runs.execute import stored_cells
from .model import Page, PageError, Said, keep

NO_LONGER = {"en": "[no longer true: {}; wanted: {}]", "fr": "[n’est plus vrai : {}; attendu : {}]"}
ABSENT = {"en": "[absent]", "fr": "[absent]"}


def decide_words(page: Page) -> None:
    """Decide the words of a chapter before anything of it is drawn; what does not hold is noted, and so are words that
    cannot be read."""
    page.values.binds_units = True
    drawn = drawn_in(page.notebook)
    for index, cell in stored_cells(page.notebook.cells):
        if has_words(cell) and is_said(source_of(cell), drawn):
            with page.refusing(index):
                page.words_said[index] = _said(page, index, page.claims.decide(source_of(cell)))


def _said(page: Page, index: int, decided: Decided) -> Said:
    """What a cell of words says on the page; what of it does not hold is refused, or in a draft marked."""
    words = decided.words
    if page.is_draft:
        text = decided.marked(page.language, lambda missed: _mark(page, index, missed))
    else:
        text = decided.text(page.language)
        for missed in decided.unmet:
            page.refuse_claim(index, words.lines[missed.place].text, missed)
    spoken = Said(words.kind, text, parts_of(words.kind, text) if words.kind != MAGIC else {})
    if spoken.kind in PARTS_OF:
        page.worded[spoken.kind, words.id] = spoken.parts
    page.printed |= {*names_asked(text), *(spoken.parts if spoken.kind == NUMBERS else ())}
    return spoken


def _mark(page: Page, index: int, missed: Missed) -> str:
    """The place of a mark in a draft's line, whose words no rule of prose bears on."""
    if missed.absent:
        page.values.others[missed.absent] = {"text": ABSENT}
    sides, name = page.claims.sides(missed, page.language), f"no_longer_{index}_{len(page.values.others)}"
    page.values.others[name] = {"text": {page.language: NO_LONGER[page.language].format(sides, missed.claim)}}
    return f"{{{name}}}"


def keep_printed(page: Page) -> None:
    """A number that no cell of words says and a cell of a table does."""
    for name, index in page.recorded.items():
        if name in page.values.used:
            keep(page, index, page.values.numbers[name])


def with_words(page: Page, kind: str, record: dict[str, Any]) -> dict[str, Any]:
    """A chart's or a table's record with the words of its own cell, where it has one. Raises PageError for a chart
    without title, subtitle or description, for a table without a title, and for words of a column that is not there."""
    name, needed = record[kind], ["title", "subtitle", "description"] if kind == "chart" else ["title"]
    parts = page.worded.pop((kind, name), {})
    words: dict[str, Text] = {part: {page.language: text, "fill": "names"} for part, text in parts.items()}
    if "keys" in record:
        heads = [words.get(f"column {key}", head) for key, head in zip(record["keys"], record["columns"], strict=True)]
        record = record | {"columns": heads}
        needed += [f"column {key}" for key, head in zip(record["keys"], heads, strict=True) if not head]
    record = record | words
    if missing := [part for part in needed if not record.get(part)]:
        raise PageError(
            f"found no {', '.join(missing)} of {kind} {name}; allowed: a line {missing[0]}: in %%{kind} {name}"
        )
    return record
