"""Measure builds against what people use today, on a chapter with five charts; write benchmarks/README.md.

``python -m benchmarks`` measures everything (over an hour); ``--parts`` chooses, ``--rounds`` repeats. ``python -m
benchmarks plain`` takes a notebook written by hand without this package instead (see `plain`).
Nothing here is a test: machines differ, and so do their moods.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any

from evaluation.language.prose_cells import is_prose, source_of

ROOT = Path(__file__).parent.parent
# A copy of the project with the chapter that is measured: a killed benchmark leaves the project as it is.
TREE = Path(tempfile.gettempdir()) / f"evaluation-benchmarks-{os.getpid()}"
CHAPTER = TREE / "notebooks" / "five_charts.ipynb"
BIN = Path(sys.executable).parent
ENVIRONMENT = os.environ | {"PYTHONPATH": str(TREE), "PYTHONHASHSEED": "0"}


def lay_out() -> None:
    left_out = shutil.ignore_patterns(".venv", ".*_cache", "__pycache__", "outputs")
    shutil.copytree(ROOT, TREE, ignore=left_out, symlinks=True)
    shutil.copy(Path(__file__).parent / CHAPTER.name, CHAPTER)


@dataclass(frozen=True)
class Measured:
    """One way, once: seconds on the clock, seconds of all processors, the largest sum of PSS in bytes, and of each
    kind of process its processor seconds and its PSS at that moment."""

    wall: float
    cpu: float
    memory: int
    kinds: dict[str, tuple[float, int]]


def measure(work: Callable[[], Any]) -> Measured:
    """Time some work and watch the memory of every process that it starts."""
    before, began, done = cpu(), time.perf_counter(), Event()
    seconds: dict[int, tuple[str, float]] = {}
    peak: list[dict[str, int]] = [{}]
    watcher = Thread(target=watch, args=(seconds, peak, done))
    watcher.start()
    try:
        work()
        wall = time.perf_counter() - began
    finally:
        done.set()
        watcher.join()
    used = {kind: sum(s for k, s in seconds.values() if k == kind) for kind, _ in seconds.values()}
    kinds = {kind: (used[kind], peak[0].get(kind, 0)) for kind in used}
    spent = max(cpu() - before, sum(used.values()))  # nobody waits for the process that runs fork from
    return Measured(wall, spent, sum(peak[0].values()), kinds)


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def watch(seconds: dict[int, tuple[str, float]], peak: list[dict[str, int]], done: Event) -> None:
    """Note the processor seconds of each process, and the memory of each kind when all together need most."""
    while not done.wait(0.25):
        now: dict[str, int] = {}
        for process in descendants(os.getpid()):
            kind = kind_of(process)
            now[kind] = now.get(kind, 0) + pss(process)
            seconds[process] = (kind, seconds_of(process))
        peak[0] = max(peak[0], now, key=lambda kinds: sum(kinds.values()))


KINDS = {
    "multiprocessing.forkserver": "forkserver",
    "multiprocessing.spawn": "publishers without runs",
    "evaluation": "the build itself",
}


def kind_of(process: int) -> str:
    """What a process of this project is for, by its command line; forked ones have their forkserver's."""
    try:
        words = Path(f"/proc/{process}/cmdline").read_text().split("\0")
        parent = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return "others"
    kind = next((KINDS[name] for name in KINDS if any(name in word for word in words[1:4])), "others")
    forked = "runs and publishers"
    return forked if kind == "forkserver" and kind_of(parent) in ("forkserver", forked) else kind


def seconds_of(process: int) -> float:
    """The processor seconds of a process, without those of its children."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def descendants(process: int) -> Iterator[int]:
    """The processes below one, as the system lists them now."""
    try:
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield int(child)
                yield from descendants(int(child))
    except OSError:
        return


def pss(process: int) -> int:
    """The memory of a process, what it shares counted in parts."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def call(*arguments: str, **environment: str) -> None:
    done = subprocess.run(arguments, env=ENVIRONMENT | environment, cwd=TREE, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)[:200]}: ended with {done.returncode}: {done.stderr[-2000:]}")


