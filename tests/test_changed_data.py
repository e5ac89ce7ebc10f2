"""Who adds a year, a place or a correction to data/ changes no test: the suite passes on the data changed so."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
COPIED = ("data", "evaluation", "notebooks", "parameters", "tests", "docs", "tools", "benchmarks")
SOURCES = {
    "a_release_2026": ["Statistics Canada", "Statistique Canada", "A release", "en", "https://example.org/a", "2026-07-30", "true", "", "", "statcan-open"],
    "a_copy_2022": ["A copy", "Une copie", "A table", "en", "https://example.org/b", "2022", "false", "Statistics Canada", "Statistique Canada", "statcan-open"],
}  # fmt: skip
NEW_YEAR = [
    ["all_human_trafficking", "Canada", "2024", "621", "", "2026-07-30", "a_release_2026", "", ""],
    ["all_human_trafficking", "Canada", "2025", "655", "1.57", "2026-07-30", "a_release_2026", "", "rounded-rate"],
    ["all_human_trafficking", "Ontario", "2025", "", "2.4", "2026-07-30", "a_release_2026", "", "rounded-rate"],
    ["trafficking_1525", "Canada", "2024", "510", "1.24", "2026-07-30", "a_release_2026", "", "rounded-rate"],
    ["trafficking_1525", "Canada", "2025", "540", "1.30", "2026-07-30", "a_release_2026", "", "rounded-rate"],
]  # fmt: skip
PLACE = [
    "Alberta",
    "Alberta",
    "Alberta",
    "in Alberta",
    "en Alberta",
    "of Alberta",
    "de l’Alberta",
    "province",
    "Canada",
]
NEW_PLACE = [
    ["trafficking_1525", "Alberta", year, count, rate, "2022", "a_copy_2022", "", caveats]
    for year, count, rate, caveats in (
        ("2017", "9", "0.21", "second-hand-copy rounded-rate small-counts"),
        ("2018", "15", "0.35", "second-hand-copy rounded-rate small-counts"),
        ("2019", "25", "0.57", "second-hand-copy rounded-rate small-counts"),
        ("2020", "26", "0.59", "second-hand-copy rounded-rate small-counts"),
        ("2021", "38", "0.86", "second-hand-copy rounded-rate"),
    )
]
CORRECTED = {
    "population.csv": ("Canada,2023,40049088,", "Canada,2023,40083484,"),
    "police_reported.csv": ("trafficking_1525,Canada,2022,474,", "trafficking_1525,Canada,2022,476,"),
}


def add_rows(path: Path, rows: list[list[str]]) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def change(data: Path) -> None:
    """A year, a place and corrections, as they would come: rows at the end of the tables, two cells written over."""
    add_rows(data / "sources.csv", [[source, *about] for source, about in SOURCES.items()])
    add_rows(data / "places.csv", [PLACE])
    add_rows(data / "police_reported.csv", NEW_YEAR + NEW_PLACE)
    add_rows(data / "population.csv", [["Canada", "2026", "41700000", "2026-09-24", "statcan_population_2025"]])
    for name, (before, after) in CORRECTED.items():
        text = (data / name).read_text(encoding="utf-8")
        assert text.count(before) == 1
        (data / name).write_text(text.replace(before, after), encoding="utf-8")


if __name__ == "__main__":
    change(Path(sys.argv[1]))
