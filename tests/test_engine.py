"""The engine gives what ordinary kernels give, output for output."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import nbformat
import papermill
import pytest
import small
from papermill.exceptions import PapermillExecutionError

from evaluation.reviews.parameters import read_chapter
from evaluation.runs.execute import ENVIRONMENT, Job, results_of, without_prose, write_notebook
from evaluation.runs.pool import Runs

CHAPTERS = sorted((small.ROOT / "notebooks").glob("*.ipynb"))
AWKWARD = (
    "import sys, warnings, os\nprint('a'); print('b', file=sys.stderr); print('c')",
    "from IPython.display import display, HTML, clear_output, update_display\n"
    "display({'application/x.y+json': {'a': 1}, 'text/plain': 'p'}, raw=True)\n"
    "display(HTML('<b>x</b>'), metadata={'q': 1})",
    "shown = display('first', display_id='same')\nshown.update('second')\ndecimals",
    "update_display('third', display_id='same')",
    "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "print('x'); clear_output(); print('y'); clear_output(wait=True); print('z')",
    "warnings.warn('careful')\n1/3",
    "import time\nstatus = os.system('echo from another program')\ntime.sleep(0.5)",
    "!echo from a shell",
    "_, In[-1], Out, _i",
    "%%capture got\nprint('hidden')",
    "got.stdout",
    "import asyncio\nawait asyncio.sleep(0.01)\n"
    "try:\n    asyncio.run(asyncio.sleep(0))\nexcept RuntimeError as e:\n    print(e)",
    "type(get_ipython()).__name__, __name__, sys.stdout.encoding, sys.stdout.isatty(), os.environ['MPLBACKEND']",
    "class Bad:\n    def __repr__(self): raise ValueError('no repr')",
    "Bad()",
    "input('?')",
    "",
    "def f(x):\n    return 1 / x\n\nf(0)",
    "raise SystemExit",
    "undefined\nmore",
)


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    made = Runs(600)
    yield made
    made.stop()


def both_ways(job: Job, runs: Runs, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """What Papermill's own engine leaves of a job's cells, in a kernel of its own, and what a run leaves."""
    for name, value in (ENVIRONMENT | {"EVALUATION_DATA": str(job.data)}).items():
        monkeypatch.setenv(name, value)
    asked, ran = (job.output.with_name(f"{name}.ipynb") for name in ("asked", "ran"))
    asked.parent.mkdir(exist_ok=True)
    asked.write_text(without_prose(job.notebook), encoding="utf-8")
    with suppress(PapermillExecutionError):
        papermill.execute_notebook(
            asked, ran, parameters=job.parameters, kernel_name="python3", language="python", progress_bar=False,
            cwd=job.notebook.parent, coalesce_streams=True, record_timing=False,
        )  # fmt: skip
    write_notebook(job, results_of(nbformat.read(ran, 4).cells))
    ordinary = job.output.read_text(encoding="utf-8")
    runs.run(job)
    return ordinary, job.output.read_text(encoding="utf-8")


@pytest.mark.long
def test_awkward_cells_leave_what_an_ordinary_kernel_leaves(
    tmp_path: Path, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # ipykernel takes no other programs' output where it is set
    job = small.job(tmp_path, "awkward", *AWKWARD, decimals=2)
    cells = json.loads(job.notebook.read_text(encoding="utf-8"))
    for cell in cells["cells"][3:-1]:
        cell["metadata"]["tags"] = ["raises-exception"]
    job.notebook.write_text(json.dumps(cells), encoding="utf-8")
    ordinary, warm = both_ways(job, runs, monkeypatch)
    assert warm.splitlines() == ordinary.splitlines()
    assert len(re.findall('"output_type": ?"error"', warm)) == 5


@pytest.mark.long
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_chapter_leaves_what_an_ordinary_kernel_leaves(
    path: Path, tmp_path: Path, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameters = {name: p.default for name, p in read_chapter(path).parameters.items()}
    job = Job(path.stem, path, parameters, {}, small.DATA, tmp_path / "out.ipynb")
    ordinary, warm = both_ways(job, runs, monkeypatch)
    assert warm == ordinary