def parameter_sets(count: int) -> list[dict[str, Any]]:
    """So many ways to run the chapter: five decimals, first years before the first announcement, last years after."""
    pairs = product(last_years(count), range(2017, 2007, -1), range(5))
    sets = [{"decimals": number, "announced_from": first, "announced_to": last} for last, first, number in pairs]
    return sets[:count]


def last_years(count: int) -> range:
    return range(2025, 2026 + (count - 1) // 50)


# The ways of today: one page each, of the notebook as it is.


def by_commands(folder: Path, values: dict[str, Any], chapter: Path, programs: Path) -> None:
    """``papermill``, then ``jupyter nbconvert``."""
    name = "-".join(map(str, values.values()))
    given = [part for key, value in values.items() for part in ("-p", key, str(value))]
    call(str(programs / "papermill"), str(chapter), str(folder / f"{name}.ipynb"), "--cwd", str(chapter.parent), *given)
    call(str(programs / "jupyter"), "nbconvert", "--to", "html", "--no-input", str(folder / f"{name}.ipynb"))


def commands(folder: Path, count: int, at_once: int, chapter: Path = CHAPTER, programs: Path = BIN) -> None:
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(lambda values: by_commands(folder, values, chapter, programs), parameter_sets(count)))


IN_PROCESSES = """
import json, multiprocessing, sys
from pathlib import Path
import papermill
from nbconvert import HTMLExporter
chapter, folder, processes, sets = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4])
exporter = HTMLExporter(exclude_input=True)

def make(values):
    path = folder / ("-".join(map(str, values.values())) + ".ipynb")
    for left in (2, 1, 0):  # kernels that start at once can choose one port: such a run is made again, as by hand
        try:
            papermill.execute_notebook(chapter, str(path), values, progress_bar=False, cwd=str(Path(chapter).parent))
            break
        except RuntimeError:
            if not left: raise
    path.with_suffix(".html").write_text(exporter.from_filename(str(path))[0], encoding="utf-8")

if processes == 1:
    for values in sets: make(values)
else:
    with multiprocessing.get_context("fork").Pool(processes) as pool: pool.map(make, sets, chunksize=1)
"""


def in_processes(
    folder: Path, count: int, processes: int, chapter: Path = CHAPTER, python: str = sys.executable
) -> None:
    """Papermill's and nbconvert's functions, in forked processes."""
    call(python, "-c", IN_PROCESSES, str(chapter), str(folder), str(processes), json.dumps(parameter_sets(count)))


SNAKEFILE = """
SETS = {sets}
rule all:
    input: [f"{{n}}.html" for n in SETS]
rule run:
    output: "{{n}}.ipynb"
    params: given=lambda wildcards: SETS[wildcards.n]
    shell: "{bin}/papermill {chapter} {{output}} --cwd {cwd} {{params.given}}"
rule page:
    input: "{{n}}.ipynb"
    output: "{{n}}.html"
    shell: "{bin}/jupyter nbconvert --to html --no-input {{input}}"
"""


def snakemake(folder: Path, count: int, at_once: int) -> None:
    sets = {
        "-".join(map(str, v.values())): " ".join(f"-p {k} {x}" for k, x in v.items()) for v in parameter_sets(count)
    }
    text = SNAKEFILE.format(sets=sets, bin=BIN, chapter=CHAPTER, cwd=CHAPTER.parent)
    (folder / "Snakefile").write_text(text)
    call(snakemake_program() or "", "-j", str(at_once), "-d", str(folder), "-s", str(folder / "Snakefile"))


def snakemake_program() -> str | None:
    return os.environ.get("SNAKEMAKE") or shutil.which("snakemake")


# This project's way: both languages' pages, both widths, SVG and CSV files.


