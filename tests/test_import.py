"""A release of Statistics Canada's table, in either edition, is added to data/ whole or not at all."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import statcan_files as files
from click.testing import Result
from lxml import html as markup
from small import DATA, ROOT, asked, contract_of, executed, lines_said, prose_said, read_table, rewrite
from statcan_files import changed, csv_file, of_day, table, zip_file
from truth_changes import read

from evaluation.chapters import statcan_release, statcan_table
from evaluation.chapters.statcan_table import law_of, place_id, provinces, statistic_of
from evaluation.data import checking
from evaluation.data.sources import Tables
from evaluation.reviews.choices import years_of_series

pytestmark = pytest.mark.sampled

CODE, LAST = "Trafficking in persons [1525]", 2024
NONE = "found no number of trafficking in persons"


@pytest.fixture
def download(tmp_path: Path) -> Path:
    return csv_file(tmp_path / "35100177.csv", table())


def imported(file: Path, data: Path, *options: str) -> Result:
    return asked("import", file, "--data", data, *options)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def alberta(data: Path, name: str) -> list[dict[str, str]]:
    return [row for row in read_table(data / f"{name}.csv") if row["place"] == "Alberta" and row["year"] == str(LAST)]


@pytest.mark.slow
def test_it_shows_what_it_would_add_and_adds_it_when_told(download: Path, data: Path) -> None:
    before = content(data)
    shown = imported(download, data)
    assert shown.exit_code == 0
    assert "police_reported\tAlberta\t2015 to 2024\t10 rows\ttrafficking_1525\tvintage 2026-07-22" in shown.stdout
    assert "population known of 0 of 10 years" in shown.stdout
    assert "the file's own date, since it names no release" in shown.stdout
    assert "evaluation diff" in shown.stderr
    assert content(data) == before
    assert imported(download, data, "--yes").exit_code == 0
    assert checking.check_data(data) == []
    (counted,) = alberta(data, "police_reported")
    assert counted == {
        "definition": "trafficking_1525", "place": "Alberta", "year": "2024", "incidents": "56",
        "rate_per_100k": "5.60", "vintage": "2026-07-22", "source": "statcan_table_1525", "rate_source": "",
        "caveats": "rounded-rate",
    }  # fmt: skip
    outcomes = alberta(data, "police_outcomes")
    assert {row["caveats"] for row in outcomes} == {"small-counts"}
    assert {row["definition"]: f"{row['number']} {row['unit']}" for row in outcomes} == {
        "unfounded_1525": "11 incidents", "cleared_1525": "28 incidents", "cleared_by_charge_1525": "18 incidents",
        "cleared_otherwise_1525": "10 incidents", "persons_charged_1525": "20 people",
        "trafficking_6510": "14 incidents",
    }  # fmt: skip
    (place,) = [row for row in read_table(data / "places.csv") if row["place"] == "Alberta"]
    assert (place["in_fr"], place["of_fr"]) == ("en Alberta", "de l’Alberta")
    assert before["police_reported.csv"] in content(data)["police_reported.csv"], "earlier releases stay"
    assert {path.name for path in data.parent.iterdir()} == {"data", download.name}, "nothing is left beside it"


def test_it_adds_the_caveats_that_the_contract_asks_for(download: Path, data: Path) -> None:
    with contract_of(data) as contract:
        (reported,) = (each for each in contract["resources"] if each["name"] == "police_reported")
        reported["checks"].append({"check": "caveat-when-filled", "field": "rate_per_100k", "caveat": "old-vintage"})
    rows = statcan_release.find_additions(statcan_table.read_download(download), data).added["police_reported"]
    caveats = {row["caveats"] for row, _ in rows if row["rate_per_100k"]}
    assert all({"rounded-rate", "old-vintage"} <= {*ids.split()} for ids in caveats)


def editions(folder: Path) -> dict[str, Path]:
    """One release in every form that it may come in; all but the CSVs name their release."""
    english, french = table(), table("fr")
    few = [[row[at] for at in files.FEW] for row in english]
    bare = [[row[0], row[1].split(" [")[0], *row[2:]] for row in english]
    spaced = [[" Ref_Date ", "géographie", *english[0][2:]], *english[1:]]
    released = "Cube Title,Product Id,Release Time\r\nIncidents,35100177,2026-07-22T08:30\r\n"
    metadata = "Date de diffusion;2026-07-22\r\nNuméro d'identification de la dimension;1\r\n"
    for name in ("few", "bare", "plain"):
        (folder / name).mkdir()
    return {
        "english zip": zip_file(
            folder / "35100177-eng.zip", english, {"35100177_MetaData.csv": released}, "2026-09-01"
        ),
        "french zip": zip_file(folder / "35100177-fra.zip", french, {"35100177_METADATA.CSV": metadata}, "2026-09-01"),
        "french": csv_file(folder / "3510017701_databaseLoadingData.csv", french),
        "few columns": csv_file(folder / "few" / "35100177.csv", few),
        "no mark": csv_file(folder / "plain" / "35100177.csv", spaced, bom=False),
        "no code": csv_file(folder / "bare" / "35100177.csv", bare),
    }


@pytest.mark.slow
def test_every_form_of_a_release_gives_the_same_rows_and_none_is_added_twice(
    tmp_path: Path, download: Path, data: Path
) -> None:
    """A release of no date is known by its numbers."""

    def rows_of(path: Path) -> tuple[str, list[object]]:
        content_of = statcan_table.read_download(path)
        return content_of.released, [(name, row) for name, row, _ in statcan_release.rows_to_add(content_of)]

    with_blank = tmp_path / "blank.csv"
    with_blank.write_text(csv_file(tmp_path / "plain.csv", table()).read_text("utf-8-sig") + "\n\n", "utf-8")
    assert rows_of(with_blank)[1] == rows_of(tmp_path / "plain.csv")[1]
    expected = rows_of(download)
    assert expected[0] == "2026-07-22"
    rows_by_form = {name: rows_of(path) for name, path in editions(tmp_path).items()}
    assert {name: rows == expected for name, rows in rows_by_form.items()} == dict.fromkeys(rows_by_form, True)
    assert imported(download, data, "--yes").exit_code == 0
    before = content(data)
    for same in (tmp_path / "35100177-fra.zip", of_day(download, "2026-10-30")):
        again = imported(same, data, "--yes")
        is_known = "release of 2026-07-22; it is there already" in again.stdout
        assert (again.exit_code, is_known, content(data) == before) == (0, True, True)


@pytest.mark.long
def test_another_release_stands_beside_the_first_and_an_older_one_says_so(tmp_path: Path, data: Path) -> None:
    newer, older = csv_file(tmp_path / "new.csv", table(more=3)), csv_file(tmp_path / "old.csv", table(), "2025-07-22")
    assert imported(newer, data, "--yes").exit_code == 0
    result = imported(older, data, "--yes")
    assert (result.exit_code, "older than the release of 2026-07-22" in result.stdout) == (0, True)
    counted = {row["vintage"]: row["incidents"] for row in alberta(data, "police_reported")}
    assert counted == {"2026-07-22": "59", "2025-07-22": "56"}
    assert checking.check_data(data) == []
    other = imported(csv_file(tmp_path / "other.csv", table(more=9)), data, "--yes")  # another number, the same day
    assert (other.exit_code, "as data/ has it of the release of 2026-07-22" in other.stderr) == (2, True)


@pytest.mark.slow
def test_symbols_and_spans_of_years_are_left_out_and_said(tmp_path: Path, data: Path) -> None:
    rows = table(places=["Alberta"])
    count = [n for n, row in enumerate(rows, start=1) if row[3] == CODE and row[4] == "Actual incidents"]
    for at, value, status in [(0, "", ".."), (1, "", "x"), (2, "7", "F"), (3, "9", "E"), (4, "8", "r")]:
        rows = changed(changed(rows, count[at], "VALUE", value), count[at], "STATUS", status)
    rows = changed(rows, count[5], "REF_DATE", "2020/2021")
    result = imported(csv_file(tmp_path / "a.csv", rows), data, "--yes")
    assert result.exit_code == 0, result.stderr
    for line in ("no number (..)", "no number (x)", "no number (7)", "a span of two years (2020/2021)"):
        assert f"left out: 1 of {line}" in result.stdout.replace("(F)", "(7)")
    by_year = {r["year"]: r for r in read_table(data / "police_reported.csv") if r["place"] == "Alberta"}
    assert [by_year[str(year)]["incidents"] for year in range(2015, 2022)] == ["", "", "", "9", "8", "", "44"]
    assert "publisher-cautions" in by_year["2018"]["caveats"]


Change = Callable[[list[list[str]]], list[list[str]]]
WRONG: dict[str, tuple[Change, str]] = {
    "below zero": (lambda rows: changed(rows, 14, "VALUE", "-1.00"), ":14:VALUE: found '-1.00'"),
    "a symbol": (lambda rows: changed(rows, 13, "STATUS", "Q"), ":13:STATUS: found 'Q'"),
    "thousands": (lambda rows: changed(rows, 13, "SCALAR_FACTOR", "thousands"), ":13:SCALAR_FACTOR: found 'thousands'"),
    "a row twice": (lambda rows: [*rows, rows[12]], ":992:COORDINATE: found '1.2.1'; allowed: each "),
    "a short row": (lambda rows: [*rows, rows[-1][:9]], ":992:-: found 9 cells; allowed: 16 cells"),
    "no column": (lambda rows: [row[:11] + row[12:] for row in rows], ":1:VALUE: found the columns"),
    "other violations": (lambda rows: [row for row in rows if "[1525]" not in row[3]], NONE),
    "other areas": (
        lambda rows: [rows[0], *([r[0], "Toronto, Ontario [35535]", *r[2:]] for r in rows[1:])],
        f"{NONE}; left out: ",
    ),
    "a code without its name": (
        lambda rows: changed(rows, 13, "GEO", "0ntario [35]"),
        ":13:GEO: found '0ntario [35]'; allowed: a code and a name of one place, such as Ontario's own",
    ),
    "a name with another's code": (
        lambda rows: changed(rows, 13, "GEO", "Ontario [48]"),
        ":13:GEO: found 'Ontario [48]'; allowed: a code and a name of one place, such as Alberta's own",
    ),
    "no area": (lambda rows: changed(rows, 13, "GEO", " "), ":13:GEO: found an empty cell"),
    "more cleared by a charge than cleared": (
        lambda rows: changed(rows, 19, "VALUE", "9999"),
        ":19:VALUE: found 9999; allowed: 100 at most, the count of cleared_1525",
    ),
    "more adults charged than persons": (
        lambda rows: changed(rows, 23, "VALUE", "9999"),
        ":21:VALUE: found '68'; allowed: no fewer than adults and youths charged",
    ),
    "more unfounded than all": (lambda rows: changed(rows, 17, "VALUE", "120.00"), ":17:VALUE: found '120.00'"),
    "numbers of the future": (lambda rows: changed(rows, 13, "REF_DATE", "2029"), "found 2026-07-22 as the day"),
}  # fmt: skip


@pytest.mark.sampled(5)
@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_read_is_refused_by_row_and_column(name: str, tmp_path: Path, data: Path) -> None:
    change, message = WRONG[name]
    file, before = csv_file(tmp_path / "35100177.csv", change(table())), content(data)
    result = imported(file, data)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.stderr
    assert result.stderr.startswith(f"{file}:")
    assert message in result.stderr
    assert imported(file, data, "--yes").stderr == result.stderr
    assert content(data) == before


def zipped(path: Path, *files: dict[str, str]) -> bytes:
    return zip_file(path, table(), *files).read_bytes()


# What stands in a file that is no such table, and what is told of it.
FILES: dict[str, tuple[str, Callable[[Path], bytes], str]] = {
    "empty": ("a.csv", lambda path: b"", ":1:REF_DATE: found the columns"),
    "a cut zip": ("a.zip", lambda path: zipped(path)[:-400], "found a zip that is cut or broken"),
    "a zip with wrong bytes": (
        "a.zip", lambda path: zipped(path)[:2000] + bytes(4) + zipped(path)[2004:], "found a zip that is cut or broken"
    ),
    "two tables": ("a.zip", lambda path: zipped(path, {"more.csv": "x"}), "found a zip with 2 tables"),
    "another encoding": (
        "a.csv", lambda path: files.written(table("fr"), bom=False).decode().encode("cp1252"),
        ":-:-: found a byte that is not UTF-8",
    ),
    "broken quotes": (
        "a.csv", lambda path: files.written(table()) + b'"2024","a" b', ":992:-: found broken quoting"
    ),
    "another table by its metadata": (
        "a.zip", lambda path: zipped(path, {"35100178_MetaData.csv": "Cube Title,Product Id\r\nOntario,35100178\r\n"}),
        "found the table '35100178'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ["nothing", "a folder", *FILES])
def test_what_is_no_such_table_is_refused_in_one_line(name: str, tmp_path: Path, data: Path) -> None:
    before, path, message = content(data), tmp_path / "a.csv", "found no such file"
    if name == "a folder":
        path.mkdir()
        message = "found a folder"
    elif name in FILES:
        file, made, message = FILES[name]
        path = tmp_path / file
        path.write_bytes(made(path))
    result = imported(path, data, "--yes")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.stderr
    assert message in result.stderr
    assert content(data) == before


@pytest.mark.slow
def test_what_police_cleared_may_have_been_reported_earlier(tmp_path: Path, data: Path) -> None:
    rows = table()
    for at, cell in {16: "250", 18: "300", 19: "200", 20: "100"}.items():
        rows = changed(rows, at, "VALUE", cell)
    assert imported(csv_file(tmp_path / "35100177.csv", rows), data, "--yes").exit_code == 0


@pytest.mark.parametrize("name", ["Last release of a correction", "Première diffusion"])
def test_a_day_that_metadata_call_otherwise_is_no_release(name: str, tmp_path: Path) -> None:
    file = zip_file(tmp_path / "a.zip", table(), {"35100177_MetaData.csv": f"Cube Title,{name}\r\nA,2031-01-31\r\n"})
    release = statcan_table.read_download(file)
    assert (release.released, release.is_dated) == ("2026-07-22", False)


@pytest.mark.slow
def test_data_that_cannot_be_swapped_stays(download: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(data)

    def fails(first: Path, second: Path) -> bool:
        raise OSError(28, "No space left on device", str(second))

    monkeypatch.setattr("evaluation.writing.files._exchange", fails)
    assert imported(download, data, "--yes").exit_code == 1
    assert content(data) == before


def test_names_in_both_languages() -> None:
    for row in provinces():
        for name in (row["name_en"], row["name_fr"], f"{row['name_fr']} [{row['code']}]" if row["code"] else "CANADA"):
            assert place_id(name) == row["place"]
        assert place_id(f"{row['name_en']} [9]") == ("" if row["code"] else "Canada")
    assert len(provinces()) == 14
    kinds = ["incidents", "rate", "", "unfounded", "percent_unfounded", "cleared", "cleared_by_charge",
             "cleared_otherwise", "persons_charged", "", "adults_charged"]  # fmt: skip
    for language in ("en", "fr"):
        assert [statistic_of(name) for name in files.STATISTICS[language]] == kinds
        assert [law_of(name) for name in files.VIOLATIONS[language]] == ["", "1525", "irpa"]
    assert law_of("Trafficking in cannabis [4440]") == ""
    assert statistic_of("Total, jeunes accusés") == "youths_charged" != statistic_of("Total, youth not charged") == ""


@pytest.mark.long
def test_where_we_looked_closes_with_ontarios_numbers_alone(tmp_path: Path, data: Path) -> None:
    def search() -> str:
        rows = {row["search"]: row["opened_en"] for row in read_table(data / "searches.csv")}
        return rows["provincial_counts"]

    assert imported(csv_file(tmp_path / "a.csv", table(places=["Alberta"])), data, "--yes").exit_code == 0
    assert "could not be read" in search()
    assert imported(csv_file(tmp_path / "b.csv", table(places=["Ontario"])), data, "--yes").exit_code == 0
    assert search() == "The table itself, as downloaded."
    for sentence in ("No copy that we could read", "newer release than ours"):
        assert sentence not in (data / "searches.csv").read_text(encoding="utf-8")
    nearest = {row["result"]: row for row in read_table(data / "indicators.csv")}["result_accountability"]
    assert "no copy that we read" not in nearest["indicator_en"]
    assert nearest["nearest_en"] == "The joint team’s totals; persons charged in Ontario, by year"
    assert nearest["nearest_fr"] == "Totaux de l’équipe mixte; personnes accusées en Ontario, par année"


@pytest.mark.slow
def test_the_total_of_the_immigration_law_is_named_and_never_taken_for_trafficking(tmp_path: Path, data: Path) -> None:
    """Two readers of the real table list the total [620] and no [6510] (docs/importing.md)."""
    shown = imported(csv_file(tmp_path / "35100177.csv", of_code_alone(table())), data)
    assert shown.exit_code == 0
    assert "the total [620], which counts every offence under the immigration law" in shown.stdout
    assert "trafficking_6510" not in shown.stdout


BEFORE_IT = ("No copy that we could read", "newer release than ours", "since published a newer release",
             "were not collected here", "we had rates, not counts")  # fmt: skip


@pytest.mark.slow
def test_what_falls_away_with_the_counts_stands_on_a_page_without_them(whole_review: Path) -> None:
    pages = " ".join(page.read_text("utf-8") for page in (whole_review / "en").glob("*.html"))
    assert [each for each in BEFORE_IT if each not in pages] == []


@pytest.mark.long
def test_after_it_a_place_alone_is_enough(download: Path, data: Path, tmp_path: Path) -> None:
    assert imported(download, data, "--yes").exit_code == 0
    settings = ["--data", str(data), "--set", "place=Alberta"]
    listed = asked("list", *settings).stdout
    assert listed.count("--place-alberta--definition-trafficking-1525\t") == 2, "the reports, and how sure they are"
    built = asked("build", *settings, "--only", "reported_incidents", "--output", tmp_path / "out")
    assert built.exit_code == 0, built.stderr
    (page,) = (tmp_path / "out" / "review" / "en").glob("reported_incidents*.html")
    text = " ".join(markup.fromstring(page.read_text("utf-8")).text_content().split())
    assert "in Alberta" in text
    assert [each for each in BEFORE_IT if each in text] == []


OF_REPORTS = ("findings", "investigations_and_charges", "reported_incidents", "more_reports", "results_framework",
              "evidence", "uncertainty")  # fmt: skip


def of_code_alone(rows: list[list[str]]) -> list[list[str]]:
    """A file that has the total of the immigration law in the place of its trafficking (docs/importing.md)."""
    total = "Total Immigration and Refugee Protection Act [620]"
    return [[total if "[6510]" in cell else cell for cell in row] for row in rows]


# Files of the table, each with a sentence that the front page and the page on reports wait for.
IN_STATES: dict[str, tuple[list[list[str]], tuple[str, str], tuple[str, str]]] = {
    "both laws": (
        table(),
        (
            "reported **93** incidents in 2015 and **262** in 2024",
            "93 trafficking incidents in Ontario in 2015 and 262",
        ),
        ("a déclaré **93** affaires en 2015 et **262** en 2024", "93 affaires en 2015 et 262"),
    ),
    "the Criminal Code alone": (
        of_code_alone(table()),
        (
            "alone, police there reported 75 incidents in 2015",
            "reported 75 incidents in Ontario in 2015 and 210 in 2024",
        ),
        ("elle y a déclaré 75 affaires en 2015", "75 affaires en Ontario en 2015 et 210 en 2024"),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "chapters"),
    [("both laws", OF_REPORTS[::3]), *(pytest.param(s, OF_REPORTS, marks=pytest.mark.long) for s in IN_STATES)],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} chapters",
)
def test_after_it_every_page_is_whole_and_says_ontarios_counts(
    state: str, chapters: tuple[str, ...], tmp_path: Path, data: Path
) -> None:
    rows, *wanted = IN_STATES[state]
    assert imported(csv_file(tmp_path / "35100177.csv", rows), data, "--yes").exit_code == 0
    assert [(name, line) for name in chapters for line in lines_said(name, data)[1]] == []
    read(["findings"], data, tmp_path / "pages")  # with what must be said of each number, else it is refused
    for language, sentences in zip(("en", "fr"), wanted, strict=True):
        pages = [prose_said(name, data, language) for name in ("findings", "reported_incidents")]
        assert [each in page for each, page in zip(sentences, pages, strict=True)] == [True, True], pages
        assert [each for each in BEFORE_IT for page in pages if each in page] == []


@pytest.mark.long
def test_after_it_years_that_are_compared_come_from_one_release(download: Path, data: Path) -> None:
    """The file begins in 2015 and the release before it in 2006: a year of each is not safe to compare."""
    assert imported(download, data, "--yes").exit_code == 0
    side_by_side = {
        "more_reports": ("reports_first", "reports_before", "reports_last"),
        "reported_incidents": ("canada_then", "canada_before", "canada_now"),
    }
    for chapter, names in side_by_side.items():
        numbers = executed(chapter, data).numbers
        vintages = {name: (numbers[name].vintage, numbers[name].start >= "2015") for name in names}
        assert vintages == dict.fromkeys(names, ("2026-07-22", True)), chapter
    parameters = {"place": "Canada", "definition": "trafficking_1525", "first_year": 2009}
    canada = executed("reported_incidents", data, **parameters)
    assert canada.state("basis") == "release", "the older one has both years"
    assert {canada.numbers[name].vintage for name in ("first", "last", "course_from", "course_to")} == {"2025"}
    newer = csv_file(download.parent / "b.csv", table(years=range(2015, 2026)), "2026-10-01")
    assert imported(newer, data, "--yes").exit_code == 0
    canada = executed("reported_incidents", data, **parameters)
    assert canada.state("basis") == "latest"
    lines, refused = lines_said("reported_incidents", data, **parameters)
    assert ("# Police-reported trafficking {named_place}: two releases, not compared" in lines, refused) == (True, [])


@pytest.mark.long
def test_after_it_pages_tell_what_was_read_of_the_table(download: Path, data: Path) -> None:
    """The file has Canada, Ontario and Alberta: of Nova Scotia it has nothing, and yet the table was reached."""
    assert imported(download, data, "--yes").exit_code == 0
    lines, refused = lines_said("reported_incidents", data, place="Nova Scotia")
    assert refused == []
    prose = "\n".join(lines)
    assert "could not reach" not in prose
    assert ("We have read some of them" in prose, "we have read a part of it" in prose) == (True, True)
    results = executed("results_framework", data)  # Ontario's clearances and persons charged of ten years, five of late
    assert results.shown("numbers_near", "numbers_usable") == ["49", "15"]


@pytest.mark.long
def test_after_it_ontarios_counts_of_both_laws_lead(tmp_path: Path, data: Path) -> None:
    """No publication prints its count of all laws; the rates that stood for it no longer come first, on no page, and
    its counts go on where its population does not."""
    rewrite(data / "population.csv", "Ontario,2025", "Quebec,2025")
    file = csv_file(tmp_path / "35100177.csv", table(years=range(2015, 2026)))
    assert imported(file, data, "--yes").exit_code == 0
    prose = prose_said("reported_incidents", data)
    lead = "93 trafficking incidents in Ontario in 2015 and 281 in 2025 (all laws).\nBoth laws of one release"
    presence = ("up in Ontario: 93 to 281" in prose, lead in prose, "2.3" in prose, "rose by about 202%" in prose)
    assert presence == (True, True, False, True)
    front = prose_said("findings", data)
    presence = ("reported **93** incidents in 2015 and **281** in 2025" in front, "2.3" in front)
    assert presence == (True, False)
    series = {"place": "Ontario", "definition": "all_human_trafficking"}
    assert years_of_series(Tables(data), "last_year", series)[-1] == 2025
    judged = prose_said("evidence", data)
    presence = ("weakly: The volume of cases" in judged, "93 incidents in 2015 and 281 in 2025" in judged)
    assert presence == (True, True)


@pytest.mark.long
def test_a_place_without_the_years_of_a_chapter_says_which_it_has(tmp_path: Path, data: Path) -> None:
    early = csv_file(tmp_path / "a.csv", table(places=["Alberta"], years=range(2012, 2018)))
    assert imported(early, data, "--yes").exit_code == 0
    result = asked("list", "--data", data, "--set", "place=Alberta")
    assert result.exit_code == 2
    assert result.stderr.count("a year without a figure for Alberta, trafficking_1525; allowed: 2012, 2013") == 1


@pytest.mark.long
def test_the_page_of_docs_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each `evaluation import` of docs/importing.md, in a project."""
    for name in ("notebooks", "parameters"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copytree(DATA, tmp_path / "data")
    shutil.copytree(DATA, tmp_path / "data-new")
    zip_file(tmp_path / "35100177-eng.zip", table())
    page = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
    commands = [line.split()[1:] for line in page.splitlines() if line.startswith("evaluation import")]
    assert len(commands) == 3
    for command in commands:
        result = asked(*command, "--project", tmp_path)
        assert result.exit_code == 0, result.stderr
