"""Only what a build made is ever deleted: what else stands in a review's place is refused, or moved aside whole."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import small
from click.testing import CliRunner, Result

from evaluation.building import build, manifest, standing, swap
from evaluation.cli import main

pytestmark = pytest.mark.slow  # builds a review for each thing that stands in the way

Spoil = Callable[[Path], object]


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as monkeypatch:
        review = small.project(tmp_path_factory.mktemp("built"), monkeypatch)
        result = run(review)
        assert result.exit_code == 0, result.output
    return review


@pytest.fixture
def review(built_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a project with its built review and its store."""
    shutil.copytree(built_once.parent.parent, tmp_path, dirs_exist_ok=True)
    small.use(tmp_path, monkeypatch)
    return tmp_path / "parameters" / "small.yml"


def run(review: Path, *arguments: str, command: str = "build") -> Result:
    return CliRunner().invoke(main, [command, str(review), *arguments])


def look(folder: Path) -> dict[str, str]:
    """Every entry of a folder: a file by its content, a link by where it leads, anything else by its kind."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {os.readlink(path)}"
        elif path.is_file():
            found[name] = small.digest(path.read_bytes())
        else:
            found[name] = "folder" if path.is_dir() else "other"
    return {name: value for name, value in found.items() if not name.endswith(".lock")}


def other_code(review: Path) -> None:
    """Have a build something to make."""
    path = review.parent.parent / "notebooks" / "one.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("2024", "2023"), encoding="utf-8")


def add(name: str, content: str = "years of work") -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)

    return spoil


def take_away(place: Path) -> None:
    if place.is_file():
        place.unlink()
    shutil.rmtree(place, ignore_errors=True)


def link(name: str, target: str = "victim") -> Spoil:
    """A link beside the review's folder, or in it, to a folder that holds something."""

    def spoil(folder: Path) -> None:
        (folder.parent / target).mkdir()
        (folder.parent / target / "thesis.docx").write_text("years of work")
        place = folder.parent / name
        take_away(place)
        place.symlink_to(folder.parent / target)

    return spoil


def file_at(name: str) -> Spoil:
    def spoil(folder: Path) -> None:
        take_away(folder.parent / name)
        (folder.parent / name).write_text("years of work")

    return spoil


def pipe_at(folder: Path) -> None:
    shutil.rmtree(folder)
    os.mkfifo(folder)


def only(spoil: Spoil) -> Spoil:
    """The same in a folder that holds nothing else."""

    def alone(folder: Path) -> None:
        shutil.rmtree(folder)
        folder.mkdir()
        spoil(folder)

    return alone


def lock_to_a_file(folder: Path) -> None:
    (folder.parent / "victim").write_text("years of work")
    (folder.parent / ".small.lock").unlink(missing_ok=True)
    (folder.parent / ".small.lock").symlink_to(folder.parent / "victim")


def listing(paths: dict[str, str]) -> Spoil:
    """A manifest of ours that lists other files among those of a run."""

    def spoil(folder: Path) -> None:
        found = json.loads((folder / "manifest.json").read_text())
        found["runs"][0]["outputs"] |= paths
        (folder / "manifest.json").write_text(json.dumps(found))

    return spoil


FOREIGN: dict[str, Spoil] = {
    "a file": only(add("thesis.docx")),
    "a file beside pages": add("thesis.docx"),
    "a file deep among pages": add("en/one/drafts/thesis.docx"),
    "an empty folder among pages": lambda folder: (folder / "drafts").mkdir(),
    "a hidden file": add(".git/config"),
    "a page of no run": add("en/mine.html"),
    "a link in a page's place": link("small/en/one.html"),
    "a link in a folder's place": link("small/en"),
    "a manifest of something else": only(add("manifest.json", '{"name": "an app", "icons": []}')),
    "a manifest that is null": only(add("manifest.json", "null")),
    "a manifest that is a number": add("manifest.json", "5"),
    "a manifest that is a list": add("manifest.json", "[1]"),
    "a manifest with a number of runs": add("manifest.json", '{"schema": 1, "runs": 5}'),
    "a manifest with a list of numbers": add("manifest.json", '{"schema": 1, "runs": [5]}'),
    "a manifest with half a run": add("manifest.json", '{"schema": 1, "runs": [{"slug": "x"}]}'),
    "a manifest of another schema": add("manifest.json", '{"schema": 2, "runs": []}'),
    "a manifest that leads out": listing({"../../parameters/small.yml": "0" * 64}),
    "a manifest with an absolute path": listing({"/etc/hostname": "0" * 64}),
    "a manifest with a number for a hash": listing({"en/one/x.csv": 5}),  # type: ignore[dict-item]
    "a manifest with a very long name": listing({"en/one/" + "x" * 300: "0" * 64}),
    "a manifest with a NUL": listing({"en/one/x\0y.csv": "0" * 64}),
    "a manifest with half a character": listing({"en/one/\ud800.csv": "0" * 64}),
    "a link": link("small"),
    "a link to nothing": lambda folder: (shutil.rmtree(folder), folder.symlink_to("nowhere")),
    "a file in its place": file_at("small"),
    "a pipe in its place": pipe_at,
    "a link for the new one": link(".small.building"),
    "a link for the old one": link(".small.old"),
    "a link for a failed one": link(".small.failed"),
    "a file for the old one": file_at(".small.old"),
    "a link for the lock": lock_to_a_file,
}


@pytest.mark.parametrize("what", FOREIGN)
def test_what_no_build_made_is_refused_and_stays(what: str, review: Path) -> None:
    FOREIGN[what](review.parent.parent / "outputs" / "small")
    other_code(review)
    before = look(review.parent.parent / "outputs")
    result = run(review)
    assert result.exit_code == 2, result.output
    assert "allowed: " in result.stderr
    assert "Traceback" not in result.output
    assert look(review.parent.parent / "outputs") == before
    assert run(review, command="plan").exit_code in (0, 2)


