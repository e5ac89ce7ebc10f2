"""What the functions behind slow chapters and commands give of a few numbers, within this process."""

import copy
import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from golden import compare
from small import DATA, Make, Recorded, contract_of, in_both, read_table
from statcan_files import csv_file, table, zip_file

from evaluation.chapters import (
    counting_rules,
    evidence,
    incidence,
    more_reports,
    movement,
    reported_incidents,
    reports_explored,
    reports_simulated,
    statcan_release,
    statcan_table,
)
from evaluation.chapters import pairs as pairs_of_years
from evaluation.chapters.detection.identification import DetectionBounds
from evaluation.chapters.explorer import Explorer
from evaluation.chapters.series import Series
from evaluation.data import checking
from evaluation.language import translate
from evaluation.numbers.figures import Figures
from evaluation.numbers.frames import FigureArray
from evaluation.numbers.notation import show
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Quantity
from evaluation.problems import InputError
from evaluation.protection import earlier, synthetic
from evaluation.protection.rules import read_rules
from evaluation.records.chapter import Chapter
from evaluation.start import SAMPLE
from evaluation.verification import refresh


def in_words(cell: Any) -> Any:
    return show(cell, "en").words if isinstance(cell, Number) else cell


def english(text: Any) -> str:
    return translate(text, "en")


def lines_of(numbers: Iterable[Number | None]) -> list[str]:
    """Numbers with all that is said of them, in both languages, a line each."""
    lines = []
    for number in numbers:
        if not isinstance(number, Number):
            lines.append("none")
            continue
        words = " / ".join(show(number, language).words for language in ("en", "fr"))
        method = getattr(number, "method", "")
        texts = [translate(text, "en") for text in (number.label, getattr(number, "formula", ""), method) if text]
        inputs = [each.name for each in getattr(number, "inputs", ())]
        lines.append(f"{number.name} [{number.kind}, {number.unit}]: {words}: {'; '.join(texts)}; of {inputs}")
    return lines


@pytest.fixture
def pairs(number: Make) -> pd.DataFrame:
    """Pairs of years: a rise, a rounded rate's range, a fall to nearly nothing, and one without a count."""
    counts = [((110, 120), (150, 150)), ((95, 105), (96, 103)), ((400, 400), (3, 3)), ((10, 10), None)]
    sides: dict[str, list[Number | None]] = {"reports_earlier": [], "reports_later": []}
    for place, pair in enumerate(counts):
        for side, ends in zip(sides, pair, strict=True):
            name = f"{side}_{place}"
            sides[side].append(ends and number(Quantity.between(*ends), name=name, unit="incidents"))
    known = {
        "definition": "a_definition",
        "place": "Ontario",
        "year_earlier": 2021,
        "year_later": 2022,
        "basis": "release",
    }
    frame = pd.DataFrame([known] * len(counts), index=[7, 5, 3, 1])
    return frame.assign(**{side: FigureArray(values) for side, values in sides.items()})


def test_what_reports_say_of_incidence(pairs: pd.DataFrame, number: Make, tmp_path: Path) -> None:
    lines = [
        "# ratios",
        *lines_of(incidence.rate_ratios(pairs, 0.95)),
        *lines_of(incidence.rate_ratios(pairs, 0.9, 5.0)),
    ]
    for bounds in (DetectionBounds.of_shares(10, 12), DetectionBounds(0.8, 1.25), DetectionBounds.unknown()):
        frame = incidence.left_open(pairs, bounds, 0.95, 5.0)
        assert list(frame.index) == [7, 5, 3, 1]
        lines += [f"# {bounds}", *lines_of(frame.left_open), *lines_of(frame.interval)]
    lines += ["# beliefs", *lines_of(incidence.probability_fell(pairs, 1.1, 0.3, 5.0))]
    lines += ["# suppositions", str(incidence.supposed([10, 12.5])), str(incidence.supposed([1.5], "ratio"))]
    lines += [
        *lines_of(incidence.no_change().number),
        *lines_of([incidence.stretch()]),
        incidence.signs().map(english).to_csv(sep="|"),
    ]
    counts = pd.Series([number(Quantity.exact(n), name=f"n{n}", unit="incidents") for n in (40, 45, 60, 58, 90)])
    seen = incidence.variance_seen_in(counts, 0.95)
    lines += ["# variance", *seen.steps, *lines_of(seen.estimate), *lines_of(seen.interval)]
    lines += lines_of(incidence.largest_step(counts))
    assert list(incidence.variance_seen_in(counts[:3], 0.95).steps) == []
    assert incidence.largest_step(counts[:1]) == (None, None)
    compare("\n".join(lines) + "\n", "incidence.txt", tmp_path)


