"""The latest year, from the request to the page: what a run leaves out is said, and a new year renames nothing."""

import json
import re
from pathlib import Path

import pytest
import small
from by_hand import Notebook
from click.testing import Result

PARAMETERS = """place: Place = "Ontario"  # whose series
definition: Definition = "all_human_trafficking"  # what counts
last_year: Year = "latest"  # the last year asked for"""
SETUP = "from evaluation import Definition, Place, Year, review"
BODY = """chapter = review.open()
own = chapter.frame("police_reported").query("definition == @definition and place == @place")
last_year = int(own.year.max()) if last_year == "latest" else last_year
chapter.say(until=(last_year, last_year))"""
PROSE = {"en": "# Up to {until}\n\nUp to {until}.", "fr": "# Jusqu’en {until}\n\nJusqu’en {until}."}
SENTENCES = {
    "en": "This page stops at 2023, as it was asked to. Its series goes on to 2024.",
    "fr": "Cette page s’arrête à 2023, comme demandé. Sa série se poursuit jusqu’en 2024.",
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_says_where_its_series_goes_on(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    book = Notebook(monkeypatch)
    book.prose("# A title\n\nAn answer.", "# Un titre\n\nUne réponse.")
    left_out = [{"parameter": "last_year", "asked": 2023, "latest": 2024}]
    book.notebook.metadata["evaluation"] |= {"left_out": left_out, "latest": []}
    (said,) = re.findall(r'<p class="left-out">(.*?)</p>', book.page(language))
    assert re.sub(r"<[^>]+>", "", said) == SENTENCES[language]
    assert said.count("<time datetime=") == 2
    book.notebook.metadata["evaluation"]["left_out"] = []
    assert 'class="left-out"' not in book.page(language)


@pytest.fixture
def project(review: Path, tmp_path: Path) -> Path:
    """A project with one chapter, whose last year is the latest, in a review of two runs of it."""
    small.notebook(tmp_path / "notebooks" / "one.ipynb", BODY, prose=PROSE, setup=SETUP, parameters=PARAMETERS)
    chapters = "  - one\n  - {chapter: one, parameters: {last_year: 2023}}\n"
    review.write_text("title: {en: A, fr: B}\nchapters:\n" + chapters, "utf-8")
    return tmp_path


def built(project: Path, *arguments: str) -> Result:
    result = small.run(project / "parameters" / "small.yml", *arguments)
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.slow
def test_a_build_says_which_runs_leave_out_a_later_year(project: Path) -> None:
    line = "one--last_year-2023: last_year = 2023 leaves out later years of its own series, up to 2024"
    for result in (built(project), built(project)):  # an up-to-date build says it too
        assert [said for said in result.stderr.splitlines() if "leaves out" in said] == [line]
        assert "leaves out" not in result.stdout
    assert "leaves out" not in built(project, "--only", "one").stderr
    told = built(project, "--json").stderr.splitlines()
    events = [json.loads(said) for said in told if "left_out" in said or "latest" in said]
    assert events == [{"slug": "one--last_year-2023", "parameter": "last_year", "asked": 2023, "latest": 2024}]
