"""`evaluation trace`: each place of a number, its formula, its inputs down to publications and cells of data/."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import small
from click.testing import Result
from small import ROOT

from evaluation.cli import main
from evaluation.questions import conclusions, trace
from evaluation.questions.trace import BuiltReview, number_in, prose_of, sentence

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def review(built_review: Callable[[str], Path]) -> BuiltReview:
    return BuiltReview(built_review("review"), ROOT / "data")


def one(review: BuiltReview, asked: str) -> dict[str, Any]:
    (found,) = trace.asked(review, asked)
    return found


def asked(folder: Path, *arguments: str) -> Result:
    return small.asked("trace", *arguments, "--output", folder)


def test_a_published_number_leads_to_its_publication_and_its_cell(review: BuiltReview) -> None:
    found = one(review, "people_served")
    assert found["source"]["address"].startswith("https://www.ontario.ca/")
    assert found["place_in_source"]["en"]
    assert found["cell"]["file"] == "data/figures.csv"
    assert (found["cell"]["column"], found["cell"]["text"]) == ("value", "29000")
    assert found["cell"]["cells"]["figure"] == "people_served"
    assert found["caveats"]["people-may-be-counted-twice"]["fr"]


def test_each_place_is_named_in_both_languages(review: BuiltReview) -> None:
    stands = one(review, "people_served")["stands"]
    for language, words in (("en", "more than 29,000"), ("fr", "plus de 29\u00a0000")):
        own = [place for place in stands if place["language"] == language]
        assert f"{language}/people_served.html" in {place["page"] for place in own}
        assert f"{language}/index.html" in {place["page"] for place in own}  # the page that opens the review
        assert f"{language}/people_served.html#chart-people_by_group" in {place["page"] for place in own}
        assert all(words.replace("\u00a0", " ") in p["sentence"] for p in own if p["sentence"].startswith(words[:4]))


def test_every_number_that_prose_links_is_found_where_it_stands(review: BuiltReview) -> None:
    linked = 0
    for run in review.runs:
        for language in ("en", "fr"):
            blocks = review.prose(run, language)
            for name, row in review.runs[run].items():
                if any(f'href="#from-{name}"' in block for block in blocks):
                    linked += 1
                    found = trace.asked(review, f"{run}:{name}")[0]["stands"]
                    assert any(p["page"].startswith(f"{language}/") and p["sentence"] for p in found), (run, row["id"])
    assert linked > 300


def test_a_calculated_number_has_its_inputs_below_it(review: BuiltReview) -> None:
    found = one(review, "rise")
    assert [part["id"] for part in found["inputs"]] == ["strategy_investment_2020", "strategy_investment_2025"]
    assert all(part["source"]["address"] for part in found["inputs"])
    assert found["formula"][0] == "counting"


@pytest.mark.parametrize(
    ("text", "value"),
    [("72", 72), ("29,000", 29000), ("29 000", 29000), ("12,3 %", 12.3), ("$345 million", 345e6), ("307 M$", 307e6),
     ("−3.5%", -3.5), ("3,142", 3142), ("2021-22", None), ("seventy", None), ("", None)],
)  # fmt: skip
def test_a_number_is_asked_for_as_it_is_written(text: str, value: float | None) -> None:
    assert number_in(text) == value


def test_a_written_number_gives_every_number_that_it_may_be(review: BuiltReview) -> None:
    assert "ijfs_trafficking_charges" in {found["id"] for found in trace.asked(review, "72")}
    assert {found["id"] for found in trace.asked(review, "29,000")} == {"people_served"}


def test_words_of_a_sentence_give_its_numbers(review: BuiltReview) -> None:
    place = next(p for p in one(review, "people_served")["stands"] if p["language"] == "fr" and p["sentence"])
    assert "people_served" in {found["id"] for found in trace.asked(review, place["sentence"].upper())}


def test_words_of_a_conclusion_give_the_numbers_that_chose_them(review: BuiltReview) -> None:
    below = {f"trafficking_1525_canada_{years}_2025_incidents" for years in (2009, 2024)}
    assert below <= {row["id"] for row in trace.asked(review, "Police reports rose")}


def test_words_of_a_title_give_its_numbers(review: BuiltReview) -> None:
    assert "people_served" in {row["id"] for row in trace.asked(review, "served, some perhaps")}


def test_a_sentence_is_cut_from_its_block() -> None:
    block = 'One. Then <a href="#from-a"><data value="2">2</data></a> came. Three.'
    assert sentence(block, 'href="#from-a"') == "Then 2 came."
    assert prose_of("<p>a<svg><text>b</text></svg>c</p><table><td>d</td></table>") == "<p>ac</p>"


def test_the_command_tells_a_tree_or_json(review: BuiltReview) -> None:
    told = asked(review.folder.parent, "rise")
    assert told.exit_code == 0
    assert "└─ strategy_investment_2025 = more than 345,000,000 cad (published)" in told.stdout
    as_json = asked(review.folder.parent, "rise", "--json")
    assert json.loads(as_json.stdout)["inputs"][1]["cell"]["text"] == "345000000"


def test_nothing_found_names_the_nearest(review: BuiltReview) -> None:
    told = asked(review.folder.parent, "people_servd")
    assert (told.exit_code, told.stdout) == (1, "")
    assert "nearest: people_served" in told.stderr
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize("content", [None, "", "[]", '{"numbers": 1}'])
def test_without_a_built_review_it_says_how(tmp_path: Path, content: str | None) -> None:
    (tmp_path / "review").mkdir()
    if content is not None:
        (tmp_path / "review" / "numbers.json").write_text(content)
    told = asked(tmp_path, "72")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "found no built review; allowed: a built one: evaluation build" in told.stderr


def test_it_imports_nothing_heavy(review: BuiltReview) -> None:
    code = "import sys; from evaluation.cli import main; import evaluation.questions.trace; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert not {"pandas", "numpy", "altair", "nbconvert", "scipy", "jinja2"} & set(told.stdout.split())


def test_flips_are_told_by_page_by_name_and_by_words(review: BuiltReview) -> None:
    every = conclusions.asked(review, "")
    assert len(every) == len(review.whole["claims"])
    (course,) = conclusions.asked(review, "canada_course")
    assert course in conclusions.asked(review, "findings")
    assert course in conclusions.asked(review, "police reports ROSE")
    first, rule, *changes = conclusions.lines_of(course, "en")
    assert rule.startswith('  rule: ["direction", ')
    assert first.startswith("findings:canada_course [rose]: “Police reports rose.")
    assert changes == [
        f"  if {flip['input']} were {conclusions.decimal(flip['value'])} or {flip['way']}: unchanged, then fell"
        for flip in course["flips"]
    ]


def test_the_page_says_what_would_change_its_title(review: BuiltReview) -> None:
    for language, words in (("en", "or lower"), ("fr", "ou moins")):
        page = (review.folder / language / "reported_incidents.html").read_text(encoding="utf-8")
        (fold,) = re.findall("<details data-flips>.*?</details>", page, re.DOTALL)
        assert "2.2" in fold.replace("2,2", "2.2")
        assert words in fold


def test_the_command_tells_what_would_change_a_conclusion(review: BuiltReview) -> None:
    told = asked(review.folder.parent, "--flips", "reported_incidents", "--json")
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    assert {row["run"] for row in rows} == {"reported_incidents"}
    assert asked(review.folder.parent, "--flips", "nothing of this kind").exit_code == 1


def test_every_command_of_the_docs_answers(review: BuiltReview, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "docs" / "questioning.md").read_text(encoding="utf-8")
    commands = re.findall(r"^evaluation (trace.*)$", text, re.MULTILINE)
    assert len(commands) == 7
    for command in commands:
        arguments = [*shlex.split(command), "--output", str(review.folder.parent)]
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0, command
        assert capsys.readouterr().out
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    exec(code.replace("outputs/review", str(review.folder)), told := {})
    assert len(told["numbers"]) == len(review.whole["numbers"])
