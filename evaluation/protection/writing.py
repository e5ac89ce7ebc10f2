"""A release as an ordinary data folder: the project's tables and the protected ones, whose counts are ranges, with
contract, source, caveats, and ``release.json``, which describes how they were made.

Nothing here reads a return: no true count, name of an organization, hash of a return, seed or invented population is
accessible to the code that writes.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..data.checking import check_data
from ..data.contract import CONTRACT
from ..data.sources import Tables
from ..language import LANGUAGES
from ..problems import InputError, refuse
from ..problems.imports import DISTRIBUTION
from ..writing import files
from ..writing.work_folder import work_folder_for
from .earlier import ALL, RELEASE, file_hash
from .rules import PEOPLE, YEAR, Rules
from .system import Kind, PublishedCell

RANGES, WEAKER, GOVERNED, SYNTHETIC = "counts-as-ranges", "weaker-protection", "released-under-agreement", "synthetic"
INVENTED = "invented"  # the definition of invented numbers
ENSEMBLE = {"en": ALL, "fr": "ensemble"}
CAVEATS = {
    RANGES: (
        "precision",
        "Counts are ranges, to protect people.",
        "Nombres donnés en fourchettes, pour protéger les personnes.",
        "To protect people, counts are given as ranges. The true number lies in the range; all tables of the release"
        " were made together, so that no number can be worked out more closely by subtraction.",
        "Pour protéger les personnes, les nombres sont donnés sous forme de fourchettes. Le nombre réel s’y trouve;"
        " tous les tableaux de la diffusion ont été établis ensemble, de sorte qu’aucune soustraction ne donne un"
        " nombre plus précis.",
    ),
    SYNTHETIC: (
        "meaning",
        "Synthetic: describes nobody.",
        "Données fictives : ne décrivent personne.",
        "These numbers are synthetic: they were made up to try out how returns are protected, and describe nobody.",
        "Ces données sont fictives : elles ont été inventées pour essayer la protection des relevés et ne décrivent"
        " personne.",
    ),
}  # fmt: skip
FEWER = {"en": "Ranges are narrower than usual; the reason is given.",
         "fr": "Fourchettes plus étroites qu’à l’habitude; la raison est donnée."}  # fmt: skip
LOWER = "Lower end of the range, or the number that the count is less than"
WHOLE = {"type": "integer", "constraints": {"required": True, "minimum": 0}}
AGREED = {"en": "Released under an agreement.", "fr": "Diffusion régie par une entente."}


@dataclass(frozen=True)
class RangeRow:
    """A published cell: the number in the middle of its range, and its maximal distance to the truth. Its range begins
    at 0 where the distance is larger than the number."""

    cell: PublishedCell
    value: int
    within: int

    @property
    def low(self) -> int:
        """The lower end of the range, 0 or more."""
        return max(self.value - self.within, 0)

    @property
    def high(self) -> int:
        """The upper end of the range, included."""
        return self.value + self.within

    @property
    def bound(self) -> tuple[str, str, str]:
        """The cells ``people``, ``bound`` and ``high`` of its range in a table: less than (upper end + 1) if it begins
        at 0, else between both ends."""
        if self.low == 0:
            return str(self.high + 1), "less-than", ""
        return str(self.low), "between", str(self.high)


def table_rows(rules: Rules, rows: Iterable[RangeRow]) -> dict[str, list[RangeRow]]:
    """The rows of each published table, by name: of each table of the rules and, under its name with ``_all``, of its
    margins, so that nobody adds totals to their parts; a table without margins has no such second one. A margin of
    several tables is in each."""
    by_kind: dict[frozenset[str], list[RangeRow]] = {}
    for row in rows:
        by_kind.setdefault(frozenset(row.cell.kind), []).append(row)
    tables = {}
    for name, columns in rules.tables.items():
        tables[name] = by_kind[frozenset(columns)]
        margins = [row for kind, kind_rows in by_kind.items() if kind < {*columns} for row in kind_rows]
        tables |= {f"{name}_all": margins} if margins else {}
    return tables


def write_release(
    rules: Rules, rows: Iterable[RangeRow], data: Path, output: Path, facts: Mapping[str, Any], synthetic: bool
) -> None:
    """Write a release to ``output``, replacing what is there once the new folder is complete and valid by `check_data`.
    ``data`` is the project's data folder; ``facts`` go into ``release.json``. Raises InputError if the folder is not
    valid, WriteConflict if another command writes there."""
    with work_folder_for(output) as place:
        new = place / "new"
        ReleaseWriter(rules, Tables(data), new, synthetic).write(table_rows(rules, rows), facts)
        if problems := check_data(new):
            raise InputError(problems)
        files.swap_in(new, output, place / "old")


class ReleaseWriter:
    """Writes one release into ``folder``; ``data`` are the project's tables, which are copied there. ``source`` and
    ``definition`` are the ids of the rows that its numbers refer to."""

    def __init__(self, rules: Rules, data: Tables, folder: Path, synthetic: bool):
        self.rules, self.data, self.folder, self.synthetic = rules, data, folder, synthetic
        self.source = "returns_" + rules.source["published"].replace("-", "_").replace("/", "_")
        self.definition = INVENTED if synthetic else rules.counts["definition"]

    def write(self, tables: dict[str, list[RangeRow]], facts: Mapping[str, Any]) -> None:
        """Write all files of the release: copies of everything in the project's data folder, with rows added to its
        lists of sources, caveats and, if synthetic, definitions, the protected ``tables``, the contract, and
        ``release.json``."""
        for path in self.data.folder.iterdir():  # each by itself: of a link the file, since rows are added to some
            files.copy(path, self.folder / path.name)
        contract = json.loads((self.folder / CONTRACT).read_text(encoding="utf-8"))
        for name, rows in tables.items():
            self.write_table(name, rows)
            contract["resources"].append(self.resource(name))
        self.add_rows("sources", "source", [self.source_row()])
        self.add_rows("caveats", "caveat", self.caveat_rows())
        if self.synthetic:
            self.add_rows("definitions", "definition", [synthetic_definition()])
        self.put(CONTRACT, json.dumps(contract, ensure_ascii=False, indent=2) + "\n")
        self.write_register(tables, facts)

    def put(self, name: str, text: str) -> None:
        """Write one file of the release, by its name in the folder, in UTF-8."""
        files.put(self.folder / name, text.encode())

    def table_columns(self, name: str) -> list[str]:
        """The columns of the rules in the published table of this name; of margins (``_all``), those of their table."""
        return list(self.rules.tables[name.removesuffix("_all") if name not in self.rules.tables else name])

    def write_table(self, name: str, rows: list[RangeRow]) -> None:
        """Write the CSV of the table ``name``: a row a range, with its codes in both languages, source and caveats."""
        texts = [(column, language) for column in self.table_columns(name) for language in LANGUAGES if column != YEAR]
        head = [YEAR, *(f"{column}_{language}" for column, language in texts)]
        lines = [[*head, PEOPLE, "bound", "high", "vintage", "source", "caveats"]]
        for row in rows:
            codes = dict(zip(row.cell.kind, row.cell.codes, strict=True))
            words = [self.code_text(codes, column, language) for column, language in texts]
            origin = [self.rules.source["published"], self.source, " ".join(self.caveats_of(row.cell.kind))]
            lines.append([codes[YEAR], *words, *row.bound, *origin])
        self.put(f"{name}.csv", as_csv(lines))

    def code_text(self, codes: dict[str, str], column: str, language: str) -> str:
        """The text of a row's code of a ``column`` in a language, or "all" ("ensemble" in French) if the row is a
        margin over that column."""
        return self.rules.columns[column].codes[codes[column]][language] if column in codes else ENSEMBLE[language]

    def caveats_of(self, kind: Kind) -> list[str]:
        """The ids of the caveats of rows of a kind, in the order of the cell ``caveats``."""
        weaker = [WEAKER] if self.rules.why else []
        governed = [GOVERNED] if self.rules.governed_columns(kind) else []
        return [*([SYNTHETIC] if self.synthetic else []), RANGES, *weaker, *governed]

    # The contract

    def resource(self, name: str) -> dict[str, Any]:
        """The contract of one published table, or table of margins: an item of ``resources`` of datapackage.json."""
        columns = self.table_columns(name)
        heads = {language: ", ".join(self.rules.columns[c].head[language] for c in columns) for language in LANGUAGES}
        of = {
            "en": "totals by" if name.endswith("_all") else "by",
            "fr": "totaux par" if name.endswith("_all") else "par",
        }
        texts = [f"{column}_{language}" for column in columns for language in LANGUAGES if column != YEAR]
        key = [YEAR, *texts]
        return {
            "name": name,
            "figure_name": "_".join([name, *(f"{{{c}}}" for c in key if not c.endswith("_fr"))]),
            "path": f"{name}.csv",
            "title": f"People, {of['en']} {heads['en']}",
            "title_fr": f"Personnes, {of['fr']} {heads['fr']}",
            "checks": [
                {"check": "no-duplicate", "fields": key},
                {"check": "high-only-when-between", "value": PEOPLE, "high": "high", "bound": "bound"},
                {"check": "caveat-when-filled", "field": PEOPLE, "caveat": RANGES},
                {"check": "read-there", "field": "source"},
            ],
            "schema": {
                "fields": [*self.key_fields(columns), *self.number_fields()],
                "missingValues": [""],
                "primaryKey": key,
                "foreignKeys": [
                    {"fields": "source", "reference": {"resource": "sources", "fields": "source"}},
                    {"fields": "bound", "reference": {"resource": "bounds", "fields": "bound"}},
                ],
            },
        }

    def key_fields(self, columns: list[str]) -> Iterator[dict[str, Any]]:
        """The contract's fields of the key ``columns`` of the rules: one of the year, of others one in each
        language."""
        for name in columns:
            head = {language: text[:1].upper() + text[1:] for language, text in self.rules.columns[name].head.items()}
            for column in [name] if name == YEAR else [f"{name}_{language}" for language in LANGUAGES]:
                titles = {"title": head["en"], "title_fr": head["fr"], "description": head["en"]}
                yield {"name": column, "type": "string", **titles, "constraints": {"required": True}}

    def number_fields(self) -> list[dict[str, Any]]:
        """The contract's fields of the count, with bound, release, source and caveats."""
        figures = {"figures": True, **self.rules.counts, "definition": self.definition}
        required = {"type": "string", "constraints": {"required": True}}
        references = {"resource": "caveats", "field": "caveat", "separator": " "}
        return [
            {"name": PEOPLE, "title": "People", "title_fr": "Personnes", **figures, **WHOLE, "description": LOWER},
            {"name": "bound", "title": "Bound", "title_fr": "Borne", "description": "What it says"} | required,
            {"name": "high", "type": "integer", "description": "Upper end of the range"},
            {"name": "vintage", "title": "Release", "title_fr": "Diffusion", "description": "Its date"} | required,
            {"name": "source", "title": "Source", "title_fr": "Source", "description": "Who holds them"} | required,
            {"name": "caveats", "description": "What is said with it", "references": references} | required,
        ]

    # Rows of the lists

    def add_rows(self, table: str, key: str, rows: Iterable[dict[str, str]]) -> None:
        """Append rows to the release's copy of one of the project's lists (``table``), in its columns; rows whose
        ``key`` the list already has are skipped, and missing values are empty."""
        name = self.data.resource(table)["path"]
        existing = self.data.rows_by_key(table)
        columns = list(self.data.rows(table)[0])
        lines = as_csv([row.get(column, "") for column in columns] for row in rows if row[key] not in existing)
        self.put(name, (self.folder / name).read_bytes().decode() + lines)

    def source_row(self) -> dict[str, str]:
        """The row of ``sources`` for the returns, which are not published; its licence, if the rules give none, is the
        last of the project's list."""
        source = self.rules.source
        return {
            "source": self.source,
            **{f"publisher_{language}": source["publisher"][language] for language in LANGUAGES},
            "title": source["title"],
            "title_language": source.get("title_language", "en"),
            "published": source["published"],
            "first_hand": "true",
            "reached": "true",
            "licence": source.get("licence") or next(reversed(self.data.rows_by_key("licences"))),
        }

    def caveat_rows(self) -> Iterator[dict[str, str]]:
        """The rows of ``caveats`` that the release refers to."""
        for caveat, (rank, short_en, short_fr, text_en, text_fr) in CAVEATS.items():
            if caveat != SYNTHETIC or self.synthetic:
                texts = {"short_en": short_en, "short_fr": short_fr, "text_en": text_en, "text_fr": text_fr}
                yield {"caveat": caveat, "rank": rank} | texts
        if self.rules.why:
            yield caveat_of_rules(WEAKER, FEWER, self.rules.why)
        if any(map(self.rules.governed_columns, self.rules.tables.values())):
            yield caveat_of_rules(GOVERNED, AGREED, self.rules.governed["agreement"]["says"])

    # The register

    def write_register(self, tables: dict[str, list[RangeRow]], facts: Mapping[str, Any]) -> None:
        """Write ``release.json``: the rules, the ``tables``, ``facts``, versions, and the hash of each other file in
        the folder (not below it), which must be written before."""
        columns = {
            name: {"head": column.head, "codes": column.codes}
            | ({"finer": column.finer, "level": column.level} if column.finer else {})
            for name, column in self.rules.columns.items()
        }
        entries = [self.table_entry(name, rows) for name, rows in tables.items()]
        paths = sorted(path for path in self.folder.iterdir() if path.is_file() and path.name != RELEASE)
        made_with = {package: version(package) for package in (DISTRIBUTION, "numpy", "scipy")}
        release = {
            "schema": 1,
            "synthetic": self.synthetic,
            "base": self.rules.base,
            "own_number": self.rules.own_number,
        }
        release |= {
            "why": self.rules.why,
            "source": self.source,
            "counts": self.rules.counts,
            "governed": self.rules.governed,
        }
        release |= {"columns": columns, "tables": entries, **facts, "made_with": made_with}
        release["files"] = {path.name: file_hash(path) for path in paths}
        self.put(RELEASE, json.dumps(release, ensure_ascii=False, indent=2) + "\n")

    def table_entry(self, name: str, rows: list[RangeRow]) -> dict[str, Any]:
        """The entry of a table in ``release.json``: ``name``, ``file``, ``columns``, and ``kinds``, one for each set of
        columns that are not "all" in some row, with ``within``, the maximal distance of its numbers to the truth."""
        columns = self.table_columns(name)
        within = {tuple(column for column in columns if column in row.cell.kind): row.within for row in rows}
        kinds = [{"columns": list(kind), "within": distance} for kind, distance in within.items()]
        return {"name": name, "file": f"{name}.csv", "columns": columns, "kinds": kinds}


