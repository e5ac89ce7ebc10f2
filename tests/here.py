"""Reviews built within this process: cells run by ``exec``, pages published by the thread that asks. What a build is
made of is then reached by quick tests; that processes, kernels and their ends work is what slow ones ask."""

import json
import os
import shutil
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import small
from click.testing import Result

from evaluation.building import publisher
from evaluation.data.sources import DATA_VARIABLE
from evaluation.language import ASKED, LANGUAGES
from evaluation.language.prose_cells import is_analysis
from evaluation.problems.imports import temporary_values
from evaluation.runs import pool
from evaluation.runs.execute import Failure, Job, Outcome, injection_index, write_notebook
from evaluation.start import new_project


class RunsHere:
    """Executes jobs one after the other in this process, with the interface of `pool.Runs`."""

    at_once = 1

    def __init__(self, seconds: float, *first: str): ...

    def start_early(self) -> None: ...

    def stop(self) -> None: ...

    def run(self, job: Job) -> Outcome:
        """Execute a job: what its cells record is what its notebook holds."""
        cells = json.loads(job.notebook.read_text(encoding="utf-8"))["cells"]
        names: dict[str, Any] = {}
        results: list[list[Any]] = []
        languages = " ".join(job.about.get("languages", LANGUAGES))
        environment = {DATA_VARIABLE: str(job.data), ASKED: languages, "EVALUATION_NO_PREVIEW": "1"}
        with pytest.MonkeyPatch.context() as patch, temporary_values(os.environ, environment):
            for place, cell in enumerate(cells):
                outputs: list[Any] = []
                patch.setattr("evaluation.records.chapter.output_record", _kept_in(outputs))
                if place == injection_index(job, cells):
                    names |= job.parameters
                    results.append([None, []])
                if is_analysis(cell):
                    try:
                        exec("".join(cell["source"]), names)
                    except Exception as error:
                        write_notebook(job, results)
                        kind = type(error).__name__
                        return Outcome(job.slug, job.output, (Failure(place + 1, f"{kind}: {error}", kind),))
                    results.append([None, outputs])
        write_notebook(job, results)
        return Outcome(job.slug, job.output)


def _kept_in(outputs: list[Any]) -> Any:
    def keep(kind: str, record: dict[str, Any], *_: Any) -> None:
        outputs.append({"output_type": "display_data", "metadata": {}, "data": {kind: record, "text/plain": ""}})

    return keep


class PublishesHere(Executor):
    """Does at once what it is asked to do."""

    _processes = None  # which `publisher.stop` would end

    def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Any:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments, **named))
        except BaseException as error:
            future.set_exception(error)
        return future


def builds_here(patch: pytest.MonkeyPatch) -> None:
    """Have builds of this process need no other."""
    patch.setattr(pool, "Runs", RunsHere)
    patch.setattr(publisher, "start", lambda *_, **__: PublishesHere())
    publisher.cached_draw.cache_clear()  # it keeps the store that it was first asked with


# A sample project of one chapter with claims, a chart and a table, and two editions of its review.

SETUP = "import altair as alt\n\nfrom evaluation import Year, review"
PARAMETERS = "since: Year = 2022  # the first year compared"
ANALYSIS = """chapter = review.open()
riders = chapter.frame("riders").query("year >= @since").sort_values("year")
first, last = riders.iloc[0], riders.iloc[-1]
surveyed = chapter.figures.riders_surveyed
chapter.record(first=first.riders, last=last.riders, surveyed=surveyed)
chapter.record(change=last.riders.change_from(first.riders, decimals=0))
chapter.say(first_year=first.year, last_year=last.year)
chapter.key_numbers("last", "surveyed")"""
PROSE = {
    "en": """# How many ride?

{first} crossed the bridge in {first_year} and {last} in {last_year}.
%holds more: first < last
The number {change.changed}.

The survey was answered by {surveyed}.""",
    "fr": """# Combien traversent?

{first} ont traversé le pont en {first_year} et {last} en {last_year}.
Le nombre {change.changed}.

{surveyed} ont répondu au sondage.""",
}
SHOWN = """chapter.chart(
    "riders_by_year",
    alt.Chart(riders).mark_bar().encode(x="riders:Q", y="year:O"),
    title={"en": "Riders counted each year", "fr": "Cyclistes comptés chaque année"},
    subtitle={"en": "Crossings in daylight", "fr": "Passages de jour"},
    description={"en": "A bar a year, from zero.", "fr": "Une barre par année, à partir de zéro."},
)
heads = {"year": {"en": "Year", "fr": "Année"}, "riders": {"en": "Riders", "fr": "Cyclistes"}}
title = {"en": "Riders by year", "fr": "Cyclistes par année"}
chapter.table("all_riders", riders[["year", "riders"]], title=title, heads=heads)
chapter.show_caveats(first.riders)"""
SIGNED = """title: {{en: Riders on a bridge, fr: Les cyclistes d’un pont}}
date: {date}
imprint:
  address: https://example.org/riders
  edition: {{en: {name} edition, fr: Édition {name}}}
  changes: {{en: A year more., fr: Un an de plus., general: true}}
chapters: [riders]
"""