def test_which_years_are_compared_on_which_basis(number: Make, tmp_path: Path) -> None:
    """A year revised, a year alone, a year without reports, and a rate beside counts."""
    releases = [
        ("a", 2021, "2022", "incidents", 100), ("a", 2022, "2023", "incidents", 110),
        ("a", 2021, "2023", "incidents", 98), ("a", 2022, "2023", "rate_per_100k", 3),
        ("a", 2021, "2023", "rate_per_100k", 2), ("a", 2020, "2021", "incidents", 0),
        ("b", 2020, "2024", "incidents", 7), ("b", 2021, "2024", "incidents", 9), ("b", 2023, "2025", "incidents", 5),
    ]  # fmt: skip
    rows = [
        {"definition": name, "place": "Ontario", "year": year, "vintage": vintage, "unit": unit, "caveats": ""}
        for name, year, vintage, unit, _ in releases
    ]
    numbers = [
        number(Quantity.exact(count), name=f"n{place}", definition=name, start=str(year), end=str(year), unit=unit)
        for place, (name, year, _, unit, count) in enumerate(releases)
    ]
    paired = pairs_of_years.year_pairs(pd.DataFrame(rows).assign(number=FigureArray(numbers)))
    columns = ["definition", "year_earlier", "year_later", "basis", "unit", "alike"]
    ends = paired.sort_values(columns)[[*columns, "earlier", "later"]]
    lines = [" ".join(map(str, row)) for row in ends.map(in_words).values]
    compare("\n".join(lines) + "\n", "year_pairs.txt", tmp_path)


def test_what_rising_and_falling_reports_are_said_to_be() -> None:
    assert [(in_both(text)) for text in movement.TEXTS.values()] == [
        {"en": "More reports may be good news.", "fr": translate(movement.TEXTS[movement.RISING], "fr")},
        {"en": "Fewer reports are no proof of success.", "fr": translate(movement.TEXTS[movement.FALLING], "fr")},
        {
            "en": "More reports may be good news; fewer reports are no proof of success.",
            "fr": translate(movement.TEXTS[movement.MIXED], "fr"),
        },
    ]


@pytest.mark.parametrize(
    ("ends", "words"),
    [((0.2, 0.4), "20% to 40%"), ((0.4, 0.2), "20% to 40%"), ((0.996, 1), "more than 99%"),
     ((0, 0.004), "less than 1%"), ((0.004, 0.5), "0% to 50%"), ((0.5, 0.996), "50% to 100%")],
)  # fmt: skip
def test_a_probability_is_never_certain(ends: tuple[float, float], words: str, number: Make) -> None:
    shown = show(number(incidence.probability_range(ends), unit="percent"), "en").words
    assert shown.replace("between ", "").replace(" and ", " to ") == words


def test_how_far_simulated_intervals_hold(number: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reports_simulated, "DRAWS", 200)
    reports = number(Quantity.exact(120), name="reports", unit="incidents")
    revisions = pd.Series([number(Quantity.exact(n), name=f"r{n}", unit="percent") for n in (2, -9)])
    lines = lines_of([reports_simulated.within()])
    for frame in (
        reports_simulated.coverage(reports, 0.95, revisions, 5.0),
        reports_simulated.coverage(reports, 0.95, revisions[:0], 5.0),
        reports_simulated.power(reports, 0.95, 5.0),
    ):
        lines += [str(list(frame.columns)), *map(english, frame.iloc[:, 0])]
        lines += [line for column in frame.columns[1:] for line in lines_of(frame[column])]
    lines += lines_of(reports_simulated.detection_share_by_factor(reports, "doubled", 0.95, [1, 5, 20]))
    lines += lines_of(reports_simulated.detection_share_by_factor(None, "doubled", 0.95, [1, 5]))
    assert [
        len(reports_simulated.coverage(None, 0.95, revisions, 5.0)),
        len(reports_simulated.power(None, 0.95, 5.0)),
    ] == [0, 0]
    compare("\n".join(lines) + "\n", "reports_simulated.txt", tmp_path)