def build(folder: Path, review: Path, *arguments: str, **environment: str) -> None:
    store = {"EVALUATION_STORE": str(folder / "store")}
    call(
        sys.executable,
        "-m",
        "evaluation",
        "build",
        str(review),
        "--output",
        str(folder / "out"),
        *arguments,
        **store | environment,
    )


def review_of(folder: Path, count: int) -> Path:
    """A review of so many runs of the same chapter."""
    path = folder / "many.yml"
    text = f"title: {{en: Many runs, fr: Beaucoup}}\nchapters:\n  - chapter: {CHAPTER.stem}\n    matrix:\n"
    for name in parameter_sets(1)[0]:
        values = dict.fromkeys(given[name] for given in parameter_sets(count))
        text += f"      {name}: {list(values)}\n"
    path.write_text(text)
    return path


WAYS: dict[str, tuple[str, Callable[[Path, int], None]]] = {
    "a": ("`papermill`, then `jupyter nbconvert`, one after the other", lambda f, n: commands(f, n, 1)),
    "b": ("the same, two at a time", lambda f, n: commands(f, n, 2)),
    "c1": ("Papermill and nbconvert in one process", lambda f, n: in_processes(f, n, 1)),
    "c2": ("in 2 forked processes", lambda f, n: in_processes(f, n, 2)),
    "c3": ("in 3 forked processes", lambda f, n: in_processes(f, n, 3)),
    "c4": ("in 4 forked processes", lambda f, n: in_processes(f, n, 4)),
    "d": ("Snakemake, `-j 2`", lambda f, n: snakemake(f, n, 2)),
    "e": ("`evaluation build`", lambda f, n: build(f, review_of(f, n))),
}


def fresh(work: Callable[[Path], Any]) -> Measured:
    """Measure work in an empty folder, with an empty store."""
    with tempfile.TemporaryDirectory() as folder:
        return measure(lambda: work(Path(folder)))


def compare(ways: list[str], count: int, rounds: int) -> Iterator[str]:
    """The ways side by side, and how many times faster this project's is."""
    measurements = {
        way: [fresh(lambda folder, way=way: WAYS[way][1](folder, count)) for _ in range(rounds)] for way in ways
    }
    ours = median(m.wall for m in measurements["e"]) if "e" in measurements else None
    yield f"### {count} runs, {rounds} rounds (medians)\n"
    yield "| way | seconds | CPU seconds | peak PSS, MB | times slower |\n| --- | --: | --: | --: | --: |"
    for way, measured in measurements.items():
        wall, used = median(m.wall for m in measured), median(m.cpu for m in measured)
        slower = f"{wall / ours:.1f}" if ours else ""
        most = max(m.memory for m in measured) / 1e6
        yield f"| ({way}) {WAYS[way][0]} | {wall:.1f} | {used:.1f} | {most:.0f} | {slower} |"


def scale(counts: list[int]) -> Iterator[str]:
    """The cost a run as the number of runs grows."""
    yield "### Cost a run\n"
    yield "| runs | seconds | seconds a run | CPU seconds a run | nothing to do, seconds | peak PSS, MB |"
    yield "| --: | --: | --: | --: | --: | --: |"
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            m = measure(lambda folder=folder, count=count: build(folder, review_of(folder, count)))
            nothing = measure(lambda folder=folder: build(folder, folder / "many.yml")).wall
        a_run = f"{m.wall / count:.2f} | {m.cpu / count:.2f}"
        yield f"| {count} | {m.wall:.1f} | {a_run} | {nothing:.2f} | {m.memory / 1e6:.0f} |"


def where(count: int) -> Iterator[str]:
    """Where the time and the memory of a build go. A run that takes less than a moment is seen only in part."""
    m = fresh(lambda folder: build(folder, review_of(folder, count)))
    yield f"### Where it goes, {count} runs: {m.wall:.1f} s, {m.cpu:.1f} CPU seconds, {m.memory / 1e6:.0f} MB\n"
    yield "| processes | CPU seconds | PSS at the peak, MB |\n| --- | --: | --: |"
    for kind, (seconds, memory) in sorted(m.kinds.items(), key=lambda item: -item[1][0]):
        yield f"| {kind} | {seconds:.1f} | {memory / 1e6:.0f} |"


