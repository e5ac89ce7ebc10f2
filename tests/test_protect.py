"""Returns in, a data folder of ranges out: what is read, what is refused and how, what is written, and that nothing of
a return is in it or in any message."""

import io
import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bad_rules
import openpyxl
import pandas as pd
import pytest
import small
from canaries import NAME, NOTE, RARE, WORDS, escaped, forms, forms_of_a_count
from click.testing import CliRunner

from evaluation import start
from evaluation.cli import main
from evaluation.data.checking import check_data
from evaluation.language import LANGUAGES
from evaluation.problems import InputError
from evaluation.protection import certificate, reading
from evaluation.protection.reading import FILE, check_folder, read_return, read_returns
from evaluation.protection.rules import read_rules
from evaluation.protection.synthetic import write_sample
from evaluation.protection.template import write_template
from evaluation.protection.writing import check_output

pytestmark = pytest.mark.sampled

CANARIES = (*WORDS, *forms_of_a_count(RARE))
BASE = "base: 20"
HEAD = "organization,year,region,fund,age,gender,people,note\n"
ROW = f"{NAME},2023/24,North,youth,under 18,women,{RARE},{NOTE}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project, in which one stands."""
    return entered(start.new_project(tmp_path / "project"), monkeypatch)


@pytest.fixture(scope="module")
def new_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return start.new_project(tmp_path_factory.mktemp("new") / "project")


