"""What may happen to the data tomorrow: each row of each series moved up, down, to its neighbour's number, taken out,
followed by a newer year, revised by a later release; every series turned. What the
chapters then say is read by the checker (`truth_checker`), which shares nothing with what it judges.
"""

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from operator import itemgetter
from pathlib import Path

import nbformat
from small import ROOT, Row, about, executed_here, read_table, write_table
from truth_checker import Verdict, check

from evaluation.data import checking
from evaluation.language import LANGUAGES, requiring_languages
from evaluation.language.prose_cells import has_words
from evaluation.pages.page import build_page, render_page
from evaluation.records.claims import Claims
from evaluation.records.prose import Values
from evaluation.reviews.parameters import read_chapter

ALL_LAWS, CODE = "all_human_trafficking", "trafficking_1525"
FEW = 50  # below, a count obliges its caveat
NOTHING = re.compile(r"(?:#+ |[a-z]+(?: \w+)?: )?")  # what a line of words begins with


@dataclass(frozen=True)
class Change:
    """One change: what it does to a folder of data, and the number or the table whose pages it may touch."""

    name: str
    apply: Callable[[Path], None]
    shown: str  # a pattern of what stands among the origins of a page that it touches
    table: str


def moved(row: Row, to: float) -> Row:
    """A row of a series with another count, without the rate that no longer fits; or with another rate."""
    if not row["incidents"]:
        decimals = len(row["rate_per_100k"].partition(".")[2])
        return row | {"rate_per_100k": f"{to:.{decimals}f}"}
    caveats = [c for c in row["caveats"].split() if c not in ("rounded-rate", "count-calculated", "small-counts")]
    caveats += ["small-counts"] * (to < FEW)
    return row | {"incidents": str(round(to)), "rate_per_100k": "", "rate_source": "", "caveats": " ".join(caveats)}


def number(row: Row) -> float:
    return float(row["incidents"] or row["rate_per_100k"])


def released(*changed: tuple[str, str, int, str, float | None]) -> Callable[[Path], None]:
    """Other numbers by definition, place, year and how the vintage begins: instead of those that begin so, or in a new
    row; none takes the rows out."""

    def apply(folder: Path) -> None:
        table = read_table(folder / "police_reported.csv")
        for definition, place, year, vintage, to in changed:
            key = {"definition": definition, "place": place, "year": str(year)}
            here = [row for row in table if key.items() <= row.items() and row["vintage"].startswith(vintage)]
            like = [row for row in table if (row["definition"], row["place"]) == (definition, place)][-1]
            new = here or [like | key | {"vintage": f"{vintage}-07-29"}]
            made = [moved(row, to) for row in new] if to is not None else []
            table = [row for row in table if row not in here] + made
        write_table(folder / "police_reported.csv", table)

    return apply


def counts(*changed: tuple[str, int, str, int | None]) -> Callable[[Path], None]:
    """Other counts of Canada by definition, year and how the vintage begins."""
    return released(*((definition, "Canada", *more) for definition, *more in changed))


def of_row(row: Row, rows: list[Row]) -> Iterator[tuple[str, Callable[[Path], None]]]:
    """The changes of one row of a series."""
    series = [r for r in rows if (r["definition"], r["place"]) == (row["definition"], row["place"])]
    key, year, now = (row["definition"], row["place"]), int(row["year"]), number(row)
    unit = "incidents" if row["incidents"] else "rate_per_100k"
    for kind, factor in {"up": 1.35, "down": 0.6}.items():
        yield kind, released((*key, year, row["vintage"], now * factor))
    for other in [r for r in series if int(r["year"]) == year - 1 and r[unit]][-1:]:
        yield "equal", released((*key, year, row["vintage"], float(other[unit])))
    yield "missing", released((*key, year, "", None))
    for kind, factor in {"revised up": 1.2, "revised down": 0.85}.items():
        yield kind, released((*key, year, "2026", now * factor))
    if year == max(int(r["year"]) for r in series) and row == series[-1]:
        for kind, factor in {"newer, up": 1.25, "newer, down": 0.7, "newer, equal": 1}.items():
            yield kind, released((*key, year + 1, "2026", now * factor))