SERIES = [
    ("Ontario", "all_human_trafficking", 2019, "latest"), ("Ottawa", "trafficking_1525", 2019, 2022),
    ("Canada", "all_human_trafficking", 2021, 2023), ("Halifax", "all_human_trafficking", 2000, "latest"),
]  # fmt: skip
WORDS = ("basis", "as_published", "compares", "is_counted", "implies_counts", "bears_chance", "never_revised")
NUMBERS = ("implied", "comparable", "latest_counts", "canada_revised", "course")
ROWS_OF_YEARS = ("by_year", "ends", "latest_ends", "canada_by_year", "with_canada")


def test_what_a_series_of_reports_bears(tmp_path: Path) -> None:
    """A series of rates, of counts, of the country, of one year and of none."""
    chapter, lines = Chapter(DATA), []
    for asked in SERIES:
        series = Series.of(chapter, *asked)
        change = series.change_with_chance("change", 0.95)
        lines += [f"# {asked}", str({name: getattr(series, name) for name in WORDS}), *lines_of([change, series.only])]
        for name in NUMBERS:
            lines += [f"{name}: {line}" for line in lines_of(getattr(series, name))]
        for name in ROWS_OF_YEARS:
            rows = getattr(series, name)
            lines += [f"{name}: {year} {in_words(each)}" for year, each in zip(rows.year, rows.number, strict=True)]
        with_people = series.on_same_basis(series.rows, "people")
        lines += [f"people: {in_words(each)}" for each in with_people.people.dropna()]
    compare("\n".join(lines) + "\n", "series.txt", tmp_path)


def test_the_pairs_of_years_that_a_reader_can_choose(recorded: Recorded, tmp_path: Path) -> None:
    chapter = Chapter(DATA)
    numbers = pairs_of_years.reported_numbers(chapter)
    lines = [f"{unit}: {count}" for unit, count in numbers.groupby("unit").size().items()]
    lines += lines_of(numbers[numbers.place.isin(["Halifax", "Ottawa"])].reports)
    years = pairs_of_years.year_pairs(numbers[numbers.place.isin(["Canada", "Ontario"]) & numbers.year.ge(2022)])
    series = reports_explored.scenarios(Figures(DATA), years, 0.95)
    for brief, first in ((False, "Ontario"), (True, "Paris")):
        reports_explored.explorer(
            chapter, "choose", series, place=first, definition="all_human_trafficking", years=(2022, 2024), level=0.95,
            brief=brief,
        )  # fmt: skip
    reports_explored.explorer(chapter, "none", [], place="a", definition="b", years=(2022, 2024), level=0.95)
    assert len(recorded) == 2
    for record, language in zip(recorded, ("fr", "en"), strict=True):
        part = Explorer.of(record, lambda text, language=language: translate(text, language), 2)
        lines += [f"{part.id} {part.brief} {part.level} {part.first}", *(caveat.caveat for caveat in part.caveats)]
        lines += [json.dumps(each, ensure_ascii=False) for each in part.series]
    compare("\n".join(lines) + "\n", "explorer.txt", tmp_path)


