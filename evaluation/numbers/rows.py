"""Rows of data/ as what numbers are made of: names, texts in both languages, caveats, sources."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from itertools import groupby

from ..data.contract import keys_of
from ..data.sources import Row
from ..language import LANGUAGES, format_moment, format_number
from .publication import CALCULATED, Source


def by_release(rows: list[Row]) -> list[Row]:
    """Rows of a series by year, each year's by release, oldest first."""
    return sorted(rows, key=lambda row: (int(row["year"]), row["vintage"]))


def told_once(rows: list[Row], column: str) -> list[Row]:
    """Rows by year and release, those that repeat a year's number left out: its last publication stays, or where
    no publication prints it, the last row from which the review worked it out."""
    found = []
    for _, same in groupby(rows, key=lambda row: (row["year"], row[column])):
        repeated = list(same)
        printed = [row for row in repeated if column != "incidents" or CALCULATED not in row["caveats"].split()]
        found.append((printed or repeated)[-1])
    return found


def count_of(row: Row) -> tuple[str, ...]:
    """What a count counts, and the count."""
    return tuple(row[column] for column in ("definition", "place", "year", "incidents"))


def in_series(row: Row, unit: str, printed: str) -> dict[str, str]:
    """Where in its source a number of a series stands: at its year; of a count whose source prints a rate only, the
    rate, and the release that first ``printed`` the count, if any did."""
    if unit != "incidents" or CALCULATED not in row["caveats"].split():
        return {"en": row["year"], "fr": row["year"]}
    rate = {language: format_number(Decimal(row["rate_per_100k"]), language) for language in LANGUAGES}
    when = {language: format_moment(printed, language) for language in LANGUAGES if printed}
    en = f"another ({when['en']}) the count" if printed else "the count is this review’s calculation"
    fr = f"une autre ({when['fr']}), le nombre" if printed else "le nombre est calculé par le présent examen"
    return {
        "en": f"{row['year']}; this release prints a rate of {rate['en']}, and {en}",
        "fr": f"{row['year']}; cette publication donne un taux de {rate['fr']}, et {fr}",
    }


def snake(*parts: str) -> str:
    """A name of lower-case ASCII letters, digits and underscores from texts of any kind."""
    decomposed = unicodedata.normalize("NFKD", "_".join(parts)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", decomposed).strip("_")


class Pair(dict[str, str]):
    """A text of data/ in both languages: whoever wrote its digits keeps their source there. It is ordered, grouped and
    looked for by its English, so that pandas does with it what it does with a text."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(self["en"])

    def __eq__(self, other: object) -> bool:
        return self["en"] == other if isinstance(other, str) else super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: Pair) -> bool:
        return self["en"] < other["en"]


def pair(row: Row, column: str) -> Pair:
    """The English and French cells of a row."""
    return Pair(en=row[f"{column}_en"], fr=row[f"{column}_fr"])


def texts_of(row: Row, key: str | list[str]) -> list[dict[str, str]]:
    """The texts in both languages that tell a row from others of its place and period, such as an age group."""
    names = [name[:-3] for name in keys_of(key) if name.endswith(("_en", "_fr"))]
    return [pair(row, name) for name in dict.fromkeys(names) if row.keys() >= {f"{name}_en", f"{name}_fr"}]


def joined_texts(*texts: dict[str, str]) -> dict[str, str]:
    return {language: ", ".join(text[language] for text in texts) for language in LANGUAGES}


def to_source(row: Row, licence: Row, edition: Row, check_at: Source | None = None) -> Source:
    return Source(
        source=row["source"],
        publisher=pair(row, "publisher"),
        title=row["title"],
        title_language=row["title_language"],
        address=row["address"],
        published=row["published"],
        first_hand=row["first_hand"] == "true",
        quotes=pair(row, "quotes"),
        licence=pair(licence, "name"),
        licence_address=licence["address"],
        other_title=edition.get("title", ""),
        other_address=edition.get("address", ""),
        check_at=check_at,
    )
