"""A folder that takes another's place: what is made, kept and never deleted, without a build."""

import json
import subprocess
from pathlib import Path

import pytest

from evaluation.building import manifest, project, swap
from evaluation.building.manifest import BuiltFolder
from evaluation.problems import InputError
from evaluation.problems.paths import OutsideFolder
from evaluation.writing.lock import WriteConflict
from evaluation.writing.work_folder import MARK, sibling_path, work_folder_for


def made(folder: Path, **files: str) -> Path:
    """A folder as a build leaves it: files, and the manifest that knows them."""
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text)
    manifest.write(folder, [], key="a key", review="one.yml")
    return folder


def held(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.glob("*.txt")}


def siblings(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.iterdir())


def killed(folder: Path) -> Path:
    """What a killed build leaves beside a folder."""
    place = sibling_path(folder, "building")
    (place / "new").mkdir(parents=True)
    (place / MARK).touch()
    (place / "new" / "left.txt").write_text("12345")
    return place


def test_a_new_folder_takes_the_place_of_the_last_one(tmp_path: Path) -> None:
    folder = made(tmp_path / "one", old="before")
    killed(folder)
    made(sibling_path(folder, "failed"), left="left")
    (folder / ".DS_Store").write_text("a system's")
    with swap.replacing(folder) as new:
        assert (new, held(new), held(folder)) == (tmp_path / ".one.building/new", {}, {"old.txt": "before"})
        (new / "new.txt").write_text("after")
    assert (held(folder), siblings(folder)) == ({"new.txt": "after"}, ["one"])


def test_what_stands_among_the_copies_of_jupyterlab_is_somebodys(tmp_path: Path) -> None:
    folder = made(tmp_path / "one", old="before")
    copies = folder / "notebooks" / ".ipynb_checkpoints"
    copies.mkdir(parents=True)
    (copies / "one-checkpoint.ipynb").write_text("a copy")
    (copies / "thesis.docx").write_text("mine")
    assert BuiltFolder(folder).foreign_entries == ["notebooks/.ipynb_checkpoints/thesis.docx"]


def begun_and_ended(folder: Path, keep: bool, error: type[BaseException], whole: bool = False) -> None:
    with swap.replacing(folder, keep) as new:
        (new / "half.txt").write_text("half")
        if whole:
            manifest.write(new, [], key="", review="one.yml")
        raise error


@pytest.mark.parametrize(
    ("keep", "error", "whole", "is_aside"),
    [
        (True, ValueError, True, True),
        (False, ValueError, True, False),
        (True, ValueError, False, False),
        (True, KeyboardInterrupt, False, False),
    ],
)
def test_a_failure_leaves_the_last_one_and_keeps_a_whole_new_one_if_asked(
    keep: bool, error: type[BaseException], whole: bool, is_aside: bool, tmp_path: Path
) -> None:
    folder = made(tmp_path / "one", old="before")
    made(sibling_path(folder, "failed"))
    with pytest.raises(error):
        begun_and_ended(folder, keep, error, whole)
    assert held(folder) == {"old.txt": "before"}
    assert siblings(folder) == [".one.failed", "one"]
    assert held(sibling_path(folder, "failed")) == ({"half.txt": "half"} if is_aside else {})