@pytest.fixture
def shared_project(new_project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same for tests that change nothing of it."""
    return entered(new_project, monkeypatch)


def entered(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, in which one stands now."""
    monkeypatch.setattr("evaluation.building.project.ROOT", project)
    monkeypatch.chdir(project)
    monkeypatch.delenv("EVALUATION_DATA")
    return project


@pytest.fixture
def rules(project):
    return read_rules(project / "returns.yml")


@pytest.fixture
def returns(tmp_path: Path) -> Path:
    """Returns of two organizations, one of them in French."""
    folder = tmp_path / "returns"
    folder.mkdir(mode=0o700)
    (folder / "one.csv").write_text(HEAD + ROW, encoding="utf-8")
    french = "organisme;exercice;région;fonds;âge;genre;personnes\nautre;2021/22;Est;Jeunesse;18 à 24 ans;femmes;7\n"
    (folder / "deux.csv").write_text("\ufeff" + french, encoding="utf-8")
    return folder


def ran(*arguments: object) -> tuple[int, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVALUATION_NO_VALUES", "")
        done = CliRunner().invoke(main, list(map(str, arguments)))
    return done.exit_code, done.output


def protect(returns: Path, output: Path, *more: object) -> tuple[int, str]:
    return ran("protect", "returns.yml", "--returns", returns, "--output", output, *more)


def test_returns_become_a_data_folder(project: Path, returns: Path, tmp_path: Path) -> None:
    (project / "data" / "release.json").write_text("{}")  # of an earlier release, which this one's replaces
    status, output = protect(returns, tmp_path / "out")
    assert status == 0, output
    assert check_data(tmp_path / "out") == []
    groups = pd.read_csv(tmp_path / "out" / "people_by_group.csv", dtype=str, keep_default_na=False)
    assert list(groups) == [
        "year",
        "age_en",
        "age_fr",
        "gender_en",
        "gender_fr",
        "people",
        "bound",
        "high",
        "vintage",
        "source",
        "caveats",
    ]
    assert len(groups) == 3 * 4 * 3
    there = groups[
        (groups.year == "2023/24") & (groups.age_fr == "moins de 18 ans") & (groups.gender_en == "women")
    ].iloc[0]
    assert there.bound == "between"
    assert int(there.people) <= RARE <= int(there.high) == int(there.people) + 38
    assert set(groups.caveats) == {"counts-as-ranges"}
    empty = groups[(groups.year == "2022/23")]
    assert {*empty.bound} <= {"less-than"}
    assert {*empty.people} == {"20"}
    margins = pd.read_csv(tmp_path / "out" / "people_by_group_all.csv", dtype=str)
    assert {*margins.age_en} > {"all"}
    assert len(margins) == 3 * (4 + 3 + 1)
    register = json.loads((tmp_path / "out" / "release.json").read_text(encoding="utf-8"))
    assert (register["base"], register["organizations"], register["before"], register["widened"]) == (20, 2, [], [])
    assert register["own_numbers_short"] == {"organizations_fewer_than": 20}
    assert {*register["files"]} == {path.name for path in (tmp_path / "out").iterdir()} - {"release.json"}
    assert output.splitlines()[-1].startswith("111 ranges, 0 widened; ")
    assert " of 2 organizations by its own number" in output
    assert escaped(forms(returns), tmp_path / "out", project) == []
    assert not any(canary in output for canary in CANARIES)
    assert (returns / "secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.long
def test_the_same_returns_give_the_same_folder_and_a_full_one_stays(
    project: Path, returns: Path, tmp_path: Path
) -> None:
    protect(returns, tmp_path / "a")
    protect(returns, tmp_path / "b")
    names = [path.name for path in (tmp_path / "a").iterdir()]
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)
    before = (tmp_path / "a" / "release.json").stat().st_mtime_ns
    status, output = protect(returns, tmp_path / "a")
    assert (status, "found something in it" in output) == (2, True)
    assert (tmp_path / "a" / "release.json").stat().st_mtime_ns == before


@pytest.mark.slow
@pytest.mark.parametrize("inside", ["data", "notebooks"])
def test_returns_that_a_chapter_could_read_are_refused(
    inside: str, project: Path, returns: Path, tmp_path: Path
) -> None:
    there = returns.rename(project / inside / "returns")
    status, output = protect(there, tmp_path / "out")
    assert (status, f"found returns in {project / inside}, which chapters read" in output) == (2, True), output
    assert not (tmp_path / "out").exists()
    assert not (there / "secret").exists()


@pytest.mark.slow
def test_a_second_release_keeps_the_first(project: Path, returns: Path, tmp_path: Path) -> None:
    ages, years = ("under 18", "18 to 24", "25 and over"), ("2021/22", "2022/23", "2023/24")
    rows = [
        f"{NAME},{year},North,youth,{age},{gender},30,\n"
        for year in years
        for age in ages
        for gender in ("women", "men")
    ]
    (returns / "one.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
    protect(returns, tmp_path / "first")
    file = project / "returns.yml"
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            "  people_by_region: [year, region, fund]", "  people_by_fund: [year, fund, age]"
        ),
        encoding="utf-8",
    )
    (returns / "secret").write_bytes(b"another by chance, of thirty-two")  # else the same chance gives the same numbers
    status, output = protect(returns, tmp_path / "second", "--before", tmp_path / "first")
    assert status == 0, output
    assert (tmp_path / "first" / "people_by_group.csv").read_bytes() == (
        tmp_path / "second" / "people_by_group.csv"
    ).read_bytes()
    status, output = protect(returns, tmp_path / "third", "--before", tmp_path / "second")
    assert (status, "found a release made after 1 other not given" in output) == (2, True)
    changed = tmp_path / "first" / "people_by_group.csv"
    changed.write_text(changed.read_text(encoding="utf-8").replace("less-than", "between"), encoding="utf-8")
    status, output = protect(returns, tmp_path / "third", "--before", tmp_path / "first")
    assert (status, "found another file than the release has" in output) == (2, True)
    assert not (tmp_path / "third").exists()


@pytest.mark.slow
def test_a_release_whose_description_was_edited_is_refused_in_a_line(
    project: Path, returns: Path, tmp_path: Path
) -> None:
    protect(returns, tmp_path / "first")
    path = tmp_path / "first" / "release.json"
    made = json.loads(path.read_text(encoding="utf-8"))
    edits: list[Callable[[Any], Any]] = [
        lambda r: r["tables"][0]["kinds"].clear(),
        lambda r: r["tables"][0]["kinds"][0].pop("within"),
        lambda r: r["tables"][0]["kinds"][0].update(within="wide"),
        lambda r: r["tables"][0]["columns"].append("nobody"),
        lambda r: r["columns"].clear(),
        lambda r: r.update(columns={name: [] for name in r["columns"]}),
        lambda r: r["columns"][next(iter(r["columns"]))].update(level=["x"]),
        lambda r: r.update(tables=[{}]),
        lambda r: r.update(schema="1"),
    ]
    for edit in edits:
        edited = json.loads(json.dumps(made))
        edit(edited)
        path.write_text(json.dumps(edited), encoding="utf-8")
        status, output = protect(returns, tmp_path / "second", "--before", tmp_path / "first")
        assert (status, "; allowed: " in output, len(output.strip().splitlines())) == (2, True, 1), output
    assert not (tmp_path / "second").exists()


def test_nothing_is_written_without_the_certificate(
    project: Path, returns: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise certificate.NotProved("not proved")

    monkeypatch.setattr(certificate, "check_proof", refuse)
    status, output = protect(returns, tmp_path / "out")
    assert (status, "found not proved" in output, (tmp_path / "out").exists()) == (2, True, False)


# What is refused of the returns, and that no message has a value


WHOLE = "what is no whole number; allowed: a whole number from 0 to 9,999,999, digits alone"
LARGE, TOTAL = "a number too large; allowed: a whole number from 0 to 9,999,999", "an empty cell or a total"
NO_COUNTS = (NOTE, f"-{RARE}", f'"{RARE},5"', f"{RARE}.0")


@pytest.mark.parametrize(
    ("row", "place", "message"),
    [
        *((f"{NAME},2023/24,North,youth,under 18,women,{cell},", "2:people", WHOLE) for cell in NO_COUNTS),
        (f"{NAME},2023/24,North,youth,under 18,women,,", "2:people", "an empty cell"),
        (f"{NAME},2023/24,North,youth,under 18,women,12345678,", "2:people", LARGE),
        (f"{NAME},2023/24,{NOTE},youth,under 18,women,{RARE},", "2:region", "what is not in its list; allowed: North"),
        *((f"{NAME},2023/24,{cell},youth,under 18,women,{RARE},", "2:region", TOTAL) for cell in ("", "Total")),
        (f",2023/24,North,youth,under 18,women,{RARE},", "2:organization", TOTAL),
        (f"{NAME},2023/24,North,youth,under 18,women,{RARE},,{NOTE}", "2:-", "more cells than the head has"),
        (f'"{NAME}', "-:-", "broken quoting"),
    ],
)
def test_a_wrong_cell_is_named_and_not_shown(row: str, place: str, message: str, rules, tmp_path: Path) -> None:
    path = tmp_path / "north.csv"
    path.write_text(HEAD + row, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_return(path, rules)
    assert f"north.csv:{place}: found {message}" in str(refused.value)
    assert not any(canary in str(refused.value) for canary in CANARIES)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or not any(
        canary in str(refused.value.__context__) for canary in CANARIES
    )


def test_heads_encodings_repeated_rows_and_strange_files_are_refused(rules, returns: Path) -> None:
    for content, message in (
        (
            HEAD.replace("region", NOTE).encode() + ROW.encode(),
            "one.csv:1:region: found 0 columns of that name; allowed: one: region",
        ),
        ((HEAD + ROW).encode("latin-1"), "found another encoding; allowed: UTF-8"),
        ((HEAD + ROW + ROW).encode(), "one.csv:3:-: found a row that repeats another"),
        (HEAD.encode(), "found no rows"),
        (b"", "found an empty file"),
    ):
        (returns / "one.csv").write_bytes(content)
        with pytest.raises(InputError) as refused:
            read_returns(returns, rules)
        assert message in str(refused.value)
        assert not any(canary in str(refused.value) for canary in CANARIES)
    (returns / "one.docx").write_bytes(b"")
    with pytest.raises(InputError, match="found no CSV and no Excel file"):
        read_returns(returns, rules)


def test_a_folder_of_returns_is_its_owners_alone_and_outside(returns: Path, project: Path) -> None:
    returns.chmod(0o755)
    with pytest.raises(InputError, match="that others can read"):
        check_folder(returns)
    returns.chmod(0o700)
    check_folder(returns)
    inside = project / "returns"
    inside.mkdir(mode=0o700)
    with pytest.raises(InputError, match="in a project"):
        check_folder(inside)
    (returns / ".git").mkdir()
    with pytest.raises(InputError, match="git work tree"):
        check_folder(returns)


# Excel


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The templates of a new project's rules, which take a while to write."""
    folder = tmp_path_factory.mktemp("templates")
    rules = read_rules(start.new_project(folder / "project") / "returns.yml")
    for language in LANGUAGES:
        write_template(rules, NAME, language, folder / f"{language}.xlsx")
    return {language: (folder / f"{language}.xlsx").read_bytes() for language in LANGUAGES}


@pytest.fixture
def workbook(rules, templates: dict[str, bytes], tmp_path: Path):
    """A template, filled in by a function, and read again."""

    def filled(fill, language: str = "en"):
        path = tmp_path / f"{language}.xlsx"
        book = openpyxl.load_workbook(io.BytesIO(templates[language]))
        fill(book, book["returns"])
        book.save(path)
        return read_return(path, rules)

    return filled


@pytest.mark.slow
def test_a_template_comes_back_in_either_language(workbook) -> None:
    cells = {
        "en": ["2023/24", "North", "youth", "under 18", "women", 12],
        "fr": ["2023/24", "Nord", "jeunesse", "moins de 18 ans", "femmes", 12.0],
    }
    frames = []
    for language, row in cells.items():
        frame = workbook(
            lambda book, sheet, row=row: [
                setattr(sheet.cell(2, at, None), "value", cell) for at, cell in enumerate(row, 2)
            ],
            language,
        )
        frames.append(frame.drop(columns=FILE))
    assert frames[0].equals(frames[1])
    assert frames[0].iloc[0].to_dict() == {
        reading.ROW: 2,
        "organization": NAME.casefold(),
        "year": "2023/24",
        "region": "North",
        "fund": "youth",
        "age": "under 18",
        "gender": "women",
        "people": 12,
    }


@pytest.mark.slow
def test_a_template_is_locked_but_for_what_is_filled_in(templates: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(templates["fr"]))
    sheet = book["returns"]
    assert [cell.value for cell in sheet[1]] == [
        "organisme",
        "exercice",
        "région",
        "fonds",
        "âge",
        "genre",
        "personnes",
    ]
    assert [sheet.cell(row, at).protection.locked for row, at in ((1, 2), (2, 1), (2, 2), (2, 7))] == [
        True,
        True,
        False,
        False,
    ]
    assert sheet.protection.sheet
    assert sheet.freeze_panes == "A2"
    assert {rule.type for rule in sheet.data_validations.dataValidation} == {"list", "whole"}
    assert book["lists"].sheet_state == "hidden"
    notes = " ".join(str(cell.value) for row in book["notes"].iter_rows() for cell in row)
    assert "One row for each year" in notes
    assert "Une ligne par exercice" in notes


@pytest.mark.sampled(6)
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda book, sheet: sheet.merge_cells("B2:C2"),
            "xlsx: returns:-:-: found merged cells at B2:C2; allowed: none",
        ),
        *(
            pytest.param(
                lambda book, sheet, value=value: setattr(sheet["G2"], "value", value),
                "xlsx: returns:2:people: found what is no whole number",
                marks=[pytest.mark.slow] * (value is True),
            )
            for value in (RARE + 0.5, True)
        ),
        (
            lambda book, sheet: setattr(sheet["G2"], "value", f"=1+{RARE}"),
            "xlsx: returns:2:people: found a formula; allowed: what is typed in",
        ),
        (
            lambda book, sheet: setattr(sheet["C2"], "value", NOTE),
            "xlsx: returns:2:region: found what is not in its list",
        ),
        (
            lambda book, sheet: setattr(book.create_sheet(NOTE), "sheet_state", "hidden"),
            "xlsx:-:-: found a hidden sheet",
        ),
        (lambda book, sheet: book.create_sheet(NOTE), "xlsx:-:-: found 2 sheets"),
    ],
)
def test_a_spoilt_workbook_is_refused_by_its_place(spoil, message: str, workbook) -> None:
    with pytest.raises(InputError) as refused:
        workbook(spoil)
    assert message in str(refused.value)
    assert not any(canary in str(refused.value) for canary in CANARIES)