def of_series(data: Path) -> Iterator[Change]:
    rows = read_table(data / "police_reported.csv")
    for row in rows:
        name = f"{row['definition']} {row['place']} {row['year']} ({row['vintage']})"
        shown = f"{row['definition']}_{re.sub(r'[^a-z]+', '_', row['place'].lower())}_"
        for kind, apply in of_row(row, rows):
            yield Change(f"{name}: {kind}", apply, shown, "police_reported")


def turned(folder: Path) -> None:
    """Each series of a unit the other way round over its years and releases: what rose falls."""
    table = read_table(folder / "police_reported.csv")
    key = itemgetter("definition", "place")
    series: dict[tuple[str, str, bool], list[int]] = {}
    for place, row in enumerate(table):
        series.setdefault((*key(row), bool(row["incidents"])), []).append(place)
    for places in series.values():
        places.sort(key=lambda at: (table[at]["year"], table[at]["vintage"]))
        values = [number(table[at]) for at in reversed(places)]
        for at, value in zip(places, values, strict=True):
            table[at] = moved(table[at], value)
    write_table(folder / "police_reported.csv", table)


def with_cells(
    name: str, key: Row, cells: Row, then: Callable[[Path], None] = lambda folder: None
) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        table = read_table(folder / f"{name}.csv")
        for row in table:
            if key.items() <= row.items():
                row |= cells
        write_table(folder / f"{name}.csv", table)
        then(folder)

    return apply


def without_rates(place: str, year: str) -> Callable[[Path], None]:
    """The counts of a place and year without the rates that no longer fit its population."""

    def apply(folder: Path) -> None:
        table = read_table(folder / "police_reported.csv")
        counted = [row for row in table if row["incidents"] and (row["place"], row["year"]) == (place, year)]
        write_table(
            folder / "police_reported.csv", [moved(row, number(row)) if row in counted else row for row in table]
        )

    return apply


def of_populations(data: Path) -> Iterator[Change]:
    for row in read_table(data / "population.csv"):
        key = {"place": row["place"], "year": row["year"], "vintage": row["vintage"]}
        for kind, factor in {"up": 1.12, "down": 0.9}.items():
            cells = {"people": str(round(int(row["people"]) * factor))}
            apply = with_cells("population", key, cells, without_rates(row["place"], row["year"]))
            yield Change(f"population {row['place']} {row['year']}: {kind}", apply, "", "population")


def of_figures(data: Path) -> Iterator[Change]:
    """Each figure up and down; one of another in its definition and unit is made equal to that."""
    table = read_table(data / "figures.csv")
    for row in table:
        value, key = float(row["value"]), {"figure": row["figure"]}
        decimals = len(row["value"].partition(".")[2])
        ends = {"up": value * 1.4 + 1, "down": value * 0.6}
        if row["unit"] == "percent":
            ends = {"up": min(99, value * 1.4 + 1), "down": value * 0.5}
        alike = [r for r in table if (r["definition"], r["unit"]) == (row["definition"], row["unit"]) and r is not row]
        ends |= {"equal": float(alike[0]["value"])} if alike and row["bound"] == alike[0]["bound"] == "exact" else {}
        for kind, to in ends.items():
            if to != value and not row["high"]:
                apply = with_cells("figures", key, {"value": f"{to:.{decimals}f}"})
                yield Change(f"figure {row['figure']}: {kind}", apply, f'id="from-{row["figure"]}"', "figures")


# Of all laws, 2021 was 552 as first released and 555 since, 2024 is 608; of the code, 386 and 503.
OF_CANADA: dict[str, Callable[[Path], None]] = {
    "every series turned": turned,
    "a fall": counts((ALL_LAWS, 2024, "2025", 480), (CODE, 2024, "2025", 300)),
    "as many as at first": counts(
        (ALL_LAWS, 2024, "2025", 555), (ALL_LAWS, 2021, "2023-05", 555), (CODE, 2024, "2025", 386)
    ),
    "releases that tell opposite ways": counts(
        (ALL_LAWS, 2021, "2023-05", 300),
        *((ALL_LAWS, 2021, later, 740) for later in ("2023-08", "2023-12", "2024", "2025")),
        (ALL_LAWS, 2024, "2025", 520),
    ),
    "a year missing": counts((CODE, 2021, "", None)),
    "no first release": counts((ALL_LAWS, 2021, "2023-05", None), (ALL_LAWS, 2021, "2022", None)),
    "a newer year, up": counts((ALL_LAWS, 2024, "2026", 640), (ALL_LAWS, 2025, "2026", 700), (CODE, 2025, "2026", 540)),
    "a newer year, down": counts((ALL_LAWS, 2025, "2026", 400), (CODE, 2025, "2026", 30)),
    "a newer release from 2015": counts(
        (CODE, 2015, "2026", 520), *((CODE, year, "2026", 240 + 20 * (year - 2016)) for year in range(2016, 2026))
    ),
    "a later release of one year": counts((ALL_LAWS, 2024, "2026", 540)),
}


