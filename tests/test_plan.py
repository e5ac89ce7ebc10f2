"""What is out of date is made, and nothing else; what is made is the same however it came about."""

import json
import random
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest
import small
from small import asked, output_of, planned

from evaluation import language
from evaluation.building import inputs, make, publisher

pytestmark = pytest.mark.slow  # builds reviews, again and again

RUNS = ["one", "one--decimals-1"]


def change(review: Path, old: str, new: str) -> None:
    small.rewrite(review.parents[1] / "notebooks" / "one.ipynb", old, new)


@pytest.fixture
def no_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on a notebook that runs fails the test."""

    def refuse(*_: Any) -> None:
        raise AssertionError("a notebook was to run")

    monkeypatch.setattr(make.Runs, "run", refuse)


def test_a_build_with_nothing_to_do_changes_nothing(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "start", None)
    before = {path: path.stat().st_mtime_ns for path in output_of(built).rglob("*")}
    result = asked("build", built)
    assert result.exit_code == 0, result.output
    assert {path: path.stat().st_mtime_ns for path in output_of(built).rglob("*")} == before


WORDS = {"The answer.": "The answer, in other words.", "La réponse.": "La réponse, autrement dit."}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (WORDS, "changed: notebooks/one.ipynb (text)"),
        ({'"fr": "one"': '"fr": "un"'}, "changed: title, date or place in the review"),
    ],
)
def test_changed_words_run_no_notebook(built: Path, no_runs: None, words: dict[str, str], reason: str) -> None:
    for old, new in words.items():
        change(built, old if '"' in old else json.dumps(old)[1:-1], new)
    assert planned(built) == [reason, reason]
    result = asked("build", built)
    assert result.exit_code == 0, result.output
    assert planned(built) == ["up-to-date", "up-to-date"]
    if words is WORDS:
        pages = [path.read_text(encoding="utf-8") for path in sorted(output_of(built).glob("*/one.html"))]
        assert [new in page for page, new in zip(pages, words.values(), strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("files", "changed"),
    [
        (
            ["numbers/measures.py", "records/serialization.py", "charts/legibility.py", "runs/engine.py", "a_new.py"],
            [True, False],
        ),
        (["building/build.py", "pages/page.py", "pages/templates/a.j2", "language/locale/fr/a.po"], [False, True]),
        (["audit/words.py", "cli/__init__.py", "__main__.py", "questions/trace.py"], [False, False]),
    ],
    ids=["numbers may depend on it", "it only publishes", "it makes no page"],
)
def test_which_key_a_file_of_the_package_is_in(
    files: list[str], changed: list[bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In that of analysis, or in that of pages, or in none."""
    shutil.copytree(inputs.PACKAGE, tmp_path / "package", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(inputs, "PACKAGE", tmp_path / "package")
    for file in files:
        before = [*inputs.package_hashes.__wrapped__().values()]
        (tmp_path / "package" / file).write_text("another")
        after = [*inputs.package_hashes.__wrapped__().values()]
        assert [old != new for old, new in zip(before, after, strict=True)] == changed, file


def test_a_run_more_runs_alone_and_its_neighbour_leads_to_it(built: Path) -> None:
    modified = (output_of(built) / "en" / "one.html").stat().st_mtime_ns
    small.rewrite(built, "[0, 1]", "[0, 1, 2]")
    assert planned(built) == ["up-to-date", "changed: title, date or place in the review", "new"]
    result = asked("build", built)
    assert "one--decimals-2: done" in result.stderr
    assert 'rel="next" href="one--decimals-2.html"' in (output_of(built) / "en" / "one--decimals-1.html").read_text()
    assert (output_of(built) / "en" / "one.html").stat().st_mtime_ns == modified


def test_a_page_that_is_gone_is_made_good_from_the_store(built: Path, no_runs: None) -> None:
    whole = small.hashes(output_of(built))
    (output_of(built) / "fr" / "one.html").unlink()
    assert planned(built) == ["changed: fr/one.html", "up-to-date"]
    assert "[2/2] one: from the store" in asked("build", built).stderr
    assert small.hashes(output_of(built)) == whole


def test_what_comes_from_the_store_is_what_a_run_gives(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = asked("build", built, "--output", str(tmp_path / "stored"))
    assert stored.stderr.count("from the store") == 2
    monkeypatch.setenv("EVALUATION_STORE", str(tmp_path / "another"))
    made = asked("build", built, "--output", str(tmp_path / "made"))
    assert made.stderr.count(": done") == 2
    assert small.hashes(tmp_path / "stored" / "small") == small.hashes(output_of(built))
    assert small.hashes(tmp_path / "made" / "small") == small.hashes(output_of(built))


def test_another_french_word_in_a_joined_label_stands_on_the_page_and_runs_nothing(
    review: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "chapter = review.open()\nfrom evaluation.numbers import measures\n"
    code += "label = measures.with_words('Period', 'Place')\n"
    code += "chapter.record(n=measures.without_origin('n', label, 3, 'people', 'Period'))"
    prose = {"en": "# A finding\n\nThe answer is {n}.", "fr": "# Un constat\n\nLa réponse est {n}."}
    small.notebook(tmp_path / "notebooks" / "one.ipynb", code, prose=prose)
    page = small.output_of(small.built(review)) / "fr" / "one.html"
    known = language.catalogue()
    assert f"<td>{known['Period']}, {known['Place']}<br>" in page.read_text()
    monkeypatch.setattr(language, "catalogue", lambda: known | {"Place": "Endroit"})
    stored = asked("build", review, "--output", str(tmp_path / "stored"))
    assert stored.stderr.count("from the store") == 2
    assert f"<td>{known['Period']}, Endroit<br>" in (tmp_path / "stored" / "small" / "fr" / "one.html").read_text()


def test_a_build_after_a_failed_one_goes_on_from_what_was_finished(review: Path, tmp_path: Path) -> None:
    cured = f"Path({str(tmp_path / 'cured')!r}).exists()"
    change(
        review,
        "chapter = review.open()",
        f"chapter = review.open()\\nfrom pathlib import Path\\nassert not decimals or {cured}",
    )
    failed = asked("build", review)
    assert failed.exit_code == 1
    assert f"{RUNS[1]}:4:-: found AssertionError" in failed.stderr
    (tmp_path / "cured").touch()
    mended = asked("build", review)
    assert mended.exit_code == 0, mended.output
    assert "one: from the store" in mended.stderr
    assert f"{RUNS[1]}: done" in mended.stderr


def test_events_for_programs(built: Path) -> None:
    change(built, "2024", "2023")
    lines = [json.loads(line) for line in asked("build", built, "--json").stderr.splitlines() if line.startswith("{")]
    assert {line["run"] for line in lines} == set(RUNS)
    assert [(line["state"], line["ended"], line["total"]) for line in lines] == [("done", 1, 2), ("done", 2, 2)]


@pytest.mark.parametrize("command", ["list", "plan", "build"])
def test_a_start_imports_nothing_large(built: Path, command: str) -> None:
    out, error = small.start(built, command=command).communicate()
    assert out.splitlines()[-1] == "IMPORTED", error


@pytest.mark.long
@pytest.mark.linux
def test_an_interrupt_ends_soon_and_keeps_what_was_finished(review: Path, tmp_path: Path) -> None:
    token = f"TOKEN-{tmp_path}-interrupt"
    fast = f"os.path.exists({str(tmp_path / 'fast')!r})"
    slow = f"chapter = review.open()\\nimport os, time\\ntime.sleep(100 if decimals and not {fast} else 0)"
    change(review, "chapter = review.open()", slow)
    build = small.start(review, TOKEN=token)
    assert build.stderr
    assert any("one: done" in line for line in build.stderr)  # a machine may have warnings of its own before it
    build.send_signal(signal.SIGINT)
    began = time.monotonic()
    assert build.wait() == 130
    assert time.monotonic() - began < 2 * small.busy()
    assert small.all_end(token, 0.5 * small.busy())
    (tmp_path / "fast").touch()
    again = asked("build", review)
    assert "one: from the store" in again.stderr
    assert again.exit_code == 0, again.output


@pytest.mark.linux
@pytest.mark.long
def test_kills_at_any_moment_leave_no_wrong_page(review: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    assert small.start(review, "--output", str(clean), EVALUATION_STORE=str(tmp_path / "s0")).wait() == 0
    chance, store = random.Random(5), str(tmp_path / "s1")
    for attempt in range(20):
        token = f"TOKEN-{tmp_path}-{attempt}"
        build = small.start(review, "--output", str(tmp_path / "out"), EVALUATION_STORE=store, TOKEN=token)
        time.sleep(chance.uniform(0.1, 2.5))
        victims = small.processes_with(token)
        for victim in [chance.choice(victims)] if victims else []:
            small.kill(victim)
        build.communicate()
        assert small.all_end(token, 2 * small.busy())
        stands = tmp_path / "out" / "small"
        assert not stands.exists() or small.hashes(stands) == small.hashes(clean / "small")
        if chance.random() < 0.5:
            for folder in ("out", "s1"):
                shutil.rmtree(tmp_path / folder, ignore_errors=True)
    assert small.start(review, "--output", str(tmp_path / "out"), EVALUATION_STORE=store).wait() == 0
    assert small.hashes(tmp_path / "out" / "small") == small.hashes(clean / "small")
