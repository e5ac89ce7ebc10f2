"""What a manifest says of where things come from."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import small

from evaluation.building import manifest, project
from evaluation.problems import InputError


def git(folder: Path, *arguments: str) -> None:
    name = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *name, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_copy_inside_another_repository_names_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init")
    monkeypatch.setattr(project, "ROOT", tmp_path)
    assert manifest.commit() == {}, "nothing is committed"
    git(tmp_path, "commit", "--allow-empty", "-m", "another project's")
    (tmp_path / "copy").mkdir()
    assert manifest.commit()["clean"] is True
    assert len(manifest.commit()["commit"]) == 40
    monkeypatch.setattr(project, "ROOT", tmp_path / "copy")
    assert manifest.commit() == {}
    monkeypatch.setenv("GIT_DIR", str(tmp_path / ".git"))  # as inside a hook of another repository
    assert manifest.commit() == {}
    (tmp_path / "new").write_text("not committed")
    monkeypatch.setattr(project, "ROOT", tmp_path)
    assert manifest.commit()["clean"] is False


def test_git_filters_a_notebook_once_and_not_at_each_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where git is not sure that a file is as it was, as in a fresh clone, it asks the filter, and keeps the answer."""
    git(tmp_path, "init")
    git(tmp_path, "config", "filter.count.clean", "echo >> asked; cat")
    (tmp_path / ".gitattributes").write_text("*.ipynb filter=count\n")
    (tmp_path / ".gitignore").write_text("asked\n")
    (tmp_path / "one.ipynb").write_text("{}")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "a notebook")
    os.utime(tmp_path / "one.ipynb", (1, 1))
    (tmp_path / "asked").unlink()
    monkeypatch.setattr(project, "ROOT", tmp_path)
    for _ in range(3):
        assert manifest.commit()["clean"] is True
    assert (tmp_path / "asked").read_text() == "\n"


@pytest.mark.long
@pytest.mark.slow
def test_an_ended_build_leaves_nothing_beside_the_review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    review = small.project(tmp_path, monkeypatch, count=2)
    small.notebook(
        tmp_path / "notebooks" / "one.ipynb", f"open({str(tmp_path / 'began')!r}, 'w')\nimport time\ntime.sleep(99)"
    )
    build = small.start(review)
    while not (tmp_path / "began").exists():
        assert build.poll() is None, build.communicate()
    build.terminate()
    build.communicate()
    assert build.returncode == 130
    assert sorted(path.name for path in (tmp_path / "outputs").iterdir()) == []


def test_a_manifest_of_ours_is_known_by_its_hash(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("a page")
    manifest.write(tmp_path, [], key="a key")
    found = manifest.read(tmp_path)
    assert (found["schema"], found["key"], found["runs"], list(found["outputs"])) == (1, "a key", [], ["index.html"])
    manifest.add(tmp_path, {"en/small.pdf": "0" * 64})
    assert list(manifest.read(tmp_path)["outputs"]) == ["en/small.pdf", "index.html"]
    written = json.loads((tmp_path / manifest.NAME).read_text())
    (tmp_path / manifest.NAME).write_text(json.dumps(written | {"key": "another"}))
    with pytest.raises(InputError, match="that no build wrote so"):
        manifest.read(tmp_path)