def sampled(data: Path, count: int, seed: int) -> list[Change]:
    """A sample of so many changes: each kind of change of a series as often as another, and each other table too."""
    chance = random.Random(seed)
    by_kind: dict[str, list[Change]] = {}
    every = Change("every series: the other way round", turned, "", "police_reported")
    for change in (*of_series(data), every, *of_populations(data), *of_figures(data)):
        series = change.table == "police_reported"
        by_kind.setdefault(change.name.rpartition(": ")[2] if series else change.table, []).append(change)
    for changes in by_kind.values():
        chance.shuffle(changes)
    turns = [turn for together in zip_longest(*by_kind.values()) for turn in together if turn]
    return turns[:count]


def touched(review: Path, change: Change) -> list[str]:
    """The runs of a built review whose page a change may touch: they read its table, and show its numbers."""
    runs = json.loads((review / "manifest.json").read_text(encoding="utf-8"))["runs"]
    numbers = json.loads((review / "numbers.json").read_text(encoding="utf-8"))["numbers"]
    readers = {row["run"] for row in numbers if row["data"].startswith(f"{change.table}.csv")}
    slugs = []
    for run in runs:
        page = review / "en" / f"{'index' if run['slug'] == 'findings' else run['slug']}.html"
        if run["slug"] in readers and re.search(change.shown, page.read_text(encoding="utf-8")):
            slugs.append(run["slug"])
    return slugs


def refused(data: Path) -> list[str]:
    """What the contract says of changed data: what contradicts itself is not built."""
    return [str(problem) for problem in checking.check_data(data)]


def read(chapters: Iterable[str], data: Path, folder: Path) -> tuple[list[Verdict], list[str]]:
    """Run chapters here on a folder of data, write what their pages say and do not refuse, without drawings, and have
    it read; with the lines that are refused."""
    refused: list[str] = []
    for chapter in chapters:
        names, cells = executed_here(chapter, data)
        asked = read_chapter(ROOT / "notebooks" / f"{chapter}.ipynb").parameters
        run = {"slug": chapter, "chapter": chapter, "differing": {}}
        cells["metadata"]["evaluation"] |= about(data, **run)["evaluation"]
        cells["metadata"]["evaluation"]["parameters"] = {name: names[name] for name in asked}
        notebook = nbformat.reads(json.dumps(cells, default=int), 4)  # years of frames
        refused += taken_out(notebook)
        for language in LANGUAGES:
            path = folder / language / f"{'index' if chapter == 'findings' else chapter}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            with requiring_languages([language]):
                page = build_page(notebook, language, lambda *_, **__: "<svg></svg>")
                path.write_text(render_page(page), encoding="utf-8")
    return check(folder, data, chapters), refused


def taken_out(notebook: nbformat.NotebookNode) -> list[str]:
    """Leave a chapter's words without its claims and without the lines that would be refused, in both languages; gives
    these lines. A title or a headline, which a page must have, says nothing then."""
    claims = Claims.of(notebook, Values.of(notebook, "en"))
    assert claims
    decided = {place: claims.decide_cell(cell.source) for place, cell in enumerate(notebook.cells) if has_words(cell)}
    refused: list[str] = []
    for place, words in decided.items():
        out = {missed.place for missed in words.unmet}
        lines = [words.words.lines[at].text for at in sorted(out)]
        stated = [is_said and at not in out for at, is_said in enumerate(words.stated)]
        first, *_ = notebook.cells[place].source.splitlines()
        empty = sorted({NOTHING.match(line)[0] + "–" for line in lines})  # type: ignore[index]
        texts = ["\n".join([*empty, words.words.text(language, stated)]) for language in LANGUAGES]
        notebook.cells[place].source = "\n".join([first, texts[0], "%%fr", texts[1]])
        refused += lines
    return refused
