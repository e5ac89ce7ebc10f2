"""What the annexes on reports and incidence and on reports and chance say, in both languages, where the data are
others: rows moved up, down, level, revised, missing or newer. Each statement is held against scipy alone."""

from __future__ import annotations

import json
import math
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scipy.stats import beta, norm
from small import DATA, ROOT, Row, executed, prose_in, read_table, write_table

from evaluation.chapters import reports_and_incidence as incidence
from evaluation.data.checking import check
from evaluation.language import LANGUAGES, NO_BREAK
from evaluation.numbers.frames import FigureArray
from evaluation.numbers.quantity import Quantity
from evaluation.records.prose import Values
from evaluation.records.record import read_number

pytestmark = pytest.mark.slow  # runs the chapter again and again
ALL_LAWS, TABLE = "all_human_trafficking", "trafficking_1525"
CHAPTERS = ("reports_and_incidence", "reports_and_chance")
PEOPLE = 41_262_329  # of Canada in 2024
Two = tuple[int, int]


@dataclass(frozen=True)
class Case:
    """Counts of Canada that change, and the two comparisons that then stand: within one release, as first released."""

    counts: tuple[tuple[str, int, str, int | None], ...]  # definition, year, start of the vintage, count (None: no row)
    release: Two
    first: Two | None
    newer: int | None = None  # what a later release alone gives
    other: str = "386 to 503"
    last: int = 2024


def at(year: int, vintage: str, count: int | None, definition: str = ALL_LAWS) -> tuple[str, int, str, int | None]:
    return definition, year, vintage, count


LATER = ("2023-08", "2023-12", "2024", "2025")  # releases of 2021 after its first
CASES = {
    "as published": Case((), (555, 608), (552, 608)),
    "fall": Case((at(2024, "2025", 480), at(2024, "2025", 300, TABLE)), (555, 480), (552, 480), other="386 to 300"),
    "equal": Case((at(2024, "2025", 555), at(2021, "2023-05", 555)), (555, 555), (555, 555)),
    "conflict": Case(
        (at(2021, "2023-05", 300), *(at(2021, v, 740) for v in LATER), at(2024, "2025", 520)),
        (740, 520),
        (300, 520),
    ),
    "missing": Case((at(2021, "2025", None, TABLE),), (555, 608), (552, 608), other=""),
    "2025 up": Case(
        (at(2021, "2026", 556), at(2024, "2026", 640), at(2025, "2026", 700)),
        (556, 700),
        (552, 700),
        other="",
        last=2025,
    ),
    "2025 down": Case(
        (at(2021, "2026", 556), at(2024, "2026", 640), at(2025, "2026", 400)),
        (556, 400),
        (552, 400),
        other="",
        last=2025,
    ),
    "revised alone": Case((at(2024, "2026", 540),), (555, 608), (552, 608), newer=540),
    "no first release": Case((at(2021, "2023-05", None), at(2021, "2022", None)), (555, 608), None),
}  # fmt: skip


@cache
def folder(case: str) -> Path:
    """The tests' tables with a case's counts; a vintage that no row has is a new release of the publisher's."""
    made = Path(shutil.copytree(DATA, Path(tempfile.mkdtemp()) / "data"))
    path = made / "police_reported.csv"
    rows = read_table(path)
    for definition, year, vintage, count in CASES[case].counts:
        rows = list(with_count(rows, definition, str(year), vintage, count))
    write_table(path, rows)
    return made


def with_count(rows: list[Row], definition: str, year: str, vintage: str, count: int | None) -> Iterator[Row]:
    there = (definition, "Canada", year)
    found = False
    for row in rows:
        if (row["definition"], row["place"], row["year"]) == there and row["vintage"].startswith(vintage):
            found = True
            if count is not None:
                yield row | {"incidents": str(count), "rate_per_100k": "", "caveats": copied(row)}
        else:
            yield row
    if not found and count is not None:
        like = next(row for row in rows if row["definition"] == definition and row["vintage"] == "2025-07-29")
        new = {"year": year, "vintage": f"{vintage}-07-29", "incidents": str(count), "rate_per_100k": ""}
        yield like | new | {"caveats": copied(like)}


def copied(row: Row) -> str:
    """The one caveat that a count without a rate keeps: that it was read in a copy."""
    return "second-hand-copy" if "second-hand-copy" in row["caveats"] else ""


@cache
def records(case: str, factor: float, chapter: str = CHAPTERS[0]) -> list[dict[str, Any]]:
    return executed(chapter, folder(case), variance_factor=factor)


@cache
def said(case: str, language: str, factor: float = 5.0) -> str:
    """All prose of both pages in a language, with its values in place."""
    return "\n\n".join(prose(case, language, factor, chapter) for chapter in CHAPTERS)