def again(count: int) -> Iterator[str]:
    """What a second build costs: nothing to do, the plan, one run more, a sentence."""
    yield f"### After a build of {count} runs\n\n| what | seconds | CPU seconds |\n| --- | --: | --: |"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        review = review_of(folder, count)
        build(folder, review)
        for what, work in second_builds(folder, review):
            m = measure(work)
            yield f"| {what} | {m.wall:.2f} | {m.cpu:.2f} |"


def second_builds(folder: Path, review: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    yield "nothing to do", lambda: build(folder, review)
    store = {"EVALUATION_STORE": str(folder / "store")}
    output = ("--output", str(folder / "out"))
    yield "`evaluation plan`", lambda: call(sys.executable, "-m", "evaluation", "plan", str(review), *output, **store)
    review.write_text(review.read_text().replace("[2017, ", "[1999, ").replace("matrix:", f"{EXCLUDE}\n    matrix:"))
    yield "one parameter set changed", lambda: build(folder, review)
    yield (
        "the whole review in another folder, from the store",
        lambda: build(folder, review, "--output", str(folder / "other")),
    )
    with changed_sentence():
        yield (
            "one sentence changed, `--only`",
            lambda: build(folder, review, "--only", ONE_OF_MANY),
        )


ONE_OF_MANY = f"{CHAPTER.stem}--announced-from-2016"
EXCLUDE = "exclude: [" + ", ".join(f"{{announced_from: 1999, decimals: {number}}}" for number in range(1, 5)) + "]"


class changed_sentence:
    """While in it, the chapter says one thing more."""

    def __enter__(self) -> None:
        self.text = CHAPTER.read_text(encoding="utf-8")
        notebook = json.loads(self.text)
        cell = [c for c in notebook["cells"] if is_prose(c)][1]
        cell["source"] = source_of(cell) + " Une phrase de plus."
        CHAPTER.write_text(json.dumps(notebook, indent=1, ensure_ascii=False), encoding="utf-8")

    def __exit__(self, *_: Any) -> None:
        CHAPTER.write_text(self.text, encoding="utf-8")


def dask(count: int) -> Iterator[str]:
    """A cluster of one one-core worker and of two, on this machine."""
    yield f"### Dask, {count} runs\n\n| one-core workers | seconds | CPU seconds |\n| --: | --: | --: |"
    for workers in (1, 2):
        m = fresh(lambda folder, workers=workers: on_cluster(folder, count, workers))
        yield f"| {workers} | {m.wall:.1f} | {m.cpu:.1f} |"


def on_cluster(folder: Path, count: int, workers: int) -> None:
    from distributed import Client, LocalCluster

    os.environ["PYTHONPATH"] = str(TREE)
    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            client.wait_for_workers(workers)
        build(folder, review_of(folder, count), "--dask", cluster.scheduler_address)


# A notebook written by hand, with none of this package: the same numbers, sentences, charts and tables as the chapter's
# page, in one language and at one width.

PLAIN = TREE / "benchmarks" / "plain.ipynb"
LEAN = ("papermill", "nbconvert", "ipykernel", "pandas", "altair", "vl-convert-python")


def make_lean(folder: Path) -> None:
    """An environment with what the plain notebook needs and nothing else, in the locked versions."""
    locked = re.findall(r"^[^#\s][^\\\n]*", (ROOT / "requirements.lock").read_text(), re.MULTILINE)  # with markers
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "versions.txt").write_text("\n".join(locked))
    call(sys.executable, "-m", "venv", str(folder))
    call(str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *LEAN, "-c", str(folder / "versions.txt"))
    print(f"made {folder}", file=sys.stderr)


