"""A folder that takes another's place: what is made, kept and never deleted, without a build."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evaluation.building import manifest, swap
from evaluation.building.folder import BuiltFolder
from evaluation.problems.paths import Outside


def made(folder: Path, **files: str) -> Path:
    """A folder as a build leaves it: files, and the manifest that knows them."""
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text)
    manifest.write(folder, [], {}, key="a key", review="one.yml")
    return folder


def held(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.glob("*.txt")}


def beside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.iterdir() if not path.name.endswith(".lock"))


def killed(folder: Path) -> None:
    """What a killed build leaves beside a folder."""
    swap.beside(folder, "building").mkdir()
    (swap.beside(folder, "building") / manifest.NAME).write_text('{"building": true}')
    (swap.beside(folder, "building") / "left.txt").write_text("12345")


def test_a_new_folder_takes_the_place_of_the_last_one(tmp_path: Path) -> None:
    folder = made(tmp_path / "one", old="before")
    killed(folder)
    for leftover in ("old", "failed"):
        made(swap.beside(folder, leftover), left="left")
    (folder / ".DS_Store").write_text("a system's")
    with swap.replacing(folder) as new:
        assert (new, held(new), held(folder)) == (tmp_path / ".one.building", {}, {"old.txt": "before"})
        (new / "new.txt").write_text("after")
    assert (held(folder), beside(folder)) == ({"new.txt": "after"}, ["one"])
    assert (folder / ".DS_Store").read_text() == "a system's"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one"], "no lock either"


def begun_and_ended(folder: Path, keep: bool, error: type[BaseException], whole: bool = False) -> None:
    with swap.replacing(folder, keep) as new:
        (new / "half.txt").write_text("half")
        if whole:
            manifest.write(new, [], {}, key="", review="one.yml")
        raise error


@pytest.mark.parametrize(
    ("keep", "error", "whole", "kept"),
    [
        (True, ValueError, True, True),
        (False, ValueError, True, False),
        (True, ValueError, False, False),
        (True, KeyboardInterrupt, False, False),
    ],
)
def test_a_failure_leaves_the_last_one_and_keeps_a_whole_new_one_if_asked(
    keep: bool, error: type[BaseException], whole: bool, kept: bool, tmp_path: Path
) -> None:
    folder = made(tmp_path / "one", old="before")
    made(swap.beside(folder, "failed"))
    with pytest.raises(error):
        begun_and_ended(folder, keep, error, whole)
    assert held(folder) == {"old.txt": "before"}
    assert beside(folder) == [".one.failed", "one"]
    assert held(swap.beside(folder, "failed")) == ({"half.txt": "half"} if kept else {})


def test_a_kill_between_two_renames_is_made_good(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    made(swap.beside(folder, "old"), old="before")
    with pytest.raises(KeyboardInterrupt):
        begun_and_ended(folder, False, KeyboardInterrupt)
    assert held(folder) == {"old.txt": "before"}


def work_in(folder: Path, put: Path) -> None:
    with swap.replacing(folder) as new:
        (new / "new.txt").write_text("after")
        put.write_text("mine")


@pytest.mark.parametrize("name", ["thesis.txt", "old.txt"])
def test_what_was_put_there_meanwhile_stays_and_is_said(name: str, tmp_path: Path) -> None:
    folder = made(tmp_path / "one", old="before")
    with pytest.raises(swap.InTheWay, match=f"{name}, which no build made so, put there while"):
        work_in(folder, folder / name)
    assert held(folder) == {"old.txt": "before", name: "mine"}
    assert beside(folder) == ["one"]


@pytest.mark.parametrize("end", ["building", "old", "failed"])
def test_a_folder_of_somebody_else_is_never_removed(end: str, tmp_path: Path) -> None:
    folder = made(tmp_path / "one", old="before")
    theirs = swap.beside(folder, end)
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("mine")
    (problem,) = swap.refuse(BuiltFolder(folder))
    assert (problem.file, problem.found) == (str(theirs), "what no build made")
    with pytest.raises(swap.InTheWay):
        swap.remove(theirs)
    assert list(swap.clear(tmp_path)) == []
    assert held(theirs) == {"thesis.txt": "mine"}


def test_two_builds_of_one_folder_do_not_work_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    with swap.replacing(folder) as new:
        with pytest.raises(swap.AtWork, match=r"another build of this review at work.*one"), swap.replacing(folder):
            pass
        (new / "new.txt").write_text("first")
    assert held(folder) == {"new.txt": "first"}


def test_a_lock_of_another_program_stays(tmp_path: Path) -> None:
    for name, text in ((".emacs.lock", "5"), (".thesis.lock", ""), (".one.lock", "mine")):
        (tmp_path / name).write_text(text)
    with swap.alone(tmp_path / "one"), pytest.raises(swap.AtWork), swap.alone(tmp_path / "one"):
        pass
    assert list(swap.clear(tmp_path)) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [".emacs.lock", ".one.lock", ".thesis.lock"]
    (tmp_path / ".two.lock").write_text(swap.LOCK)  # of a killed build
    assert list(swap.clear(tmp_path)) == []
    assert not (tmp_path / ".two.lock").exists()


def strange(folder: Path) -> str:
    return BuiltFolder(folder).strange


def test_what_no_build_made_is_named(tmp_path: Path) -> None:
    folder = made(tmp_path / "one", page="a")
    assert strange(folder) == ""
    (folder / "page.txt").write_text("edited")
    assert strange(folder) == "page.txt, which no build made so"
    (folder / "page.txt").unlink()
    assert strange(folder) == "", "what is gone is made again"
    for name in "abcde":
        (folder / f"{name}.doc").write_text("mine")
    assert strange(folder) == "a.doc, b.doc, c.doc and 2 more, which no build made so"
    (folder / "manifest.json").unlink()
    assert strange(folder) == "a folder without a manifest of a build"
    assert strange(tmp_path / "one" / "a.doc") == "a file in the folder's place"
    (tmp_path / "link").symlink_to(folder)
    assert strange(tmp_path / "link") == "a link in the folder's place"
    os.mkfifo(tmp_path / "pipe")
    assert strange(tmp_path / "pipe") == "something else in the folder's place"
    (tmp_path / "empty").mkdir()
    assert strange(tmp_path / "empty") == strange(tmp_path / "none") == ""


def test_a_folder_is_refused_for_what_stands_in_its_way(tmp_path: Path) -> None:
    folder = tmp_path / "outputs" / "one"
    assert swap.refuse(BuiltFolder(folder)) == []
    (tmp_path / "outputs").write_text("a file")
    (problem,) = swap.refuse(BuiltFolder(folder))
    assert (problem.file, problem.found, problem.allowed) == (str(tmp_path / "outputs"), "a file", "a folder")
    (tmp_path / "outputs").unlink()
    folder.parent.mkdir()
    for end in ("building", "old", "failed", "lock"):
        swap.beside(folder, end).symlink_to(tmp_path)
    told = [(Path(problem.file).name, problem.found) for problem in swap.refuse(BuiltFolder(folder))]
    assert told == [(f".one.{end}", "a link") for end in ("building", "old", "failed", "lock")]
    for end in ("building", "old", "failed", "lock"):
        swap.beside(folder, end).unlink()
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    (problem,) = swap.refuse(BuiltFolder(folder))
    assert (problem.found, problem.allowed) == ("a folder without a manifest of a build", swap.ALLOWED)
    for text, found in (("[", "a manifest.json that cannot be read"), ("{}", "no schema for schema")):
        (folder / "manifest.json").write_text(text)
        assert [problem.found for problem in swap.refuse(BuiltFolder(folder))] == [found]


def test_what_builds_left_is_cleared_and_its_size_given(tmp_path: Path) -> None:
    for name in ("one", "two", "busy"):
        killed(tmp_path / name)
        for end in ("old", "failed"):
            made(swap.beside(tmp_path / name, end), left="12345")
    (tmp_path / "one").mkdir()
    with swap.alone(tmp_path / "busy"):
        sizes = list(swap.clear(tmp_path))
    left = sorted(path.name for path in tmp_path.iterdir())
    # The last good folder of a review that has none is kept; a review at work is left alone.
    assert left == [".busy.building", ".busy.failed", ".busy.old", ".two.old", "one"]
    assert sizes.count(5) == 5


def test_files_are_taken_over_by_a_link_and_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = made(tmp_path / "source", a="a", b="b"), made(tmp_path / "target", b="other")
    (source / "folder").mkdir()
    (source / "folder" / "c.txt").write_text("c")
    (source / "link.txt").symlink_to(source / "a.txt")
    swap.take_over(["a.txt", "b.txt", "folder/c.txt", "gone.txt", "folder"], source, target)
    assert held(target) == {"a.txt": "a", "b.txt": "other"}
    assert (target / "folder" / "c.txt").read_text() == "c"
    assert (target / "a.txt").stat().st_ino == (source / "a.txt").stat().st_ino
    for path in ("link.txt", "../source/a.txt", "/etc/passwd"):
        with pytest.raises(Outside):
            swap.take_over([path], source, target)

    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    swap.link_or_copy(source / "a.txt", tmp_path / "copy.txt")
    assert (tmp_path / "copy.txt").read_text() == "a"
    assert (tmp_path / "copy.txt").stat().st_ino != (source / "a.txt").stat().st_ino
