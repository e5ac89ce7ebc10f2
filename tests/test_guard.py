"""A run reads what its key covers, or it fails: no page is stale, and no return of an organization is opened."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import small
from small import asked, planned

GUARDED = """
import json, os, sys
from contextlib import suppress
from pathlib import Path
from evaluation.runs.guard import guard_reads

def refusals(code):
    with guard_reads(Path("data"), Path("notebooks"), Path("own")) as refused, suppress(Exception):
        exec(code, globals())
    open(elsewhere).close()  # after the block anything may be read
    return refused

sys.path.insert(0, "notebooks")
elsewhere, told = os.path.abspath("elsewhere.csv"), {}
for code in json.load(sys.stdin):
    reader, writer = os.pipe()
    if not os.fork():  # a guard stays for the life of its process
        os.write(writer, json.dumps(refusals(code)).encode())
        os._exit(0)
    os.close(writer)
    told[code] = json.loads(os.fdopen(reader).read())
print(json.dumps(told))
"""
ALLOWED = {
    "data": "open('data/a.csv'); open('./data/../data/sub/b.csv'); os.chdir('data'); open('README.md')",
    "a module beside the notebook": "import helper; open('notebooks/helper.py')",
    "the environment and the system": "import json.tool, zoneinfo; open('/etc/passwd'); open('.config/c')",
    "a temporary file": "import tempfile\nwith tempfile.TemporaryFile('w+') as f: f.write('x'); f.seek(0); f.read()",
    "its own folder": "open('own/made', 'w').close(); open('own/made')",
    "writing": "open('elsewhere.csv', 'w').close(); open('new', 'x').close()",
    "a file that is not there": "open('none.csv')",
    "a device": "open('/dev/null'); open('/dev/urandom', 'rb').close()",
}
REFUSED = {
    "a file elsewhere": ("open('elsewhere.csv')", "elsewhere.csv"),
    "what is added to": ("open('elsewhere.csv', 'a+')", "elsewhere.csv"),
    "a return": ("open(Path('other', 'return.csv'))", "other/return.csv"),
    "a link in the data": ("open('data/linked/return.csv')", "other/return.csv"),
    "a file through the system": ("open('/proc/self/cwd/elsewhere.csv')", "elsewhere.csv"),
    "another notebook": ("open('notebooks/one.ipynb')", "notebooks/one.ipynb"),
    "a hidden file": ("open('data/.hidden')", "data/.hidden"),
    "a folder for os.open": ("os.open('return.csv', os.O_RDONLY, dir_fd=os.open('other', os.O_RDONLY))", "other/"),
    "a database": ("import sqlite3; sqlite3.connect('elsewhere.csv')", "elsewhere.csv"),
    "a database by its address": (
        "import sqlite3; sqlite3.connect('file:else%77here.csv?mode=ro', uri=True)",
        "elsewhere.csv",
    ),
    "a pipe": ("os.open('data/pipe', os.O_RDONLY | os.O_NONBLOCK)", "data/pipe"),
    "the user's files": ("open('.local/share/return.csv')", ".local/share/return.csv"),
    "another machine": ("import socket; socket.socket().connect_ex(('127.0.0.1', 9))", "('127.0.0.1', 9)"),
    "a thread": (
        "import threading; t = threading.Thread(target=open, args=('elsewhere.csv',)); t.start(); t.join()",
        "elsewhere.csv",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of small files, with others elsewhere."""
    folder = tmp_path_factory.mktemp("guarded")
    files = "data/a.csv data/sub/b.csv data/README.md data/.hidden other/return.csv .config/c elsewhere.csv "
    for name in f"{files} .local/share/return.csv notebooks/helper.py notebooks/one.ipynb own/asked.ipynb".split():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x = 1\n")
    (folder / "data" / "linked").symlink_to(folder / "other")
    os.mkfifo(folder / "data" / "pipe")
    return folder