def plain(count: int, rounds: int, lean: Path | None, chosen: range) -> Iterator[str]:
    """The plain notebook in a loop of commands and in 1 to 4 forked processes, in each environment, against this
    project's build of the chapter with two languages and two widths."""
    ours = median(fresh(lambda folder: build(folder, review_of(folder, count))).wall for _ in range(rounds))
    yield f"### A plain notebook, {count} runs, {rounds} rounds (medians)\n"
    yield "| environment | way | seconds | CPU seconds | times slower |\n| --- | --- | --: | --: | --: |"
    yield f"| here | `evaluation build`, two languages, two widths | {ours:.1f} | | |"
    for environment, programs in {"here": BIN, "lean": lean / "bin" if lean else None}.items():
        for way, work in list(plain_ways(count, programs))[chosen.start : chosen.stop] if programs else ():
            measurements = [fresh(work) for _ in range(rounds)]
            wall, used = median(m.wall for m in measurements), median(m.cpu for m in measurements)
            yield f"| {environment} | {way} | {wall:.1f} | {used:.1f} | {wall / ours:.1f} |"


def plain_ways(count: int, programs: Path) -> Iterator[tuple[str, Callable[[Path], None]]]:
    yield "`papermill`, then `jupyter nbconvert`", lambda folder: commands(folder, count, 1, PLAIN, programs)
    for number in range(1, 5):
        work = partial(in_processes, count=count, processes=number, chapter=PLAIN, python=str(programs / "python"))
        yield f"Papermill and nbconvert in {number} process{'es, forked' if number > 1 else ''}", work


def run_all() -> Iterator[str]:
    """Each chapter's cells in an ordinary kernel that is ready, its charts shown, as "Run all" does in JupyterLab."""
    yield "### Run all, in an ordinary kernel\n\n| chapter | seconds |\n| --- | --: |"
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        yield f"| {path.stem} | {seconds_to_run(path):.1f} |"


def seconds_to_run(path: Path) -> float:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}})
    with client.setup_kernel(env=ENVIRONMENT):
        began = time.perf_counter()
        for number, cell in enumerate(notebook.cells):
            client.execute_cell(cell, number)
        return time.perf_counter() - began


def machine() -> str:
    cores = len(os.sched_getaffinity(0))
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    python = platform.python_version()
    system = f"{platform.system()} {platform.machine()}"
    return f"{date.today()}, {system}, {cores} cores, Python {python}; load before: {load}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=["plain", "run-all", "lean"], help="instead of the parts")
    parser.add_argument("--lean", type=Path, help="the folder of the lean environment that `lean` makes")
    parser.add_argument("--first", type=int, default=0, help="of `plain`, go on from this way (0 is the loop)")
    parser.add_argument("--parts", default="compare,again,where,scale,dask")
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", default="1,10,100,1000")
    parser.add_argument("--write", type=Path, help="append to this file, such as benchmarks/README.md")
    asked = parser.parse_args()
    ways = asked.ways.split(",")
    lay_out()
    atexit.register(shutil.rmtree, TREE)
    if asked.what == "lean":
        make_lean(asked.lean or Path("lean"))
        return
    if "d" in ways and not snakemake_program():
        print("way (d) is left out: no snakemake on the path, nor named by SNAKEMAKE", file=sys.stderr)
        ways.remove("d")
    parts = {
        "compare": lambda: compare(ways, asked.runs, asked.rounds),
        "again": lambda: again(asked.runs),
        "where": lambda: where(asked.runs),
        "scale": lambda: scale([int(count) for count in asked.scale.split(",")]),
        "dask": lambda: dask(asked.runs),
        "plain": lambda: plain(asked.runs, asked.rounds, asked.lean, range(asked.first, 5)),
        "run-all": run_all,
    }
    lines = (line for part in (asked.what or asked.parts).split(",") for line in [*printed(parts[part]()), ""])
    for line in (f"## {machine()}\n", *lines):
        if asked.write:
            with asked.write.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def printed(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        print(line, flush=True)
        yield line


if __name__ == "__main__":
    main()