def test_what_pages_on_reports_and_evidence_work_out(number: Make, tmp_path: Path) -> None:
    chapter, figures = Chapter(DATA), Figures(DATA)
    rules = counting_rules.changed(chapter, "Ontario", 2009, 2024)
    lines = [f"{row.event} {row.year} {in_words(row.when)}" for row in rules.itertuples()]
    assert [len(counting_rules.changed(chapter, "Ontario", *years)) for years in ((2018, 2024), (None, 2024))] == [0, 0]
    for event in (counting_rules.FOUNDED, "another"):
        drawn = counting_rules.lines(rules.assign(event=event)).to_dict()
        lines += [json.dumps(drawn["mark"]), json.dumps(drawn["encoding"])]
    lines += lines_of(more_reports.boxes().happening) + lines_of(more_reports.boxes().known)
    lines += [*map(english, more_reports.boxes().box)]
    standing = evidence.standing(figures)
    lines += [
        f"{standing.count(True)} of {len(standing)} statements in force",
        "".join("ny"[each] for each in standing),
    ]
    cases = number(Quantity.exact(1500), name="cases", unit="incidents")
    lines += lines_of(evidence.as_round(cases, number(Quantity.exact(part), name="part")) for part in (10, 1480))
    shares = {share: number(Quantity.exact(share), name=f"share{share}", unit="percent") for share in (69, 66, 20)}
    lines += lines_of(evidence.least_share_in(shares[part], shares[66]) for part in (69, 20))
    counts = pd.Series([number(Quantity.between(*ends), name="a", unit="incidents") for ends in ((0, 3), (5, 9))])
    lines += lines_of(reported_incidents.one_wider(counts))
    for place in ("Canada", "Ontario", "Ottawa"):
        named = reported_incidents.named_place(figures, place, "trafficking_1525")
        lines += [str(in_both(each)) for each in (named, reported_incidents.headed(chapter, place))]
    lines.append(str(in_both(reported_incidents.releases("2023", None, "2022-12", "2023"))))
    compare("\n".join(lines) + "\n", "chapters.txt", tmp_path)


# Protected releases


RELEASE = {
    "schema": 1, "base": 20, "own_number": "wished", "before": [],
    "columns": {"year": {}, "region": {}, "young": {"finer": "age", "level": {"under 18": "yes", "18 to 24": "yes"}}},
    "tables": [{"file": "data/people.csv", "columns": ["year", "region", "young"], "kinds": [
        {"columns": ["year"], "within": 0}, {"columns": ["year", "region", "young"], "within": 5}]}],
}  # fmt: skip
ROWS = [
    ["year", "region_en", "young", "people", "high", "bound"],
    ["2023/24", "all", "all", "40", "59", "between"],
    ["2023/24", "North", "yes", "20", "", "less-than"],
]


def released(folder: Path, rows: list[list[str]] = ROWS, **changed: Any) -> Path:
    """A release as `evaluation protect` writes it, with other parts where they are given."""
    folder.mkdir(exist_ok=True)
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    hashes = {"data/people.csv": earlier.file_hash(folder / "people.csv")}
    (folder / "release.json").write_text(json.dumps(RELEASE | {"files": hashes} | changed), encoding="utf-8")
    return folder


def test_the_numbers_of_an_earlier_release(tmp_path: Path) -> None:
    rules = read_rules(SAMPLE / "returns.yml")
    whole, few = earlier.read_earlier([released(tmp_path / "first")], rules)
    year = ("year", frozenset({"2023/24"}))
    assert (whole.group, whole.value) == (frozenset({year}), 59)
    assert asdict(whole.range) == {"table": "people", "codes": dict([year]), "low": 40, "high": 59}
    assert few.group == {year, ("region", frozenset({"North"})), ("age", frozenset({"under 18", "18 to 24"}))}
    assert (few.value, few.range.low, few.range.high) == (14, 0, 19)


