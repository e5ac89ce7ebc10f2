"""Reading of an executed notebook for its page in one language: its run, the values recorded by its cells, and the
content of each cell in order, with claims decided."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat

from ..language import LANGUAGES, N_, Text, translate
from ..language.placeholders import fill_official_names, names_in_text
from ..language.prose_cells import (
    ALLOWED,
    MAGIC,
    NUMBERS,
    PARTS_OF,
    has_words,
    is_analysis,
    parse_parts,
    source_of,
)
from ..problems.refusals import Refusal, collecting_refusals
from ..records import serialization as recorded
from ..records.claims import Claims, DecidedCell, UnmetLine, drawn_in, is_stated
from ..records.prose import Values
from ..records.unmet import Unmet
from ..reviews.review import FRONT
from ..runs.execute import numbered_cells
from .errors import PageError, UnmetClaim

CONFIDENTIAL = N_("Confidential. Not to be passed on.")
IN_A_NAME = N_("confidential")
DRAFT = N_("Draft: sentences that are no longer true are marked. Not to be passed on.")
DRAFT_IN_A_NAME = N_("draft")
NO_LONGER = {"en": "[no longer true: {}; wanted: {}]", "fr": "[n’est plus vrai : {}; attendu : {}]"}
ABSENT = {"en": "[absent]", "fr": "[absent]"}
STATED = ("makers", "notice", "edition")  # keys of a review file's imprint
PROSE, KEY_NUMBERS, CHART, TABLE = "prose", "key numbers", "chart", "table"
NUMBER, WARNINGS, EXPLORER, CHECKING = "number", "warnings", "explorer", "checking"


@dataclass(frozen=True)
class PageRun:
    """A run as its build describes it (``about``, see `plan.Step.about`), in the language of a page."""

    language: str
    about: Mapping[str, Any]
    slug: str  # name of the run and of the page's files
    file: str  # name of the page's file: the slug, or index for the front page
    title: str
    work: str  # title of the review, or of the page if it belongs to none
    other: str  # the other language of the review; "" if there is one alone
    imprint: Mapping[str, str]  # texts of the review file by `STATED`, without missing ones
    notice: tuple[str, ...]  # of a confidential page or a draft: a sentence, and a word
    is_draft: bool  # built although claims do not hold
    csv_ending: str  # suffix of its CSV files; it contains the word of the notice


@dataclass(frozen=True)
class Content:
    """The contribution of one cell to a page. ``value`` is, by ``kind``: the Markdown of prose, the labels of key
    numbers by name, the record of a chart or table with its words, the name of a number, the caveats of warnings, the
    record of an explorer, or None for the border before the section for reviewers."""

    cell: int
    kind: str
    value: Any = None


@dataclass(frozen=True)
class Records:
    """An executed notebook as read for its page in one language."""

    run: PageRun
    values: Values
    claims: Claims
    printed: frozenset[str]  # names of values in its words
    contents: tuple[Content, ...]
    code: str
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True)
class DecidedWords:
    """A cell of words with its claims decided: its magic, its id, its text, and its named parts (none for prose)."""

    kind: str
    id: str
    text: str
    parts: Mapping[str, str]


def read_executed(path: Path) -> Any:
    """Read a notebook written by a run or a build, without validation against nbformat's schema. Raises OSError for a
    missing file, ValueError for one that is no JSON."""
    return nbformat.v4.reads(path.read_text(encoding="utf-8"))


def languages_of(metadata: Any) -> tuple[str, ...]:
    """The languages, in the order of `LANGUAGES`, of the review that an executed notebook belongs to; all languages if
    its metadata name none."""
    of_review = (metadata.get("evaluation") or {}).get("languages") or LANGUAGES
    return tuple(language for language in LANGUAGES if language in of_review)


def records_of(notebook: Any, language: str) -> Records:
    """Read an executed notebook for its page in one language. Content that no page can show and unmet claims are in its
    ``refusals``, not raised. Raises KeyError for a notebook without metadata of a run, MissingText for metadata
    without texts in the language."""
    run, refusals = run_of(notebook.metadata, language), list[Refusal]()
    values = replace(Values.of(notebook, language), binds_units=True)
    claims = Claims.of(notebook, values)
    words = decide_words(notebook, run, claims, refusals)
    contents = list[Content]()
    for index, cell in numbered_cells(notebook.cells):
        with collecting_refusals(refusals, index, gap=True):
            for content in contents_of(index, cell, values, words, run.language):
                refuse_duplicate_id(content, contents)
                contents.append(content)
    printed = frozenset(name for decided in words.values() for name in printed_names(decided))
    sources = [cell.source for cell in notebook.cells if is_analysis(cell) and cell.source.strip()]
    return Records(run, values, claims, printed, tuple(contents), "\n\n".join(sources), tuple(refusals))


def run_of(metadata: Any, language: str) -> PageRun:
    """The run that a notebook's metadata describe, in one language; a draft of a confidential review has the notice of
    confidentiality alone. Raises MissingText for a text without that language, KeyError for metadata of no run."""
    about = dict(metadata["evaluation"])
    title = fill_official_names(translate(about["title"], language), language, about.get("names", {}))
    stated = {name: about.get("imprint", {}).get(name) for name in STATED}
    notices = {"confidential": (CONFIDENTIAL, IN_A_NAME), "draft": (DRAFT, DRAFT_IN_A_NAME)}
    texts = next((texts for name, texts in notices.items() if about.get(name)), ())
    notice = tuple(translate(text, language) for text in texts)
    return PageRun(
        language,
        about,
        slug=str(about["slug"]),
        file="index" if about.get("part") == FRONT else str(about["slug"]),
        title=title,
        work=translate(about["review_title"], language) if "review_title" in about else title,
        other=next((each for each in languages_of(metadata) if each != language), ""),
        imprint={name: translate(text, language) for name, text in stated.items() if text},
        notice=notice,
        is_draft=bool(about.get("draft")),
        csv_ending=".".join(("", *notice[1:], "csv")),
    )


# Words


def decide_words(notebook: Any, run: PageRun, claims: Claims, refusals: list[Refusal]) -> dict[int, DecidedWords]:
    """The words of a notebook by cell number, claims decided. Cells of words for a chart or table that no cell recorded
    are left out; so are words that cannot be parsed, which are appended to ``refusals``, as are unmet claims."""
    words, drawn = dict[int, DecidedWords](), drawn_in(notebook)
    for index, cell in numbered_cells(notebook.cells):
        if has_words(cell) and is_stated(source_of(cell), drawn):
            with collecting_refusals(refusals, index):
                decided = claims.decide_cell(source_of(cell))
                text = decided_text(index, decided, run, claims, refusals)
                kind = decided.words.kind
                parts = parse_parts(kind, text) if kind != MAGIC else {}
                words[index] = DecidedWords(kind, decided.words.id, text, parts)
    return words


def decided_text(cell_number: int, decided: DecidedCell, run: PageRun, claims: Claims, refusals: list[Refusal]) -> str:
    """The text of a cell of words on its page. In a draft each line with an unmet claim gets a mark that says so; else
    unmet claims are appended to ``refusals``, for the page in the review's first language alone: once for all."""
    if run.is_draft:
        return decided.text_with_marks(run.language, lambda missed: mark_unmet(cell_number, missed, run, claims))
    if run.language == claims.languages[0]:
        for missed in decided.unmet:
            file, line = f"notebooks/{run.about['chapter']}.ipynb", decided.words.lines[missed.place].text
            unmet = Unmet(file, cell_number, line, claims.sides(missed), missed.claim)
            refusals.append(Refusal(cell_number, UnmetClaim(unmet)))
    return decided.text(run.language)