def caveat_of_rules(caveat: str, short: dict[str, str], text: dict[str, str]) -> dict[str, str]:
    """The row of a caveat whose text is one of the rules', with a short text of this module."""
    shorts = {f"short_{language}": short[language] for language in LANGUAGES}
    return (
        {"caveat": caveat, "rank": "meaning"} | shorts | {f"text_{language}": text[language] for language in LANGUAGES}
    )


def synthetic_definition() -> dict[str, str]:
    """The row of ``definitions`` for synthetic numbers, which describe nobody."""
    english, french = (CAVEATS[SYNTHETIC][at].rstrip(".") for at in (1, 2))
    return {"definition": INVENTED, "label_en": english, "label_fr": french, "counts_en": CAVEATS[SYNTHETIC][3],
            "counts_fr": CAVEATS[SYNTHETIC][4], "measure": "count", "caveats": SYNTHETIC}  # fmt: skip


def as_csv(lines: Iterable[list[str]]) -> str:
    """Rows of cells as CSV text, each with a line feed at its end."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def check_output(rules: Rules, data: Path, output: Path) -> None:
    """Raise InputError for an ``output`` that is anything but a new or empty folder, a confidential ``data`` folder,
    ids of the rules that its lists lack, and names of tables (``_all`` included) that it has."""
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise refuse(output, actual="something in it", allowed="a new or an empty folder; nothing was changed")
    tables = Tables(data)
    if tables.contract.get("confidential"):
        raise refuse(tables.contract_file, actual="a confidential data folder", allowed="one that may be published")
    for part, list_of in (("definition", "definitions"), ("unit", "units"), ("place", "places")):
        if rules.counts[part] not in tables.rows_by_key(list_of):
            actual = f"{rules.counts[part]!r}"
            raise refuse(rules.file, "-", f"counts.{part}", actual=actual, allowed=f"an id of {tables.path(list_of)}")
    licence = rules.source.get("licence")
    if licence and licence not in tables.rows_by_key("licences"):
        raise refuse(rules.file, "-", "source.licence", actual=repr(licence), allowed="an id of licences.csv")
    names = [name for table in rules.tables for name in (table, f"{table}_all")]
    taken = {name for name in names if name in tables.resources or (data / f"{name}.csv").exists()}
    if taken:
        raise refuse(rules.file, "-", "tables", actual=f"the name {min(taken)}", allowed="names that the data have not")
