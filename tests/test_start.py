"""A project of one's own: it builds at once with the installed package, in one language and in two, and says nothing
of this review."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest
import small

from evaluation.audit import Finding
from evaluation.audit.visit import STATES
from evaluation.cli import main
from evaluation.problems import InputError
from evaluation.start import new_chapter, new_project, new_table
from evaluation.writing import files

FEW_STATES = STATES[0], STATES[-1]  # on a screen and on paper; `make long` looks at all
SUBJECT = re.compile(r"traffick|traite|ontario|canad|police|policier|survivor|hotline", re.IGNORECASE)


def evaluation(folder: Path, *arguments: str, status: int = 0) -> str:
    """What a command says in a folder."""
    done = small.asked_in(folder, *arguments)
    assert done.exit_code == status, done.output
    return done.output


def words(path: Path) -> str:
    """A page's text and addresses, without its style and scripts."""
    page = path.read_text(encoding="utf-8").replace("\u00a0", " ")
    return re.sub(r"<style.*?</style>|<script.*?</script>", "", page, flags=re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize(
    "languages",
    [("en", "fr"), *(pytest.param((single,), marks=pytest.mark.long) for single in ("en", "fr"))],
    ids="-".join,
)
def test_a_new_project_and_a_new_chapter_build_at_once(
    languages: tuple[str, ...], audited: Callable[..., list[Finding]], tmp_path: Path
) -> None:
    asked = [part for language in languages for part in ("--language", language)]
    evaluation(tmp_path, "new", "project", "own", *asked)
    project = tmp_path / "own"
    evaluation(project, "new", "chapter", "second")
    sources = project / "data" / "sources.csv"  # one that nobody can address
    small.rewrite(sources, "https://example.org/riders", "")
    review = project / "parameters" / "review.yml"
    review.write_text(review.read_text(encoding="utf-8") + "  - second\n", encoding="utf-8")
    assert "2 runs" in evaluation(project, "check")
    evaluation(project, "build")
    assert "up-to-date" in evaluation(project, "plan")
    pages = sorted((project / "outputs" / "review").rglob("*.html"))
    assert {page.parent.name for page in pages} == {"review", *languages}
    assert {page.name for page in pages} == {"index.html", "riders.html", "second.html"}
    titles = {"en": "A published figure", "fr": "Un chiffre publié"}
    chapter = json.loads((project / "notebooks" / "second.ipynb").read_text(encoding="utf-8"))
    assert chapter["metadata"]["evaluation"]["title"] == {language: titles[language] for language in languages}
    assert "Year" not in "".join(chapter["cells"][0]["source"])
    assert not [page for page in pages if SUBJECT.search(words(page))]
    held = {"en": "(no public address: held by", "fr": "(sans adresse publique : conservé par"}
    for language in languages:
        assert held[language] in words(project / "outputs" / "review" / language / "riders.html")
    page = project / "outputs" / "review" / languages[-1] / "riders.html"
    assert audited(page, STATES if len(languages) == 1 else FEW_STATES) == []


@pytest.mark.slow
@pytest.mark.parametrize(("language", "other"), [("en", "fr"), ("fr", "en")])
def test_a_project_in_one_language_is_valid_and_has_no_column_of_the_other(
    language: str, other: str, tmp_path: Path
) -> None:
    project = new_project(tmp_path / "own", (language,))
    assert "are valid" in evaluation(project, "check")
    for table in (project / "data").glob("*.csv"):
        with table.open(encoding="utf-8", newline="") as file:
            assert not [name for name in next(csv.reader(file)) if name.endswith(f"_{other}")]


@pytest.mark.slow
def test_official_names_are_a_projects_own(tmp_path: Path) -> None:
    project = new_project(tmp_path / "own")
    evaluation(project, "build")
    names = {"en": "the 2030 cycling plan asks", "fr": "le plan vélo de 2030 en demande"}
    assert all(part in plain(project / "outputs" / "review" / each / "riders.html") for each, part in names.items())
    small.rewrite(project / "data" / "names.csv", "2030 cycling plan,", ",")
    assert "data/names.csv:2:text_en: found an empty cell" in evaluation(project, "check", status=2)
    small.rewrite(project / "data" / "names.csv", "plan_2030,,", "plan_2031,2031 cycling plan,")
    assert "{plan_2030}" in evaluation(project, "build", status=1)


def plain(path: Path) -> str:
    """A page's text without its tags."""
    return re.sub(r"<[^>]*>", "", words(path))


def test_no_help_speaks_of_a_subject() -> None:
    commands = {"": main} | {f"{name} {part}".strip(): command for name, group in main.commands.items()
                             for part, command in {"": group, **getattr(group, "commands", {})}.items()}  # fmt: skip
    texts = {name: command.get_help(click.Context(command, info_name=name)) for name, command in commands.items()}
    assert len(texts) > 15
    assert {name: match[0] for name, text in texts.items() if (match := SUBJECT.search(text))} == {}


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert "nothing was changed" in evaluation(tmp_path, "new", "project", ".", status=2)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    evaluation(tmp_path, "new", "project", "own")
    assert "a chapter of that name" in evaluation(tmp_path / "own", "new", "chapter", "riders", status=2)
    assert "lower-case letters" in evaluation(tmp_path / "own", "new", "chapter", "../other", status=2)


@pytest.mark.parametrize("moved", [1, 3])
def test_what_was_begun_in_an_empty_folder_is_gone_on_with(
    moved: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, here = new_project(tmp_path / "whole"), tmp_path / "here"
    here.mkdir()
    move, times = files.move, iter(range(100))

    def ended(path: Path, target: Path) -> None:
        if next(times) == moved:
            raise KeyboardInterrupt
        move(path, target)

    monkeypatch.setattr(files, "move", ended)
    with pytest.raises(KeyboardInterrupt):
        new_project(here)
    monkeypatch.setattr(files, "move", move)
    assert len([*here.iterdir()]) == moved
    new_project(here)
    assert small.hashes(here) == small.hashes(whole)
    with pytest.raises(InputError, match="something in it"):
        new_project(here)


@pytest.mark.parametrize("name", ["README.md", "notebooks/riders.ipynb", "notebooks/own.ipynb", "mine.txt"])
def test_what_is_somebodys_own_is_no_beginning_of_a_project(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="something in it"):
        new_project(tmp_path)
    assert list(small.hashes(tmp_path)) == [name]


def test_a_name_that_a_page_has_is_refused_at_once_and_by_check(tmp_path: Path) -> None:
    project = new_project(tmp_path / "own")
    notebooks, review = project / "notebooks", project / "parameters" / "review.yml"
    taken = "{0}.ipynb:-:-: found '{0}', a name that a page of the review has; allowed: another name"
    for name in ("index", "glossary", "where-we-looked"):
        with pytest.raises(InputError, match=re.escape(taken.format(name))):
            new_chapter(notebooks, name)
    (notebooks / "riders.ipynb").rename(notebooks / "index.ipynb")
    small.rewrite(review, "- riders", "- index")
    assert taken.format("index") in evaluation(project, "check", status=2)


@pytest.mark.slow
def test_nothing_is_written_from_outside_a_project(tmp_path: Path) -> None:
    """The package of these tests lies in a project, into which nobody means to write from elsewhere."""
    output = evaluation(tmp_path, "new", "chapter", "foo", status=2)
    assert "found no project here or above; allowed: a folder with data/datapackage.json and notebooks/" in output
    new_project(tmp_path / "own")
    evaluation(tmp_path, "new", "chapter", "foo", "--project", "own")
    assert (tmp_path / "own" / "notebooks" / "foo.ipynb").is_file()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text("{}", encoding="utf-8")  # no project: it has no notebooks
    assert "are valid" in evaluation(tmp_path, "check")


@pytest.mark.slow
def test_a_table_is_drafted_from_its_csv_and_check_says_what_is_missing(tmp_path: Path) -> None:
    evaluation(tmp_path, "new", "project", "own")
    project = tmp_path / "own"
    place = (project / "data" / "places.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[0]
    rows = [
        "place,year,walkers,speed,source",
        *(f"{place},{cells},bridge_counter" for cells in ("2024,12,4.5", "2025,,5")),
    ]
    (project / "data" / "walkers.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    evaluation(project, "new", "table", "walkers")
    missing = evaluation(project, "check", status=2)
    assert "walkers.walkers: found no unit; allowed: a column unit" in missing
    with small.contract_of(project / "data") as contract:
        schema = contract["resources"][-1]["schema"]
        figures = [field for field in schema["fields"] if field.get("figures")]
        assert (schema["primaryKey"], [field["name"] for field in figures]) == (["place", "year"], ["walkers", "speed"])
        for field in figures:
            field |= {"unit": "riders", "definition": "riders_counted"}
    assert "are valid" in evaluation(project, "check")
    assert "already" in evaluation(project, "new", "table", "walkers", status=2)
    assert "no such file" in evaluation(project, "new", "table", "others", status=2)


WHAT_IS_NO_TABLE = (
    (b"place,n\nQu\xe9bec,5\n", "2:3: found the byte 0xE9; allowed: UTF-8 (this looks like Windows-1252)"),
    (b"a,\n1,2\n", "1:2: found a column without a name; allowed: a name"),
)  # fmt: skip


@pytest.mark.parametrize("indent", [1, 2, 4])
def test_a_drafted_table_changes_no_other_line_of_the_contract(indent: int, tmp_path: Path) -> None:
    contract = tmp_path / "datapackage.json"
    before = json.dumps({"name": "mine", "resources": [small.OTHERS]}, indent=indent)
    contract.write_text(before + "\n", encoding="utf-8")
    (tmp_path / "walkers.csv").write_text("place,n\nhere,5\n", encoding="utf-8")
    lines = contract.read_text(encoding="utf-8").splitlines()
    new_table(tmp_path, "walkers")
    drafted = contract.read_text(encoding="utf-8").splitlines()
    assert drafted[: len(lines) - 3] == lines[:-3]  # the last three close the table before, the list and the file


@pytest.mark.parametrize(("content", "message"), WHAT_IS_NO_TABLE)
def test_what_is_no_table_is_not_drafted(content: bytes, message: str, tmp_path: Path) -> None:
    contract, path = tmp_path / "datapackage.json", tmp_path / "walkers.csv"
    before = json.dumps({"resources": [small.OTHERS]})
    contract.write_text(before, encoding="utf-8")
    path.write_bytes(content)
    with pytest.raises(InputError) as refusal:
        new_table(tmp_path, "walkers")
    assert str(refusal.value) == f"{path}:{message}"
    assert contract.read_text(encoding="utf-8") == before
