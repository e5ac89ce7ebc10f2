"""What the README and the notebook show is what the code gives; the library stands alone."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import overlapping_lists

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "examples" / "united_kingdom.ipynb"


def test_the_readme_prints_what_it_shows(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"```(python|text)\n(.*?)```", page, re.DOTALL))
    monkeypatch.chdir(ROOT)
    exec(shown["python"], {})
    assert capsys.readouterr().out == shown["text"]


def test_the_worked_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert all(not cell.get("outputs") for cell in cells)
    monkeypatch.chdir(NOTEBOOK.parent)
    names: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    rules = names["rules"].estimate.round()
    assert rules["six lists", "forward"] == 11_418
    assert names["results"].interval_high.isna().tolist() == [False, True, True]


def test_it_needs_nothing_of_the_review_and_no_altair_to_estimate() -> None:
    code = "import sys, overlapping_lists; print(sorted({'altair', 'evaluation'} & {*sys.modules}))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
    folder = Path(overlapping_lists.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    assert not [text for text in texts if re.search(r"(import|from) evaluation", text)]
    assert (folder / "py.typed").exists()
