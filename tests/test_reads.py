"""Which files of the data folder a run reads: its key covers these and no others, and never too few."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import small
from click.testing import Result
from small import planned

from evaluation.runs.reads import UNKNOWN, noted


def run(review: Path, command: str, *arguments: str) -> Result:
    result = small.run(review, *arguments, command=command)
    assert result.exit_code == 0, result.output
    return result


WATCHED = """
import ctypes, os, sys
import lxml.etree
from pathlib import Path
sys.path.insert(0, "notebooks")
from evaluation.runs.reads import watch
watch("data", "notebooks/one.ipynb", "own")
{code}
"""
A, HELPER = ("data/a.csv",), ("notebooks/helper.py",)
# What is opened, by what is then noted.
OPENED: dict[tuple[str, ...], list[str]] = {
    (): [
        "open('notebooks/one.ipynb'); open('own/asked.ipynb'); import json.tool, zoneinfo; open('/etc/passwd')",
        "open('.config/c')",
        "open('made', 'w').write('x'); open('made')",
        "os.listdir('data'); os.listdir('data/sub'); Path('data/a.csv').exists()",
    ],
    A: [
        "open('data/a.csv').read(); open('./data/../data/a.csv', 'rb')",
        "import threading; t = threading.Thread(target=open, args=('data/a.csv',)); t.start(); t.join()",
        "process = os.fork()\nif process: os.waitpid(process, 0)\nelse: open('data/a.csv')",
        "import pandas; pandas.read_csv('data/a.csv')",
        "import numpy; numpy.loadtxt('data/a.csv', dtype=str)",
        "open('data/a.csv', 'r+').read()", "os.open(os.path.abspath('data/a.csv'), os.O_RDWR | os.O_EXCL)",
        "os.symlink('data/a.csv', 'made'); open('made', 'a').close(); open('made')",
    ],
    ("data/sub/b.csv",): ["os.chdir('data'); open('sub/b.csv')", "open('/proc/self/cwd/data/sub/b.csv')"],
    ("data/a.csv", "data/linked/c.csv"): ["open('link.csv'); open('data/linked/c.csv')"],
    ("data/.hidden", "data/README.md"): ["open('data/README.md'); open('data/.hidden')"],
    ("data/none.csv",): ["try: open('data/none.csv')\nexcept OSError: pass"],
    HELPER: ["import helper", "import helper, importlib; importlib.reload(helper)"],
    (UNKNOWN,): [
        "open('elsewhere.csv')", "open('.kept/c.csv')", "os.listdir('data/linked')", "os.system('true')",
        "from multiprocessing import get_context\nget_context('spawn').Process(target=print).start()",
        "import subprocess; subprocess.run(['true'])", "open('hard.csv')",
        "import greenlet",  # in C, and nobody knows what it opens
        "import sqlite3; sqlite3.connect(':memory:')",  # which may attach a file
        "ctypes.CDLL('libc.so.6')", "ctypes.CDLL(None).fopen", "ctypes.pythonapi.fopen", "import readline",
        "import lxml.etree", "import scipy.io._fast_matrix_market._fmm_core", "from PIL import ImageFont",
        "os.open('a.csv', os.O_RDONLY, dir_fd=os.open('data', os.O_RDONLY))", "import vl_convert",
        "open('made', 'w').close(); os.unlink('made'); os.link('data/a.csv', 'made'); open('made')",
        "import socket; socket.socket().connect_ex(('127.0.0.1', 9))",
    ],
}  # fmt: skip


CASES = [  # the first of each kind while somebody works
    pytest.param(code, told, marks=pytest.mark.slow if code != every[0] else ())
    for told, every in OPENED.items()
    for code in every
]


@pytest.mark.parametrize(("code", "expected"), CASES)
def test_what_is_opened_is_noted(tmp_path: Path, code: str, expected: tuple[str, ...]) -> None:
    for folder in ("data/sub", "notebooks", "own", "other", ".config", ".kept"):
        (tmp_path / folder).mkdir(parents=True)
    files = "data/a.csv data/sub/b.csv data/README.md data/.hidden other/c.csv .config/c .kept/c.csv elsewhere.csv "
    for name in f"{files} notebooks/helper.py notebooks/one.ipynb own/asked.ipynb".split():
        (tmp_path / name).write_text("x = 1\n")
    (tmp_path / "data" / "linked").symlink_to(tmp_path / "other")
    (tmp_path / "link.csv").symlink_to(tmp_path / "data" / "a.csv")
    (tmp_path / "hard.csv").hardlink_to(tmp_path / "data" / "sub" / "b.csv")
    environment = {"PYTHONPATH": str(small.ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    command = [sys.executable, "-c", WATCHED.format(code=code)]
    for _ in range(2 if "helper" in code else 1):  # the second time there is a compiled module
        subprocess.run(command, check=True, cwd=tmp_path, env=environment)
        assert noted(tmp_path / "own") == expected
        (tmp_path / "own" / "reads").unlink()


OPENS = """import helper
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from evaluation import review as package
chapter = package.open()
data = chapter.tables.folder
with ProcessPoolExecutor(1) as pool:
    note = pool.submit(Path.read_text, data / "notes.md").result()
print(helper.WORD, note, (data / "linked" / "c.txt").read_text())
chapter.say(place={"en": "Ontario", "fr": "l’Ontario"})
chapter.say(period=("2020", "2024"))"""


@pytest.mark.slow
def test_a_page_is_never_stale(review: Path, tmp_path: Path) -> None:
    """Whatever a run opened is in its key: a module beside the chapter, a note and a linked folder in the data; also
    where it was changed within a second into a file of the same size, which Python takes for what it compiled."""
    (tmp_path / "other").mkdir()
    (tmp_path / "data" / "linked").symlink_to(tmp_path / "other")
    files = [tmp_path / "notebooks" / "helper.py", tmp_path / "data" / "notes.md", tmp_path / "other" / "c.txt"]
    for path in files:
        path.write_text("WORD = 'as it was'\n")
        os.utime(path, (1, 1))
    small.notebook(tmp_path / "notebooks" / "one.ipynb", OPENS)
    run(review, "build")
    assert planned(review) == ["up-to-date"] * 2
    for path, name in zip(files, ("notebooks/helper.py", "data/notes.md", "data/linked/c.txt"), strict=True):
        path.write_text("WORD = 'and since'\n")
        os.utime(path, (1, 1))
        assert planned(review) == [f"changed: {name}"] * 2
        run(review, "build")
        assert planned(review) == ["up-to-date"] * 2
    notebook = (tmp_path / "outputs" / "small" / "notebooks" / "one.ipynb").read_text(encoding="utf-8")
    assert "as it was" not in notebook


@pytest.mark.slow
def test_what_cannot_be_known_is_run_each_time(review: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.txt").write_text("before")
    code = f"print(open({str(tmp_path / 'elsewhere.txt')!r}).read() if decimals else 0)\n"
    small.notebook(tmp_path / "notebooks" / "one.ipynb", code + small.ANSWER)
    run(review, "build")
    assert planned(review) == ["up-to-date", f"each time: it opened {UNKNOWN}"]
    (tmp_path / "elsewhere.txt").write_text("since")
    assert "1 run made" in run(review, "build").stderr
    page = tmp_path / "outputs" / "small" / "notebooks" / "one--decimals-1.ipynb"
    assert "since" in page.read_text(encoding="utf-8")
