"""What a manifest says of where things come from."""

import json
import subprocess
from pathlib import Path

import pytest

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
