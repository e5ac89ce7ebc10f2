"""A built review beside what its inputs make: nothing differs, or the file, the place and by how much."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import small
from small import asked

from evaluation.verification.file_comparison import BYTES, ENDS, NUMBER, SAME, compare_files, decimal_of, numerals

NUMBERS = """chapter = review.open()
chapter.say(place={"en": "Ontario", "fr": "l’Ontario"})
served = chapter.figures.people_served
chapter.record(served=served)
rows = pd.DataFrame({"a": [{"en": "b", "fr": "b"}], "c": pd.Series([served], dtype="figure")})
heads = {"a": {"en": "A", "fr": "A"}, "c": {"en": "C", "fr": "C"}}
chapter.table("all", rows, title={"en": "All", "fr": "Tout"}, heads=heads)"""
PROSE = {"en": "# {served} served\n\nThe answer: {served}.", "fr": "# {served} servies\n\nLa réponse : {served}."}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one chapter with a number and a table, and its built review."""
    folder = tmp_path_factory.mktemp("project")
    with pytest.MonkeyPatch.context() as patch:
        review, setup = small.project(folder, patch, 1), small.SETUP + "\nimport pandas as pd"
        small.notebook(folder / "notebooks" / "one.ipynb", NUMBERS, prose=PROSE, setup=setup)
        result = asked("build", review)
        assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def project(once: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small.use(once, monkeypatch)
    return once


@pytest.fixture
def copied(project: Path, tmp_path: Path) -> Path:
    """The built review elsewhere, under another name: it is as good."""
    return Path(shutil.copytree(project / "outputs" / "small", tmp_path / "renamed"))


@pytest.mark.slow
def test_nothing_differs_and_nothing_of_the_project_is_touched(project: Path, copied: Path) -> None:
    before = small.hashes(project / "outputs") | small.hashes(project / "data")
    result = asked("verify", copied)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert len(lines) == len(small.hashes(copied)) - 1  # the manifest lists the others
    assert all(line.endswith(f": {SAME}") for line in lines)
    assert small.hashes(project / "outputs") | small.hashes(project / "data") == before
    for folder in (copied, project / "outputs" / "small"):
        assert asked("verify", folder, "--fresh").exit_code == 0, folder


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: small.rewrite(folder / name, old, new, 1)


PAGE = "en/one.html"
LINKED = 'answer: <a href="#from-people_served"><data value="'
TAMPERED: dict[str, tuple[Callable[[Path], None], str]] = {
    "a number that is read": (
        replaced(PAGE, '">more than 29,000</data></a>.', '">more than 39,000</data></a>.'),
        f"{PAGE}: {NUMBER}: More than 29,000 served, people_served: "
        "found more than 39,000; expected more than 29,000 (by +10000)",
    ),
    "a number for machines": (
        replaced(PAGE, LINKED + "29000", LINKED + "29001"),
        f"{PAGE}: {NUMBER}: More than 29,000 served, people_served: "
        "found 29001 more-than 29001 29001; expected 29000 more-than 29000 29000 (by +1)",
    ),
    "words": (
        replaced(PAGE, "The answer: ", "An answer: "),
        f"{PAGE}: {BYTES}: content of <meta>: found 'An answer: more than'",
    ),
    "what nobody reads": (replaced(PAGE, "<main ", "<main  "), f"{PAGE}: {BYTES}: line "),
    "a cell of a table": (
        replaced("fr/one/all.csv", "29000", "29500"),
        f"fr/one/all.csv: {NUMBER}: row 2, C : borne inférieure: "
        "found '29500'; expected '29000' (by +500)",
    ),
    "a file that is gone": (lambda folder: (folder / PAGE).unlink(), f"{PAGE}: missing"),
    "a file of another": (lambda folder: (folder / "a.txt").write_text("a"), "a.txt: not of this build"),
    "no page any more": (lambda folder: (folder / PAGE).write_bytes(b""), f"{PAGE}: {BYTES}: the file: found"),
}  # fmt: skip


SOON = ("words", "a file that is gone")


@pytest.mark.slow
@pytest.mark.parametrize("case", [c if c in SOON else pytest.param(c, marks=pytest.mark.long) for c in TAMPERED])
def test_what_differs_is_named(case: str, copied: Path) -> None:
    tamper, expected = TAMPERED[case]
    tamper(copied)
    result = asked("verify", copied)
    assert result.exit_code == 1, result.output
    differing = [line for line in result.stdout.splitlines() if not line.endswith(SAME)]
    assert len(differing) == 1, differing
    assert differing[0].startswith(expected), differing[0]
    files = [json.loads(line) for line in asked("verify", copied, "--json").stdout.splitlines()]
    assert [record["file"] for record in files if record["outcome"] != SAME] == [differing[0].partition(":")[0]]


@pytest.mark.slow
def test_what_cannot_be_asked(project: Path, copied: Path, tmp_path: Path) -> None:
    for target in (tmp_path / "none", tmp_path):
        result = asked("verify", target)
        assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1), result.output
        assert "no built review" in result.stderr
    replaced("manifest.json", "parameters/small.yml", "parameters/other.yml")(copied)
    assert asked("verify", copied).exit_code == 2
    replaced("manifest.json", "parameters/other.yml", "parameters/small.yml")(copied)
    data = Path(shutil.copytree(project / "data", tmp_path / "data"))
    replaced("figures.csv", "29000", "29001")(data)
    result = asked("verify", copied, "--data", data)
    assert result.exit_code == 2
    assert "figures.csv:-:-: found another file than the review was built from" in result.stderr
    (copied / "manifest.json").write_text("{")
    assert asked("verify", copied).exit_code == 2


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("29 000 et 2,3 %; −17.3%", ["29000", "2.3", "-17.3"]), ("1,054,000 ab 9.", ["1054000", "9"]),
     ("run 952a8ddb41cdbd4f", []), ("0,123", ["0.123"]), ("12,345.5", ["12345.5"])],
)  # fmt: skip
def test_numerals_of_both_languages(text: str, numbers: list[str]) -> None:
    assert [decimal_of(numeral) for numeral in numerals(text)] == numbers


def test_an_unknown_kind_of_file() -> None:
    assert compare_files("a.bin", b"a", b"b").outcome == BYTES
    assert str(compare_files("a.txt", b"a\r\n", b"a\n")) == f"a.txt: {BYTES}: {ENDS}"