def prose(case: str, language: str, factor: float, chapter: str) -> str:
    values = Values(language)
    for record in records(case, factor, chapter):
        values.take(record)
    cells = json.loads((ROOT / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    text = "\n\n".join(values.plain(values.present(each)) for each in prose_in(cells)[language])
    return text.replace(NO_BREAK, " ").replace("\u202f", " ")


def change(two: Two) -> tuple[float, float]:
    exact = (two[1] / two[0] - 1) * 100
    return exact, exact


def in_cases(two: Two, factor: float) -> tuple[float, float]:
    """The change in per cent with chance, the counts' variance being so many times their mean; 1: Clopper-Pearson."""
    a, b = two
    if factor == 1:
        low, high = beta.ppf(0.025, b, a + 1), beta.ppf(0.975, b + 1, a)
        return (low / (1 - low) - 1) * 100, (high / (1 - high) - 1) * 100
    spread = norm.ppf(0.975) * math.sqrt(factor / a + factor / b)
    return (b / a * math.exp(-spread) - 1) * 100, (b / a * math.exp(spread) - 1) * 100


VERBS = {
    "en": {"rose": "rose by", "fell": "fell by", "unchanged": "did not change", "open": "between a fall of"},
    "fr": {"rose": "a augmenté d", "fell": "a diminué d", "unchanged": "n’a pas changé", "open": "entre une baisse de"},
}


def way(ends: tuple[float, float]) -> str:
    low, high = ends
    if low == high == 0:
        return "unchanged"
    return "rose" if low > 0 else "fell" if high < 0 else "open"


def agrees(words: str, ends: tuple[float, float], language: str) -> None:
    """The verb is that of the numbers and no other, and the sizes are the ends, rounded outward to a tenth."""
    found = [kind for kind, verb in VERBS[language].items() if verb in words]
    assert found == [way(ends)], (words, ends)
    digits = [float(each.replace(",", ".")) for each in re.findall(r"\d+[.,]\d+|\d+", words)]
    sizes = sorted({abs(end) for end in ends if end})
    assert digits == pytest.approx(sorted(sizes) if way(ends) != "open" else [abs(ends[0]), ends[1]], abs=0.1001), words


NUMBER = {
    "en": (
        r"The number of reports (.+?)\. Allowing for random variation, the rate behind it (.+?)\. If incidents were "
        r"independent of one another, it (.+?)\.\n",
        r"As first released, the number (.+?); allowing for random variation, the rate behind it (.+?)\.\n",
    ),
    "fr": (
        r"Le nombre d’affaires déclarées (.+?)\. Compte tenu des fluctuations aléatoires, le taux sous-jacent (.+?)\. "
        r"Si les affaires étaient indépendantes les unes des autres, il (.+?)\.\n",
        r"Selon les premières publications, le nombre (.+?); compte tenu des fluctuations aléatoires, le taux "
        r"sous-jacent (.+?)\.\n",
    ),
}
both = pytest.mark.parametrize("language", LANGUAGES)
# While somebody works: as published, the other way, a year that is missing; a run of both chapters takes two seconds.
SOON = ("as published", "fall", "missing", "no first release")


def of_case(case: str, *values: Any) -> Any:
    return pytest.param(case, *values, marks=[] if case in SOON else pytest.mark.long)


each = pytest.mark.parametrize("case", [of_case(case) for case in CASES])


@each
def test_the_data_of_a_case_are_such_as_may_come(case: str) -> None:
    told = [str(problem) for problem in check(folder(case)) if "police_reported" in str(problem)]
    assert told == []


@both
@each
def test_every_change_is_said_with_the_verb_and_the_size_of_its_numbers(case: str, language: str) -> None:
    text, now = said(case, language), CASES[case]
    one, first = NUMBER[language]
    (found,) = re.findall(one, text)
    for words, ends in zip(
        found, (change(now.release), in_cases(now.release, 5), in_cases(now.release, 1)), strict=True
    ):
        agrees(words, ends, language)
    as_first = re.findall(first, text)
    assert len(as_first) == (now.first is not None)
    for words, ends in zip(
        as_first[0] if now.first else (), (change(now.first), in_cases(now.first, 5)) if now.first else (), strict=True
    ):
        agrees(words, ends, language)


@both
@each
def test_the_lead_names_the_numbers_that_are_compared(case: str, language: str) -> None:
    lead, now = "\n".join(said(case, language).split("\n\n")[1:6]), CASES[case]
    pairs = [re.findall(r"\d+", words) for words in re.findall(r"\d+(?: incidents in \d{4})? (?:to|à) \d+", lead)]
    wanted = [now.release, *([now.first] if now.first else [])]
    assert [(int(found[0]), int(found[-1])) for found in pairs][: len(wanted)] == wanted
    none = {
        "en": "at least one of the two years was not found",
        "fr": "au moins une des deux années n’a pas été trouvée",
    }
    assert (none[language] in lead) == (not now.other)
    assert now.other.replace(" to ", {"en": " to ", "fr": " à "}[language]) in lead
    assert f"{now.last}" in lead
    alone = {"en": "the two first releases were not both found", "fr": "n’ont pas toutes deux été trouvées"}[language]
    assert (alone in lead) == (now.first is None)


@both
@each
def test_a_newer_release_of_one_year_is_told_and_not_compared(case: str, language: str) -> None:
    told = re.findall(
        {"en": r"A newer release gives (\d+)", "fr": r"Une publication plus récente donne (\d+)"}[language],
        said(case, language),
    )
    assert told == ([str(CASES[case].newer)] if CASES[case].newer else [])


REVISION = {
    "en": {"keeps": "does not turn the sign", "rose-fell": "turns a rise into a fall",
           "fell-rose": "turns a fall into a rise", "unchanged-rose": "turns no change into a rise",
           "unchanged-fell": "turns no change into a fall",
           "open": "leaves the sign of the change open"},
    "fr": {"keeps": "ne change pas le sens", "rose-fell": "transforme une hausse en baisse",
           "fell-rose": "transforme une baisse en hausse", "unchanged-rose": "fait apparaître une hausse là où rien",
           "unchanged-fell": "fait apparaître une baisse là où rien", "open": "laisse ouvert le sens"},
}  # fmt: skip


@both
@each
def test_what_a_revision_does_is_what_its_numbers_do(case: str, language: str) -> None:
    text, now = said(case, language), CASES[case]
    told = [kind for kind, words in REVISION[language].items() if words in text]
    if not told:
        assert now.newer  # a year that was revised is not revised again
        return
    pattern = {
        "en": r"the change would then be (.+?): a revision",
        "fr": r"l’évolution serait alors (.+?) : une révision",
    }
    (then,) = re.findall(pattern[language], text)
    rise, fall = {"en": ("rise of", "fall of"), "fr": ("hausse d", "baisse d")}[language]
    kinds = {(True, False): "rose", (False, True): "fell", (False, False): "unchanged", (True, True): "open"}
    after = kinds[rise in then, fall in then]
    before = way(change(now.release))
    expected = "open" if "open" in (before, after) else "keeps" if before == after else f"{before}-{after}"
    assert told == [expected]


TIGHT = {
    "en": {"settles": "we would know which way", "some": "one of the two comparisons would tell",
           "conflict": "opposite ways", "nothing": "chance would still leave open"},
    "fr": {"settles": "on saurait dans quel sens", "some": "selon une des deux comparaisons",
           "conflict": "se contrediraient", "nothing": "le hasard laisserait encore ouvert"},
}  # fmt: skip


@both
@pytest.mark.parametrize(
    ("case", "factor"),
    [*(of_case(case, 5.0) for case in CASES), of_case("as published", 1.0), of_case("2025 up", 1.0)],
)
def test_known_detection_would_tell_what_both_comparisons_tell(case: str, language: str, factor: float) -> None:
    now = CASES[case]
    ways = {way(in_cases(two, factor)) for two in (now.release, now.first) if two}
    expected = (
        "nothing" if ways == {"open"} else "some" if "open" in ways else "settles" if len(ways) == 1 else "conflict"
    )
    told = [kind for kind, words in TIGHT[language].items() if words in said(case, language, factor)]
    assert told == [expected]


def table(case: str, name: str) -> list[list[dict[str, Any]]]:
    return next((record["rows"] for record in records(case, 5.0) if record.get("table") == name), [])


@each
def test_three_suppositions_leave_more_as_much_and_less_trafficking(case: str) -> None:
    """Worked out from the numbers compared: equal shares leave the change of the reports, and so on."""
    ratio, rows = CASES[case].release[1] / CASES[case].release[0], table(case, "three")
    assert [row[2]["text"]["en"] for row in rows] == ["more", "about as much", "less"]
    shares = [[float(cell["text"]["en"].rstrip("%")) for cell in row[:2]] for row in rows]
    assert [earlier for earlier, _ in shares] == [10] * 3
    less, same, more = (ratio * earlier / later for earlier, later in shares)
    assert less > 1.02 > 1.0101 > same > 0.99 > 0.98 > more
    for row, (earlier, later) in zip(rows, shares, strict=True):
        found = read_number(row[3]["number"]).quantity
        low, high = ((1 + end / 100) * earlier / later for end in in_cases(CASES[case].release, 5))
        assert (float(found.low), float(found.high)) == pytest.approx(((low - 1) * 100, (high - 1) * 100), abs=1e-4)


@pytest.mark.parametrize("later", [60, 5000])
def test_shares_that_are_none_make_no_table(later: int, number: Any) -> None:
    """A tenth of incidents cannot become six tenths and more beyond what would explain the reports."""
    ratio = FigureArray([number(Quantity.exact(later) / Quantity.exact(10), unit="ratio")])
    pair = pd.DataFrame({"reports_earlier": [1], "reports_later": [1], "break_even": ratio})
    assert incidence.shares_around(pair, 10) == []
