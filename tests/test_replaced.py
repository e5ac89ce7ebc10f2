"""A folder that takes another's place: what is made, kept, moved aside and never deleted, without a build."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evaluation.building import manifest, swap
from evaluation.problems.inside import Outside


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


def test_a_new_folder_takes_the_place_of_the_last_one(tmp_path: Path) -> None:
    folder = made(tmp_path / "one", old="before")
    for leftover in ("building", "old", "failed"):
        swap.beside(folder, leftover).mkdir()
        (swap.beside(folder, leftover) / "left.txt").write_text("left")
    with swap.replacing(folder) as new:
        assert (new, held(new), held(folder)) == (tmp_path / ".one.building", {}, {"old.txt": "before"})
        (new / "new.txt").write_text("after")
    assert (held(folder), beside(folder)) == ({"new.txt": "after"}, ["one"])


def begun_and_ended(folder: Path, keep: bool) -> None:
    with swap.replacing(folder, keep) as new:
        (new / "half.txt").write_text("half")
        raise KeyboardInterrupt


@pytest.mark.parametrize("keep", [True, False])
def test_a_failure_leaves_the_last_one_and_keeps_the_new_one_if_asked(keep: bool, tmp_path: Path) -> None:
    folder = made(tmp_path / "one", old="before")
    swap.beside(folder, "failed").mkdir()
    with pytest.raises(KeyboardInterrupt):
        begun_and_ended(folder, keep)
    assert held(folder) == {"old.txt": "before"}
    assert beside(folder) == ([".one.failed"] if keep else []) + ["one"]
    assert held(swap.beside(folder, "failed")) == ({"half.txt": "half"} if keep else {})


def test_a_kill_between_two_renames_is_made_good(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    made(swap.beside(folder, "old"), old="before")
    with pytest.raises(KeyboardInterrupt):
        begun_and_ended(folder, keep=False)
    assert held(folder) == {"old.txt": "before"}


def test_what_was_added_meanwhile_is_moved_aside_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = made(tmp_path / "one", old="before")
    (tmp_path / "one.aside-1").mkdir()  # a name that is taken
    with swap.replacing(folder) as new:
        (new / "new.txt").write_text("after")
        (folder / "thesis.txt").write_text("mine")
    assert (held(folder), beside(folder)) == ({"new.txt": "after"}, ["one", "one.aside-1", "one.aside-2"])
    assert held(tmp_path / "one.aside-2") == {"old.txt": "before", "thesis.txt": "mine"}
    told = capsys.readouterr().err
    assert told == (
        f"{folder}:-:-: found thesis.txt, which no build made; the folder was moved whole to {tmp_path}/one.aside-2\n"
    )


def test_two_builds_of_one_folder_do_not_work_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    with swap.replacing(folder) as new:
        with pytest.raises(swap.AtWork, match=r"another build of this review at work.*one"), swap.replacing(folder):
            pass
        (new / "new.txt").write_text("first")
    assert held(folder) == {"new.txt": "first"}


def test_a_link_in_the_place_of_a_builds_own_folder_is_taken_away_alone(tmp_path: Path) -> None:
    others = made(tmp_path / "others", thesis="mine")
    link = tmp_path / "link"
    link.symlink_to(others)
    swap.remove(link)
    swap.remove(tmp_path / "nothing")
    assert (os.path.lexists(link), held(others)) == (False, {"thesis.txt": "mine"})
    swap.remove(others)
    assert not others.exists()


def test_what_no_build_made_is_named(tmp_path: Path) -> None:
    folder = made(tmp_path / "one", page="a")
    assert swap.strange_in(folder) == ""
    for name in "abcde":
        (folder / f"{name}.doc").write_text("mine")
    assert swap.strange_in(folder) == "a.doc, b.doc, c.doc and 2 more, which no build made"
    (folder / "d.doc").unlink()
    (folder / "e.doc").unlink()
    assert swap.strange_in(folder) == "a.doc, b.doc, c.doc, which no build made"
    (folder / "manifest.json").unlink()
    assert swap.strange_in(folder) == "a folder without a manifest of a build"
    assert swap.strange_in(tmp_path / "one" / "a.doc") == "a file in the folder's place"
    (tmp_path / "link").symlink_to(folder)
    assert swap.strange_in(tmp_path / "link") == "a link in the folder's place"
    os.mkfifo(tmp_path / "pipe")
    assert swap.strange_in(tmp_path / "pipe") == "something else in the folder's place"
    (tmp_path / "empty").mkdir()
    assert swap.strange_in(tmp_path / "empty") == ""


def test_a_folder_is_refused_for_what_stands_in_its_way(tmp_path: Path) -> None:
    folder = tmp_path / "outputs" / "one"
    assert swap.refuse(folder) == []
    (tmp_path / "outputs").write_text("a file")
    (problem,) = swap.refuse(folder)
    assert (problem.file, problem.found, problem.allowed) == (str(tmp_path / "outputs"), "a file", "a folder")
    (tmp_path / "outputs").unlink()
    folder.parent.mkdir()
    for end in ("building", "old", "failed", "lock"):
        swap.beside(folder, end).symlink_to(tmp_path)
    told = [(Path(problem.file).name, problem.found) for problem in swap.refuse(folder)]
    assert told == [(f".one.{end}", "a link") for end in ("building", "old", "failed", "lock")]
    for end in ("building", "old", "failed", "lock"):
        swap.beside(folder, end).unlink()
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    (problem,) = swap.refuse(folder)
    assert (problem.found, problem.allowed) == ("a folder without a manifest of a build", swap.ALLOWED)
    (folder / "manifest.json").write_text("[")
    assert swap.refuse(folder) == []  # it is moved aside
    (folder / "manifest.json").write_text("{}")
    assert [problem.found for problem in swap.refuse(folder)] == ["a schema of another shape"]


def test_a_folder_whose_manifest_cannot_be_read_makes_way_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = made(tmp_path / "one", page="a")
    swap.make_way(folder)
    swap.make_way(tmp_path / "none")
    assert (beside(folder), capsys.readouterr().err) == (["one"], "")
    (folder / "manifest.json").write_text("[")
    swap.make_way(folder)
    assert (beside(folder), held(tmp_path / "one.aside-1")) == (["one.aside-1"], {"page.txt": "a"})
    assert "found a manifest.json that cannot be read; the folder was moved whole" in capsys.readouterr().err
    (tmp_path / "link").symlink_to(tmp_path / "one.aside-1")
    assert not swap.is_unreadable(tmp_path / "link")


def test_what_builds_left_is_cleared_and_its_size_given(tmp_path: Path) -> None:
    for name in ("one", "two", "busy"):
        swap.beside(tmp_path / name, "lock").touch()
        for end in ("building", "old", "failed"):
            swap.beside(tmp_path / name, end).mkdir()
            (swap.beside(tmp_path / name, end) / "left.txt").write_text("12345")
    (tmp_path / "one").mkdir()
    with swap.alone(tmp_path / "busy"):
        sizes = list(swap.clear(tmp_path))
    left = sorted(path.name for path in tmp_path.iterdir())
    # The last good folder of a review that has none is kept; a review at work is left alone.
    assert left == [".busy.building", ".busy.failed", ".busy.lock", ".busy.old", ".two.old", "one"]
    assert sizes == [5] * 5


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