def mark_unmet(cell_number: int, missed: UnmetLine, run: PageRun, claims: Claims) -> str:
    """The placeholder ``{no_longer_...}`` for an unmet claim in a draft. Stores the mark's words in the values under
    that name, since the rules of prose do not apply to them; and "absent" under a name that has no value."""
    others = claims.values.others
    if missed.absent:
        others[missed.absent] = {"text": ABSENT}
    sides, name = claims.sides(missed, run.language), f"no_longer_{cell_number}_{len(others)}"
    others[name] = {"text": {run.language: NO_LONGER[run.language].format(sides, missed.claim)}}
    return f"{{{name}}}"


def printed_names(decided: DecidedWords) -> Iterator[str]:
    """The names of the values that a cell of words prints, repeats included; key numbers print also those that they
    list."""
    yield from names_in_text(decided.text)
    if decided.kind == NUMBERS:
        yield from decided.parts


# Cells


WordsByCell = Mapping[int, DecidedWords]  # words of a notebook by cell


def contents_of(cell_number: int, cell: Any, values: Values, words: WordsByCell, language: str) -> Iterator[Content]:
    """The contributions of a cell to a page, in order; none for a cell of words of a chart or table, which
    `complete_record` adds to it. Raises Refused for content that no page shows, such as Markdown."""
    if has_words(cell):
        if cell_number in words and words[cell_number].kind == MAGIC:
            yield Content(cell_number, PROSE, words[cell_number].text)
        elif cell_number in words and words[cell_number].kind == NUMBERS:
            yield Content(cell_number, KEY_NUMBERS, key_number_labels(words[cell_number].parts, language))
    elif cell.cell_type == "markdown":
        raise PageError(f"found a Markdown cell, which no page shows; allowed: {ALLOWED}")
    else:
        for output in cell.get("outputs", []):
            yield from contents_of_output(cell_number, output.get("data", {}), values, words, language)