def sample(folder: Path) -> Path:
    """The project, not built yet."""
    project = new_project(folder)
    for path in (*project.glob("notebooks/*"), *project.glob("parameters/people.yml")):
        path.unlink()
    chapter = project / "notebooks" / "riders.ipynb"
    return small.notebook(chapter, ANALYSIS, SHOWN, prose=PROSE, setup=SETUP, parameters=PARAMETERS).parents[1]


def release(project: Path) -> None:
    """What a later release has: a year revised, one more, and another name of those who were surveyed."""
    small.rewrite(project / "data" / "riders.csv", "Bridge,2024,47300,", "Bridge,2024,47200,")
    with (project / "data" / "riders.csv").open("a", encoding="utf-8") as table:
        table.write("Bridge,2026,50100,2026-01-15,bridge_counter\n")
    small.rewrite(project / "data" / "definitions.csv", ",Riders surveyed,", ",Riders asked,")


def spoil(review: Path) -> None:
    """Change a built review in each way that `verify` tells apart, and leave a page of it as it comes by e-mail."""
    page = review / "en" / "riders.html"
    small.rewrite(page, ">50,100</data></a> in", ">51,100</data></a> in")
    small.rewrite(page, "answered by", "filled in by")
    small.rewrite(review / "fr" / "riders" / "all_riders.csv", "47200,47200", "47000,47200")
    small.rewrite(review / "fr" / "riders" / "riders_by_year.svg", "43\u00a0900", "34\u00a0900")
    (review / "en" / "riders" / "riders_by_year.svg").unlink()
    (review / "en" / "riders" / "mine.txt").write_text("mine", encoding="utf-8")
    (review / "index.html").write_bytes((review / "index.html").read_bytes().replace(b"\n", b"\r\n"))
    (review / "numbers.json").write_bytes((review / "numbers.json").read_bytes() + b"\n" * 100_000)
    (review / "fr" / "index.html").unlink()
    (review / "fr" / "index.html").symlink_to(review / "en" / "index.html")


@dataclass(frozen=True)
class Editions:
    """The sample project, its review as it was first built and as it stands, a site with both, a ``spoilt`` copy, and
    data by which the number has ``fallen``."""

    folder: Path

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def first(self) -> Path:
        return self.folder / "first" / "review"

    @property
    def second(self) -> Path:
        return self.project / "outputs" / "review"

    @property
    def site(self) -> Path:
        return self.folder / "site"

    def make(self, patch: pytest.MonkeyPatch) -> None:
        """Build both editions from an empty store, and publish each."""
        small.use(sample(self.project), patch)
        self.publish("first", "2026-10-01", patch)
        shutil.copytree(self.second, self.first)
        release(self.project)
        self.publish("second", "2026-11-01", patch)
        spoil(Path(shutil.copytree(self.second, self.folder / "spoilt")))
        fallen = Path(shutil.copytree(self.project / "data", self.folder / "fallen"))
        with (fallen / "riders.csv").open("a", encoding="utf-8") as table:
            table.write("Bridge,2027,30000,2026-01-15,bridge_counter\n")

    def publish(self, name: str, date: str, patch: pytest.MonkeyPatch) -> None:
        review = self.project / "parameters" / "review.yml"
        review.write_text(SIGNED.format(name=name, date=date), encoding="utf-8")
        assert build_here(review, patch).exit_code == 0
        result = small.asked("publish", self.site)
        assert result.exit_code == 0, result.output


def build_here(review: Path, patch: pytest.MonkeyPatch, *options: object) -> Result:
    """Build a review of the project in use within this process."""
    with patch.context() as here:
        builds_here(here)
        return small.asked("build", review, *options)