def test_each_refusal_of_an_earlier_release(tmp_path: Path) -> None:
    rules = read_rules(SAMPLE / "returns.yml")
    first = released(tmp_path / "first")
    after = [earlier.file_hash(first / "release.json")]
    unknown = [ROWS[0], ["2023/24", "South", "yes", "20", "", "less-than"]]
    cases: dict[str, Any] = {
        "another base": {"base": 10}, "no list": {"before": "x"}, "no columns": {"columns": {}},
        "another kind": {"tables": [RELEASE["tables"][0] | {"kinds": []}]}, "no hash": {"files": {}},
        "another hash": {"files": {"data/people.csv": "0"}}, "made after another": {"before": [*after, "1"]},
    }  # fmt: skip
    lines = []
    for name, changed in cases.items():
        lines += [f"# {name}", refused(rules, first, released(tmp_path / "second", **changed))]
    lines += ["# a code that is not there", refused(rules, released(tmp_path / "second", unknown))]
    lines += ["# a cell too few", refused(rules, released(tmp_path / "second", [ROWS[0], ROWS[1][:3]]))]
    strict = SimpleNamespace(**vars(rules) | {"own_number": "required", "return_columns": rules.return_columns})
    lines += ["# less protection", refused(strict, first)]
    assert refused(rules, first, released(tmp_path / "second", before=after)) == "accepted"
    text = "\n".join(lines).replace(str(tmp_path), "FOLDER").replace(str(rules.file.parent), "SAMPLE")
    compare(text + "\n", "earlier_refused.txt", tmp_path)


def refused(rules: Any, *folders: Path) -> str:
    try:
        earlier.read_earlier(folders, rules)
    except InputError as error:
        return str(error)
    return "accepted"


def test_synthetic_returns_are_those_of_the_rules_and_of_nobody(tmp_path: Path) -> None:
    rules = read_rules(SAMPLE / "returns.yml")
    paths = synthetic.write_sample(rules, 1, tmp_path / "returns")
    again = synthetic.write_sample(rules, 1, tmp_path / "again")
    assert [path.read_bytes() for path in paths] == [path.read_bytes() for path in again]
    assert [path.name for path in paths] == [f"synthetic_{number:02}.csv" for number in range(1, 53)]
    assert {path.stat().st_mode & 0o777 for path in (*paths, tmp_path / "returns")} == {0o600, 0o700}
    rows = [row for path in paths for row in read_table(path)]
    columns = ["organization", "year", "region", "fund", "age", "gender", "people"]
    assert {tuple(row) for row in rows} == {tuple(columns)}
    assert {row["organization"] for row in rows} <= {f"Synthetic organization {number:02}" for number in range(1, 53)}
    for name in columns[1:-1]:
        assert {row[name] for row in rows} == {*rules.columns[name].codes}
    by_year = [sum(int(row["people"]) for row in rows if row["year"] == year) for year in rules.columns["year"].codes]
    assert all(9_500 < people < 10_300 for people in by_year)
    shares = synthetic.shares(synthetic.np.random.default_rng(3), 4)
    assert (shares.sum(), list(shares)) == (pytest.approx(1), sorted(shares, reverse=True))
    with pytest.raises(InputError, match="found something there; allowed: a new folder; nothing was changed"):
        synthetic.write_sample(rules, 1, tmp_path / "returns")