def test_what_is_no_workbook_is_refused_without_a_word_of_it(rules, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK" + NAME.encode())
    with pytest.raises(InputError, match="found no workbook that can be read") as refused:
        read_return(tmp_path / "a.xlsx", rules)
    assert refused.value.__suppress_context__


@pytest.mark.parametrize("name", ["=1+1", "", "a\nb", "x" * 300])
def test_no_template_is_made_for_what_is_no_name(name: str, rules, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--organization:-:-: found"):
        write_template(rules, name, "en", tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()


def test_excel_without_its_extra_is_refused_by_name(rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    (tmp_path / "a.xlsx").write_bytes(b"")
    for refused in (
        lambda: read_return(tmp_path / "a.xlsx", rules),
        lambda: write_template(rules, NAME, "en", tmp_path / "b.xlsx"),
    ):
        with pytest.raises(InputError, match=r"\[returns\]"):
            refused()


# What is refused of the rules


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tables:", "tabels:", "found the key 'tabels' (nearest: tables)"),
        (
            "  people_by_group: [year, age, gender]",
            "  people_by_group: [age, gender]",
            "tables.people_by_group: found a table without the year",
        ),
        ("[year, age, gender]", "[year, age, gendre]", "found the column 'gendre' (nearest: gender)"),
        ("[year, age, gender]", "[year, organization]", "found the column 'organization'"),
        (BASE, "base: 10", "base: found a weaker protection without a reason"),
        (BASE, "base: 1", "base: found '1'"),
        (BASE, BASE + "\nwhy: {en: because, fr: parce que}", "why: found a reason for nothing"),
        (BASE, "base: 10\nwhy: {en: 3 reasons, fr: des raisons}", "why.en: found '3 reasons'"),
        ("own_number: wished", "own_number: maybe", "own_number: found 'maybe'"),
        ("own_number: wished", "own_number: false", "own_number: found a weaker protection without a reason"),
        (
            "youth: jeunesse",
            "Indigenous-led: dirigé par des Autochtones",
            "governed: found fund in people_by_region, not governed",
        ),
        (
            BASE,
            "governed: {columns: {fund: [youth]}}\n" + BASE,
            "governed: found fund in people_by_region; allowed: the",
        ),
        ("youth: jeunesse", "all: jeunesse", "found the code 'all'"),
        ("under 18: moins", "under 18: 18 à 24 ans, under: moins", "found the code '18 à 24 ans'"),
        ("title: Returns", "titel: Returns", "source:"),
        ("place: Ontario", "place: Atlantis", "counts.place: found 'Atlantis'"),
    ],
)
def test_rules_that_are_not_right_are_refused(
    old: str, new: str, message: str, project: Path, returns: Path, tmp_path: Path
) -> None:
    file = project / "returns.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    status, output = protect(returns, tmp_path / "out")
    assert (status, (tmp_path / "out").exists()) == (2, False)
    assert message in output


def test_more_atoms_than_can_be_rounded_are_refused_by_name(project: Path) -> None:
    codes = ", ".join(f"place {n}" for n in range(700))
    text = (
        (project / "returns.yml")
        .read_text(encoding="utf-8")
        .replace("{North: Nord, East: Est, Central: Centre, West: Ouest, Toronto: Toronto}", f"[{codes}]")
    )
    (project / "returns.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"found 50400 combinations of .*coarser codes of region"):
        read_rules(project / "returns.yml")


@pytest.mark.slow
def test_a_weaker_protection_and_an_agreement_stand_with_each_number(
    project: Path, returns: Path, tmp_path: Path
) -> None:
    file = project / "returns.yml"
    text = (
        file.read_text(encoding="utf-8")
        .replace("youth: jeunesse", "Indigenous-led: dirigé par des Autochtones")
        .replace(BASE, "base: 10\nwhy: {en: the ministry asks for it, fr: le ministère le demande}")
    )
    says = "{en: Released with the Council., fr: Diffusé avec le Conseil.}"
    agreement = f"{{with: A Council, date: 2026-05-01, says: {says}}}"
    agreement = f"governed:\n  columns: {{fund: [Indigenous-led]}}\n  agreement: {agreement}\n"
    file.write_text(text + agreement, encoding="utf-8")
    (returns / "one.csv").write_text(HEAD + ROW.replace("youth", "Indigenous-led"), encoding="utf-8")
    (returns / "deux.csv").unlink()
    status, output = protect(returns, tmp_path / "out")
    assert status == 0, output
    caveats = pd.read_csv(tmp_path / "out" / "people_by_region.csv").caveats
    assert set(caveats) == {"counts-as-ranges weaker-protection released-under-agreement"}
    texts = pd.read_csv(tmp_path / "out" / "caveats.csv", index_col="caveat")
    assert texts.text_fr["weaker-protection"] == "le ministère le demande"
    assert texts.text_en["released-under-agreement"] == "Released with the Council."


# From returns to pages


@pytest.mark.long
def test_the_sample_becomes_pages_that_say_so_in_both_languages(
    project: Path, rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVALUATION_STORE", str(tmp_path / "store"))
    write_sample(rules, 1, tmp_path / "sample")
    status, output = protect(tmp_path / "sample", tmp_path / "out")
    assert status == 0, output
    status, output = ran("build", "parameters/people.yml", "--data", tmp_path / "out")
    assert status == 0, output
    pages = {
        language: (project / "outputs" / "people" / language / "people_by_group.html").read_text(encoding="utf-8")
        for language in ("en", "fr")
    }
    for language, words in {
        "en": ("Synthetic: describes nobody", "between", "Counts are ranges"),
        "fr": ("Données fictives : ne décrivent personne", "entre", "fourchettes"),
    }.items():
        text = pages[language].replace("\u00a0", " ")
        assert all(word in text for word in words)
    assert '<data value="' in pages["en"]
    assert ">Between " in pages["en"]
    drawn = (project / "outputs" / "people" / "en" / "people_by_group" / "people.csv").read_text(encoding="utf-8")
    assert "Synthetic" in drawn


@pytest.mark.slow
def test_synthetic_returns_are_not_mixed_with_others(project: Path, rules, returns: Path, tmp_path: Path) -> None:
    write_sample(rules, 2, tmp_path / "sample")
    (tmp_path / "sample" / "one.csv").write_bytes((returns / "one.csv").read_bytes())
    status, output = protect(tmp_path / "sample", tmp_path / "out")
    assert (status, "found synthetic returns among others" in output) == (2, True)


@pytest.mark.long
def test_a_chapter_that_opens_a_return_fails(
    project: Path, returns: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVALUATION_STORE", str(tmp_path / "store"))
    protect(returns, tmp_path / "out")
    chapter = project / "notebooks" / "riders.ipynb"
    content = json.loads(chapter.read_text(encoding="utf-8"))
    content["cells"][2]["source"].insert(0, f"rows = open({str(returns / 'one.csv')!r}).read()\n")
    chapter.write_text(json.dumps(content), encoding="utf-8")
    status, output = ran("build")
    assert status == 1
    assert f"found {returns / 'one.csv'}, opened by a chapter; allowed: files of the data folder" in output
    assert escaped(forms(returns) - {str(returns).encode()}, project) == []


@pytest.mark.sampled(16)
@pytest.mark.parametrize("name", bad_rules.BAD)
def test_hostile_rules_are_refused_in_one_line(name: str, shared_project: Path, tmp_path: Path) -> None:
    """By the file and the place, before a return is read."""
    path = tmp_path / "hostile.yml"
    content = bad_rules.BAD[name]
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    began = time.monotonic()
    with pytest.raises(InputError) as refused:
        check_output(read_rules(path), shared_project / "data", shared_project / "out")
    assert time.monotonic() - began < 5 * small.busy()
    assert re.fullmatch(rf"{re.escape(str(path))}:[^:\n]+:[^\n]*?: found [^\n]+; allowed: [^\n]+", str(refused.value))
    assert len(refused.value.problems) == 1


@pytest.mark.parametrize("name", bad_rules.FINE)
def test_unusual_rules_are_taken(name: str, shared_project: Path, tmp_path: Path) -> None:
    content = bad_rules.FINE[name]
    (tmp_path / "unusual.yml").write_bytes(content if isinstance(content, bytes) else content.encode())
    check_output(read_rules(tmp_path / "unusual.yml"), shared_project / "data", shared_project / "out")


@pytest.mark.linux
def test_what_is_no_file_of_rules_is_refused(project: Path, returns: Path, tmp_path: Path) -> None:
    path = project / "returns.yml"
    path.unlink()
    for make, expected in (
        (lambda: os.mkfifo(path), "no regular file"),
        (lambda: path.symlink_to(path), "symbolic links"),
        (lambda: path.symlink_to("/dev/zero"), "no regular file"),
        (path.mkdir, "a folder"),
        (lambda: None, "no such file"),
    ):
        make()
        status, output = protect(returns, tmp_path / "out")
        assert (status, expected in output, len(output.splitlines()), (tmp_path / "out").exists()) == (
            2,
            True,
            1,
            False,
        ), output
        (path.rmdir if path.is_dir() and not path.is_symlink() else lambda: path.unlink(missing_ok=True))()