def contents_of_output(
    cell_number: int, data: Mapping[str, Any], values: Values, words: WordsByCell, language: str
) -> Iterator[Content]:
    """The contributions of one output of a cell (``data`` by MIME type) to a page; none for plain text and data frames.
    Raises PageError for an output that no page shows."""
    if recorded.VALUE in data:
        yield from contents_of_value(cell_number, data[recorded.VALUE], values, language)
    elif recorded.CHART in data:
        yield Content(cell_number, CHART, complete_record(CHART, data[recorded.CHART], words, language))
    elif recorded.TABLE in data:
        yield Content(cell_number, TABLE, complete_record(TABLE, data[recorded.TABLE], words, language))
    else:
        refuse_unrecorded_output(data)


def contents_of_value(cell_number: int, record: Mapping[str, Any], values: Values, language: str) -> Iterator[Content]:
    """The contribution of a recorded value to a page; none for a text or an absent value; key numbers without absent
    ones. Raises PageError for a name recorded twice with different values."""
    refuse_conflicting_value(record, values)
    if "key_numbers" in record:
        labels = {name: record["said"].get(name, "") for name in record["key_numbers"] if name not in values.absent}
        yield Content(cell_number, KEY_NUMBERS, key_number_labels(labels, language))
    elif "layer" in record:
        yield Content(cell_number, CHECKING)
    elif "explorer" in record:
        yield Content(cell_number, EXPLORER, record)
    elif "caveats" in record:
        yield Content(cell_number, WARNINGS, record["caveats"])
    elif "number" in record:
        yield Content(cell_number, NUMBER, record["name"])


def key_number_labels(labels: Mapping[str, Any], language: str) -> dict[str, Text]:
    """The labels of key numbers by name, with each string that is not empty as a template in ``language``, whose
    placeholders are filled later; "" and texts in both languages stay."""
    is_template = {name: isinstance(words, str) and words for name, words in labels.items()}
    return {name: {language: words, "fill": "names"} if is_template[name] else words for name, words in labels.items()}


def complete_record(kind: str, record: dict[str, Any], words: WordsByCell, language: str) -> dict[str, Any]:
    """A copy of the record of a chart or table (``kind``), completed by the words of its own ``%%`` cell, if it has
    one, which override its texts. Raises PageError for a chart without title, subtitle or description, for a table
    without a title, and for a column without a heading."""
    name, required = record[kind], ["title", "subtitle", "description"] if kind == CHART else ["title"]
    parts = next((each.parts for each in words.values() if (each.kind, each.id) == (kind, name)), {})
    templates: dict[str, Text] = {part: {language: text, "fill": "names"} for part, text in parts.items()}
    if "keys" in record:
        keyed = list(zip(record["keys"], record["columns"], strict=True))
        heads = [templates.get(f"column {key}", head) for key, head in keyed]
        record = record | {"columns": heads}
        required += [f"column {key}" for (key, _), head in zip(keyed, heads, strict=True) if not head]
    record = record | templates
    if missing := [part for part in required if not record.get(part)]:
        raise PageError(
            f"found no {', '.join(missing)} of {kind} {name}; allowed: a line {missing[0]}: in %%{kind} {name}"
        )
    return record


# Refused content


def refuse_duplicate_id(content: Content, before: list[Content]) -> None:
    """Raise Refused for a chart or table whose id is invalid, or is that of a chart or table ``before`` it: they would
    share a file. Other content passes."""
    if content.kind in PARTS_OF:
        name = content.value[content.kind]
        recorded.require_file_name(name)
        if any(other.kind in PARTS_OF and other.value[other.kind] == name for other in before):
            raise PageError(f"found a second chart or table {name}; allowed: each id once")


def refuse_conflicting_value(record: Mapping[str, Any], values: Values) -> None:
    """Raise PageError for a value that another cell records differently under the same name: prose would show the last
    one in both places. An absent value conflicts with none."""
    name = record.get("name", "")
    if "number" in record:
        same = recorded.read_number(record["number"]) == values.numbers.get(name)
    else:
        same = record.get("absent", False) or record == values.others.get(name, record)
    if not same:
        raise PageError(f"found {name} recorded a second time, as something else; allowed: each name once")


SHOWN = re.compile(r"alt\.\w+\(")  # repr of an Altair chart


def refuse_unrecorded_output(data: Mapping[str, Any]) -> None:
    """Raise PageError for an output of a cell (``data`` by MIME type) that is a chart, a picture or HTML but no record:
    a page would lose what JupyterLab shows. Plain text and data frames are allowed; they stay in the executed
    notebook."""
    rich = sorted(set(data) - {"text/plain"})
    if any("vega" in kind for kind in rich) or SHOWN.match("".join(data.get("text/plain", ""))):
        actual, allowed = "a chart of Altair's", "chapter.chart(id, chart, title=, subtitle=, description=)"
    elif rich and not (rich == ["text/html"] and 'class="dataframe"' in "".join(data["text/html"])):
        actual, allowed = ", ".join(rich), "chapter.chart or chapter.table, or the cell without it"
    else:
        return
    raise PageError(f"found {actual} as the output of a cell, which no page shows; allowed: {allowed}")