# A release of Statistics Canada's table


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The contract is held against data/ elsewhere."""
    monkeypatch.setattr(checking, "check_data", lambda folder: [])


def test_a_release_is_added_and_told(unchecked: None, data: Path, tmp_path: Path) -> None:
    lines = []
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    for name, day, more in (("new", "2026-07-22", 3), ("old", "2025-07-22", 0), ("new", "2026-07-22", 3)):
        file = csv_file(tmp_path / f"{name}.csv", table(more=more), day)
        download = statcan_table.read_download(file)
        shown = statcan_release.add_download(download, data, write=False)
        lines += [f"# {name}", *statcan_release.describe_additions(download, shown, data)]
        if name == "new" and shown:
            assert {path.name: path.read_bytes() for path in data.iterdir()} == before
        statcan_release.add_download(download, data, write=True)
    added = [row for row in read_table(data / "police_reported.csv") if row["source"] == statcan_release.SOURCE]
    lines += [" ".join(row.values()) for row in added if row["year"] in ("2015", "2024") and row["place"] != "Canada"]
    outcomes = [row for row in read_table(data / "police_outcomes.csv") if row["place"] == "Alberta"]
    lines += [" ".join(row.values()) for row in outcomes if row["year"] == "2024"]
    for name in ("sources", "searches", "indicators"):
        was = set(before[f"{name}.csv"].decode("utf-8").splitlines())
        now = (data / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        lines += [f"# {name}", *(line[:200] for line in now if line not in was)]
    compare("\n".join(lines).replace(f"{tmp_path}/", "") + "\n", "statcan_added.txt", tmp_path)


@pytest.mark.slow
def test_a_release_that_contradicts_is_refused_with_its_rows(unchecked: None, data: Path, tmp_path: Path) -> None:
    first, other = (csv_file(tmp_path / f"{more}.csv", table(years=[2024], more=more)) for more in (0, 9))
    statcan_release.add_download(statcan_table.read_download(first), data, write=True)
    with pytest.raises(
        InputError, match=r"9\.csv:\d+:VALUE: found \d+ \(trafficking_1525, Canada, 2024\); allowed: \d+, as"
    ):
        statcan_release.add_download(statcan_table.read_download(other), data, write=True)
    small = table(places=["Canada", "Ontario", "Quebec"], years=[2023], more=900)
    with pytest.raises(InputError, match=r"small\.csv:\d+:VALUE: found "):
        statcan_release.add_download(
            statcan_table.read_download(csv_file(tmp_path / "small.csv", small, "2026-09-01")), data, write=True
        )


def test_a_file_of_another_table_is_refused(tmp_path: Path) -> None:
    other = "Cube Title,Product Id,Release Time\r\nIncidents,14100287,2026-07-22T08:30\r\n"
    file = zip_file(tmp_path / "35100177-eng.zip", table(years=[2024]), {"35100177_MetaData.csv": other}, "2026-09-01")
    with pytest.raises(InputError, match=r"35100177_MetaData\.csv:-:-: found the table '14100287'; allowed: "):
        statcan_table.read_download(file)


def of_row(row: int, column: str, cell: str) -> Callable[[list[list[str]]], object]:
    """A change of one cell, of a row counted from 1 with the head."""
    return lambda rows: rows[row - 1].__setitem__(rows[0].index(column), cell)


WRONG: dict[str, Callable[[list[list[str]]], object]] = {
    "below zero": of_row(14, "VALUE", "-1.00"), "a symbol": of_row(13, "STATUS", "Q"),
    "thousands": of_row(13, "SCALAR_FACTOR", "thousands"), "half an incident": of_row(13, "VALUE", "7.5"),
    "a row twice": lambda rows: rows.append(rows[12]), "a short row": lambda rows: rows.append(rows[-1][:9]),
    "no column": lambda rows: [row.pop(11) for row in rows],
    "other violations": lambda rows: [row.__setitem__(3, "Robbery [1610]") for row in rows[1:]],
    "other areas": lambda rows: [row.__setitem__(1, "Toronto, Ontario [35535]") for row in rows[1:]],
    "a code without its name": of_row(13, "GEO", "0ntario [35]"), "another's code": of_row(13, "GEO", "Ontario [48]"),
    "no area": of_row(13, "GEO", " "), "another area": of_row(13, "GEO", "Yukon"),
    "no statistic": of_row(13, "Statistics", ""),
    "more adults than persons": of_row(23, "VALUE", "9999"), "more than all": of_row(17, "VALUE", "120.00"),
    "the future": of_row(13, "REF_DATE", "2029"), "a month": of_row(13, "REF_DATE", "2024-01"),
    "a span": of_row(13, "REF_DATE", "2023/2024"), "decimals": of_row(13, "DECIMALS", "x"),
    "a word": of_row(13, "VALUE", "many"),
    "suppressed": of_row(13, "STATUS", "x"), "a column twice": lambda rows: [row.append(row[0]) for row in rows],
}  # fmt: skip


def test_every_refusal_of_a_downloaded_table(tmp_path: Path) -> None:
    """By row and column; what is left out is counted instead."""
    whole, lines = table(places=["Ontario"], years=[2024]), []
    for name, change in WRONG.items():
        rows = copy.deepcopy(whole)
        change(rows)
        lines.append(f"# {name}")
        try:
            download = statcan_table.read_download(csv_file(tmp_path / "35100177.csv", rows))
            lines.append(f"accepted; left out: {dict(download.left_out)}")
        except InputError as error:
            lines.append(str(error))
    compare("\n".join(lines).replace(f"{tmp_path}/", "") + "\n", "table_refused.txt", tmp_path)


def test_a_folder_of_the_name_of_a_table_and_files_of_a_zip(tmp_path: Path) -> None:
    rows, lines = table(places=["Ontario"], years=[2024]), []
    (tmp_path / "folder.csv").mkdir()
    cases: dict[str, dict[str, str]] = {
        "two tables": {"more.csv": "x"}, "one name": {"35100177.CSV": "x"}, "many": {f"{n}.txt": "" for n in range(70)},
        "unpacked": {"zeros_MetaData.csv": "0" * 3_000_000}, "a folder of macOS": {"__MACOSX/a.csv": "x"},
        "metadata": {"35100177_MetaData.csv": "Product Id,Release Time\r\n35100177,2026-07-23T08:30\r\n"},
    }  # fmt: skip
    paths = [tmp_path / "folder.csv", tmp_path / "none.csv"]
    paths += [zip_file(tmp_path / f"{name}.zip", rows, files, "2026-09-01") for name, files in cases.items()]
    paths.append(zip_file(tmp_path / "cut.zip", rows))
    paths[-1].write_bytes(paths[-1].read_bytes()[:-60])
    for path in paths:
        try:
            download = statcan_table.read_download(path)
            lines.append(f"{path.name}: release of {download.released}, {download.is_dated}, {len(download.numbers)}")
        except InputError as error:
            lines.append(str(error).partition(" (File is")[0])
    compare("\n".join(lines).replace(f"{tmp_path}/", "") + "\n", "download_refused.txt", tmp_path)


# The newest release of a source


def test_what_is_asked_for_and_where_its_page_goes(data: Path, tmp_path: Path) -> None:
    want = refresh.find_download(data, "en", "me")
    assert (want.asker, want.address.startswith("https://"), want.most_bytes > 1_000_000) == ("me", True, True)
    with pytest.raises(
        InputError, match=r"downloads\.csv:-:-: found no file to ask for; allowed: a row of downloads\.csv"
    ):
        refresh.find_download(data, "de", "me")
    with contract_of(data) as contract:
        contract["resources"] = [each for each in contract["resources"] if each["name"] != "downloads"]
    with pytest.raises(InputError, match="found no file to ask for"):
        refresh.find_download(data, "en", "me")
    addresses = {"repository": "r", "address": "a", "contact": "c"}
    assert [refresh.requester_address(dict(list(addresses.items())[n:])) for n in range(4)] == ["r", "a", "c", ""]
    request: Any = SimpleNamespace(review=Path("parameters/small.yml"), output=tmp_path)
    assert refresh.default_page_path(request) == tmp_path / "small.refresh.html"


def test_sentences_to_rewrite_come_first() -> None:
    page = '<body><main id="main">\n<p>1</p><main id="main"></body>'
    written = refresh.with_broken_sentences(page, {"one": ["It < rose.", "It is."]}, ["en", "fr"])
    head = "Sentences whose claims no longer hold / Phrases dont"
    assert written.startswith(f'<body><main id="main">\n<section id="claims"><h2>{head}')
    assert "<ul><li>one: It &lt; rose.</li><li>one: It is.</li></ul></section>\n<p>1</p>" in written
    assert refresh.with_broken_sentences(page, {}, ["en"]) == page


@pytest.mark.slow
def test_an_older_release_is_not_asked_to_be_compared(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = csv_file(tmp_path / "35100177.csv", table(years=[2024]), "2025-01-01")
    monkeypatch.setattr(refresh, "download_zip", lambda want, folder: file)
    want = refresh.find_download(data, "en", "")
    with pytest.raises(
        InputError, match=r"found the release of 2025-01-01; allowed: one of .* or later, which data/ has; n"
    ):
        refresh.download_release(want, data, tmp_path)
    newer = csv_file(tmp_path / "35100177.csv", table(years=[2024]), "2999-01-01")
    assert refresh.download_release(want, data, tmp_path) == newer
    assert refresh.has_new_numbers(newer, data)