def spoilt(content: bytes) -> Spoil:
    return lambda folder: (folder / "manifest.json").write_bytes(content)


def no_file(make: Spoil) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / "manifest.json").unlink()
        make(folder / "manifest.json")

    return spoil


UNREADABLE: dict[str, Spoil] = {
    "cut": lambda folder: os.truncate(folder / "manifest.json", 500),
    "empty": spoilt(b""),
    "not UTF-8": spoilt(b"\xff\xfe{}"),
    "without end": spoilt(b"[" * 100_000),
    "a long number": spoilt(b'{"schema": ' + b"9" * 5000 + b"}"),
    "a folder": no_file(Path.mkdir),
    "a pipe": no_file(os.mkfifo),  # type: ignore[arg-type]
    "a link to itself": no_file(lambda path: path.symlink_to(path.name)),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", UNREADABLE)
def test_a_folder_whose_manifest_cannot_be_read_is_moved_aside_whole(what: str, review: Path) -> None:
    folder = review.parent.parent / "outputs" / "small"
    good = small.hashes(folder)
    add("thesis.docx")(folder)
    UNREADABLE[what](folder)
    before = look(folder)
    assert [line.split("\t")[1] for line in run(review, command="plan").stdout.splitlines()] == ["new", "new"]
    result = run(review)
    assert result.exit_code == 0, result.output
    aside = folder.parent / "small.aside-1"
    assert f"the folder was moved whole to {aside}" in result.stderr
    assert look(aside) == before
    assert small.hashes(folder) == good


@pytest.mark.slow
def test_what_somebody_adds_while_a_build_is_at_work_is_moved_aside(
    review: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = review.parent.parent / "outputs" / "small"
    finish = build.Build.finish

    def then_add(self: build.Build, new: Path) -> None:
        finish(self, new)
        add("thesis.docx")(folder)

    monkeypatch.setattr(build.Build, "finish", then_add)
    other_code(review)
    result = run(review)
    assert result.exit_code == 0, result.output
    assert (folder.parent / "small.aside-1" / "thesis.docx").read_text() == "years of work"
    assert not (folder / "thesis.docx").exists()


@pytest.mark.parametrize("litter", [".DS_Store", "en/Thumbs.db", "notebooks/.ipynb_checkpoints/one-checkpoint.ipynb"])
def test_what_systems_leave_is_no_obstacle(litter: str, review: Path) -> None:
    folder = review.parent.parent / "outputs" / "small"
    add(litter)(folder)
    assert swap.refuse(folder) == []


def test_exports_that_were_ended_are_no_obstacle(review: Path) -> None:
    folder = review.parent.parent / "outputs" / "small"
    for path in ("en/one.xlsx", "fr/one/chart.png", "en/one--decimals-1.pdf", "fr/small.pdf"):
        add(path)(folder)
    assert swap.refuse(folder) == []


NAMES = [
    ".", "..", ".review.failed", ".small.building", "a b", "small.aside-1", "A", "é", "-x", "x" * 250, "con", "x\n",
    "small~", "\u202ex",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("command", ["build", "plan", "list", "check"])
def test_a_review_has_a_plain_name(name: str, command: str, review: Path) -> None:
    odd = review.with_name(f"{name}.yml")
    if len(name) < 250:
        shutil.copy(review, odd)
    before = look(review.parent.parent / "outputs")
    result = run(odd, command=command)
    assert result.exit_code == 2, result.output
    assert "found the name" in result.stderr
    assert look(review.parent.parent / "outputs") == before


def test_the_contents_name_is_no_chapters(review: Path) -> None:
    notebooks = review.parent.parent / "notebooks"
    (notebooks / "one.ipynb").rename(notebooks / "index.ipynb")
    review.write_text("title: {en: Small, fr: Petit}\nchapters: [index]\n", encoding="utf-8")
    assert run(review).exit_code == 2


def test_two_reviews_of_one_name_do_not_take_each_others_place(review: Path) -> None:
    other = review.parent.parent / "other" / "small.yml"
    other.parent.mkdir()
    shutil.copy(review, other)
    before = look(review.parent.parent / "outputs")
    result = run(other)
    assert result.exit_code == 2, result.output
    assert "found a review made from parameters/small.yml; allowed: another name, or --output" in result.stderr
    assert look(review.parent.parent / "outputs") == before
    review.unlink()
    assert run(other).exit_code == 0, "the file was moved: nobody else's review"


def test_a_review_elsewhere_is_known_by_a_hash_that_names_no_folder(
    review: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    one, other = (shutil.copy(review, tmp_path_factory.mktemp(name)) for name in ("someone", "somebody"))
    names = {standing.identity(Path(path)) for path in (one, other)}
    assert len(names) == 2
    assert not any("some" in name or "/" in name for name in names)


def test_an_export_waits_for_no_build(review: Path) -> None:
    folder = review.parent.parent / "outputs" / "small"
    with swap.alone(folder):
        result = run(review, "--xlsx", command="export")
    assert result.exit_code == 1
    assert "another build of this review at work" in result.stderr


def test_an_export_of_what_is_no_review_is_refused(review: Path) -> None:
    folder = review.parent.parent / "outputs" / "small"
    for content in ("{}", "[]", "{"):
        (folder / manifest.NAME).write_text(content)
        result = run(review, "--xlsx", command="export")
        assert result.exit_code == 2, result.output
        assert f"{folder / manifest.NAME}:-:-: found" in result.stderr
