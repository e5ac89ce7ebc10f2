"""The store: whole entries or none, for many builds at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.building.store import Store
from evaluation.problems.paths import OutsideFolder, path_in
from evaluation.writing import files

KEY = "ab" + "0" * 62
OTHER = "cd" + "1" * 62


SPOILT = [lambda b: b[:-1], lambda b: b[:70] + b"x" + b[71:], lambda b: b"", lambda b: b"z" + b[1:]]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_what_is_put_is_got(store: Store) -> None:
    value = {"outputs": ["é", 1, None, {"b": 2.5, "a": [True]}]}
    assert store.get("runs", KEY) is None
    assert not store.has("runs", KEY)
    store.put("runs", KEY, value)
    assert store.get("runs", KEY) == value
    assert store.has("runs", KEY)
    assert store.get("checks", KEY) is None
    assert store.get("runs", OTHER) is None


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_corrupt_entry_is_no_entry(spoil: object, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store.put("runs", KEY, {"value": "something to spoil"})
    path = store.path("runs", KEY)
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]
    assert store.get("runs", KEY) is None
    assert f"{path}:-:-: found a corrupt entry" in capsys.readouterr().err
    assert not path.exists()
    store.put("runs", KEY, 1)
    assert store.get("runs", KEY) == 1


def test_a_store_that_cannot_be_written_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "warned", False)
    (tmp_path / "store").write_text("a file, no folder")
    store = Store(tmp_path / "store")
    store.put("runs", KEY, 1)
    store.put("runs", OTHER, 2)
    assert store.get("runs", KEY) is None
    assert capsys.readouterr().err.count("found a store that cannot be written") == 1


@pytest.mark.linux
def test_a_full_store_is_said_and_leaves_no_half_entry(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: object, content: bytes) -> int:
        with open("/dev/full", "wb", buffering=0) as device:
            return device.write(content)

    monkeypatch.setattr(files, "_write", full)
    monkeypatch.setattr(Store, "warned", False)
    store.put("runs", KEY, 1)
    assert "No space left on device" in capsys.readouterr().err
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []


@pytest.mark.slow
def test_builds_may_write_the_same_at_once(store: Store) -> None:
    code = "import sys; from pathlib import Path\n"
    code += "from evaluation.building.store import Store\nstore = Store(Path(sys.argv[1]))\n"
    code += f"for i in range(300):\n    store.put('runs', '{KEY}', ['x' * 5000] * 3)\n"
    code += f"    assert store.get('runs', '{KEY}') == ['x' * 5000] * 3"
    command = [sys.executable, "-c", code, str(store.folder)]
    writers = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    assert [writer.communicate()[1] for writer in writers] == [b"", b"", b""]
    assert [path.name for path in store.folder.rglob("*") if path.is_file()] == [KEY]


def test_clean_removes_what_is_whole_or_half_written(store: Store) -> None:
    store.put("runs", KEY, "x")
    store.put("checks", OTHER, "x")
    store.path("runs", KEY).with_name(".123-456.part").write_bytes(b"half")
    assert (store.clean()[0], store.clean()) == (3, (0, 0))


OUTSIDE = [
    "/abs.html", "../en/one.html", "en/../../one.html", "./en/one.html", "en/one.html/", "en\\one.html", "C:/one.html",
    "en/one\0.html", "en/one/\ud800", "",
]  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_path_of_an_entry_leads_out_of_its_folder(path: str, tmp_path: Path) -> None:
    with pytest.raises(OutsideFolder):
        path_in(tmp_path, path)