def test_a_kill_between_two_renames_is_made_good(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    made(killed(folder) / "old", old="before")
    with pytest.raises(KeyboardInterrupt):
        begun_and_ended(folder, False, KeyboardInterrupt)
    assert (held(folder), siblings(folder)) == ({"old.txt": "before"}, ["one"])


def work_in(folder: Path, put: Path) -> None:
    with swap.replacing(folder) as new:
        (new / "new.txt").write_text("after")
        put.write_text("mine")


@pytest.mark.parametrize("name", ["thesis.txt", "old.txt"])
def test_what_was_put_there_meanwhile_stays_and_is_said(name: str, tmp_path: Path) -> None:
    folder = made(tmp_path / "one", old="before")
    with pytest.raises(WriteConflict, match=f"{name}, not from a build, put there while"):
        work_in(folder, folder / name)
    assert held(folder) == {"old.txt": "before", name: "mine"}
    assert siblings(folder) == ["one"]


@pytest.mark.parametrize("end", ["building", "failed"])
def test_a_folder_of_somebody_else_is_never_removed(end: str, tmp_path: Path) -> None:
    folder = made(tmp_path / "one", old="before")
    theirs = sibling_path(folder, end)
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("mine")
    (problem,) = swap.obstacles(BuiltFolder(folder))
    assert (problem.file, problem.actual) == (str(theirs), "something not from a build")
    with pytest.raises(WriteConflict):
        begun_and_ended(folder, True, ValueError, whole=True)
    assert swap.remove_build_remains(tmp_path) == 0
    assert held(theirs) == {"thesis.txt": "mine"}


def test_two_builds_of_one_folder_do_not_work_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    with swap.replacing(folder) as new:
        with pytest.raises(WriteConflict, match=r"another build of this review at work.*one"), swap.replacing(folder):
            pass
        (new / "new.txt").write_text("first")
    assert held(folder) == {"new.txt": "first"}


def strange(folder: Path) -> str:
    return BuiltFolder(folder).discrepancy


def test_what_no_build_made_is_named(tmp_path: Path) -> None:
    folder = made(tmp_path / "one", page="a")
    assert strange(folder) == ""
    (folder / "page.txt").write_text("edited")
    assert strange(folder) == "page.txt, not from a build"
    (folder / "page.txt").unlink()
    assert strange(folder) == "", "what is gone is made again"
    for name in "abcde":
        (folder / f"{name}.doc").write_text("mine")
    assert strange(folder) == "a.doc, b.doc, c.doc and 2 more, not from a build"
    (folder / "manifest.json").unlink()
    assert strange(folder) == "a folder without a manifest of a build"
    (tmp_path / "link").symlink_to(folder)
    assert strange(tmp_path / "link") == strange(folder / "a.doc") == "something that is not a folder"
    assert strange(tmp_path / "none") == ""


def obstacles(folder: Path) -> list[tuple[str, str]]:
    problems = swap.obstacles(BuiltFolder(folder))
    assert all(problem.allowed == swap.ALLOWED for problem in problems if "not from a build" not in problem.actual)
    return [(Path(problem.file).name, problem.actual) for problem in problems]


def test_a_folder_is_refused_for_what_stands_in_its_way(tmp_path: Path) -> None:
    folder = tmp_path / "outputs" / "one"
    assert obstacles(folder) == []
    (tmp_path / "outputs").write_text("a file")
    assert obstacles(folder) == [("outputs", "something that is not a folder")]
    (tmp_path / "outputs").unlink()
    folder.parent.mkdir()
    aside = [sibling_path(folder, end) for end in ("building", "failed")]
    for place in aside:
        place.symlink_to(tmp_path)
    assert obstacles(folder) == [(place.name, "something not from a build") for place in aside]
    for place in aside:
        place.unlink()
    folder.mkdir()
    for text, actual in (("[", "unreadable JSON (expecting value)"), ("{}", "a manifest.json that no build wrote so")):
        (folder / "manifest.json").write_text(text)
        assert obstacles(folder)[0][1] == actual


def test_what_builds_left_is_cleared(tmp_path: Path) -> None:
    for name in ("one", "two"):
        made(killed(tmp_path / name) / "old", left="the last good one")
        made(sibling_path(tmp_path / name, "failed"), left="failed")
    (tmp_path / "one").mkdir()
    with work_folder_for(tmp_path / "busy"):
        assert swap.remove_build_remains(tmp_path) == 4
        assert siblings(tmp_path / "one") == [".busy.building", "one", "two"], "a review at work is left alone"
    assert held(tmp_path / "two") == {"left.txt": "the last good one"}, "the last good folder is put back"


def test_files_are_taken_over_and_never_replaced(tmp_path: Path) -> None:
    source, target = made(tmp_path / "source", a="a", b="b"), made(tmp_path / "target", b="other")
    (source / "folder").mkdir()
    (source / "folder" / "c.txt").write_text("c")
    (source / "link.txt").symlink_to(source / "a.txt")
    swap.copy_missing(["a.txt", "b.txt", "folder/c.txt", "gone.txt", "folder"], source, target)
    assert held(target) == {"a.txt": "a", "b.txt": "other"}
    assert (target / "folder" / "c.txt").read_text() == "c"
    with pytest.raises(OutsideFolder):
        swap.copy_missing(["link.txt"], source, target)


def git(folder: Path, *arguments: str) -> None:
    name = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *name, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_copy_inside_another_repository_names_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init")
    monkeypatch.setattr(project, "ROOT", tmp_path)
    assert manifest.project_commit() == {}, "nothing is committed"
    git(tmp_path, "commit", "--allow-empty", "-m", "another project's")
    (tmp_path / "copy").mkdir()
    assert manifest.project_commit()["clean"] is True
    assert len(manifest.project_commit()["commit"]) == 40
    monkeypatch.setattr(project, "ROOT", tmp_path / "copy")
    assert manifest.project_commit() == {}
    monkeypatch.setenv("GIT_DIR", str(tmp_path / ".git"))  # as inside a hook of another repository
    assert manifest.project_commit() == {}
    (tmp_path / "new").write_text("not committed")
    monkeypatch.setattr(project, "ROOT", tmp_path)
    assert manifest.project_commit()["clean"] is False


def test_a_manifest_of_ours_is_known_by_its_hash(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("a page")
    manifest.write(tmp_path, [], key="a key")
    content = manifest.read(tmp_path)
    assert (content["schema"], content["key"], content["runs"], list(content["outputs"])) == (
        1,
        "a key",
        [],
        ["index.html"],
    )
    manifest.add_files(tmp_path, {"en/small.pdf": "0" * 64})
    assert list(manifest.read(tmp_path)["outputs"]) == ["en/small.pdf", "index.html"]
    written = json.loads((tmp_path / manifest.NAME).read_text())
    (tmp_path / manifest.NAME).write_text(json.dumps(written | {"key": "another"}))
    for _ in range(2):
        with pytest.raises(InputError, match="that no build wrote so"):
            manifest.read(tmp_path)
        manifest.save(tmp_path, written | {"outputs": []})  # of another shape, with its hash