@pytest.fixture(scope="module")
def refusals(folder: Path) -> dict[str, list[str]]:
    """What the guard refuses of each piece of code, which has caught that."""
    environment = {"PYTHONPATH": str(small.ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    cases = json.dumps([*ALLOWED.values(), *(code for code, _ in REFUSED.values())])
    command = [sys.executable, "-c", GUARDED]
    done = subprocess.run(command, check=True, cwd=folder, env=environment, input=cases, stdout=-1, text=True)
    return dict(json.loads(done.stdout))


@pytest.mark.linux
@pytest.mark.parametrize("code", ALLOWED.values(), ids=ALLOWED)
def test_what_a_key_covers_may_be_read(code: str, refusals: dict[str, list[str]]) -> None:
    assert refusals[code] == []


@pytest.mark.linux
@pytest.mark.parametrize(("code", "path"), REFUSED.values(), ids=REFUSED)
def test_what_is_elsewhere_is_refused_by_its_name(
    code: str, path: str, folder: Path, refusals: dict[str, list[str]]
) -> None:
    name = path if path.startswith("(") else f"{folder}/{path}"
    assert [line.partition(", opened by")[0] for line in refusals[code]] == [f"found {name}"]


@pytest.mark.slow
def test_a_run_that_reads_elsewhere_fails_also_where_the_cell_catches_that(review: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.txt").write_text("before")
    caught = (
        f"import pandas\ntry:\n    pandas.read_csv({str(tmp_path / 'elsewhere.txt')!r})\nexcept Exception:\n    pass\n"
    )
    small.notebook(tmp_path / "notebooks" / "one.ipynb", caught + small.ANSWER)
    result = asked("build", review)
    assert result.exit_code == 1
    assert f"one:-:-: found {tmp_path / 'elsewhere.txt'}, opened by a chapter; allowed: files of" in result.stderr
    assert not (tmp_path / "outputs" / "small").exists()


@pytest.mark.slow
def test_a_cell_that_reads_elsewhere_is_named_with_the_file(review: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.txt").write_text("before")
    small.notebook(tmp_path / "notebooks" / "one.ipynb", f"open({str(tmp_path / 'elsewhere.txt')!r})\n" + small.ANSWER)
    result = asked("build", review)
    assert re.search(
        rf"^one:\d+:-: found {tmp_path}/elsewhere.txt, opened by a chapter; allowed: ", result.stderr, re.M
    )


READS = """import helper
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from evaluation import review as package
chapter = package.open()
with ProcessPoolExecutor(1) as pool:
    note = pool.submit(Path.read_text, chapter.tables.folder / "notes.md").result()
print(helper.WORD, note)
chapter.say(place={"en": "Ontario", "fr": "l’Ontario"})
chapter.say(period=("2020", "2024"))"""


@pytest.mark.slow
def test_a_page_is_never_stale(review: Path, tmp_path: Path) -> None:
    """A module beside the chapter and a note in the data are in each key; also where they were changed within a second
    into a file of the same size, which Python takes for what it compiled."""
    files = {f"{path.parent.name}/{path.name}": path for path in
             (tmp_path / "notebooks" / "helper.py", tmp_path / "data" / "notes.md")}  # fmt: skip
    for path in files.values():
        path.write_text("WORD = 'as it was'\n")
        os.utime(path, (1, 1))
    subprocess.run([sys.executable, "-c", "import helper"], cwd=tmp_path / "notebooks", check=True)  # compiles it
    small.notebook(tmp_path / "notebooks" / "one.ipynb", READS)
    small.built(review)
    for name, path in files.items():
        path.write_text("WORD = 'and since'\n")
        os.utime(path, (1, 1))
        assert planned(review) == [f"changed: {name}"] * 2
        small.built(review)
        assert planned(review) == ["up-to-date"] * 2
    notebook = (tmp_path / "outputs" / "small" / "notebooks" / "one.ipynb").read_text(encoding="utf-8")
    assert "as it was" not in notebook
