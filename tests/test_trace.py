"""`evaluation trace`: each place of a number, its formula, its inputs down to publications and cells of data/."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import small
from click.testing import Result
from small import ROOT

from evaluation.numbers.figure import make_figure
from evaluation.numbers.sensitivity import Range
from evaluation.pages import numbers_file
from evaluation.pages.blocks import list_blocks, parse_html
from evaluation.questions import falsified, trace
from evaluation.questions.trace import BuiltReview, number_in


@pytest.fixture(scope="module")
def review(whole_review: Path) -> BuiltReview:
    return BuiltReview(whole_review, ROOT / "data")


def number_of(review: BuiltReview, asked: str) -> dict[str, Any]:
    (match,) = trace.numbers_meant(review, asked)
    return match


def asked(folder: Path, *arguments: str) -> Result:
    return small.asked("trace", *arguments, "--output", folder)


@pytest.mark.slow
def test_a_published_number_leads_to_its_publication_and_its_cell(review: BuiltReview) -> None:
    number = number_of(review, "people_served")
    assert number["source"]["address"].startswith("https://www.ontario.ca/")
    assert number["place_in_source"]["en"]
    assert number["cell"]["file"] == "data/figures.csv"
    assert (number["cell"]["column"], number["cell"]["text"]) == ("value", "29000")
    assert number["cell"]["cells"]["figure"] == "people_served"
    assert number["caveats"]["people-may-be-counted-twice"]["fr"]


@pytest.mark.slow
def test_each_place_of_a_number_is_named_in_both_languages_and_its_words_lead_back_to_it(review: BuiltReview) -> None:
    stands = number_of(review, "people_served")["stands"]
    for language, words in (("en", "more than 29,000"), ("fr", "plus de 29 000")):
        sentences = {place["page"]: place["sentence"] for place in stands if place["language"] == language}
        assert sentences.keys() >= {f"{language}/index.html", f"{language}/people_served.html"}
        sentence = sentences[f"{language}/people_served.html"]
        assert words in sentence.lower()
        assert "people_served" in {match["id"] for match in trace.numbers_meant(review, sentence.upper())}


def test_a_number_is_told_with_its_own_sentence() -> None:
    first = "In 2023 there were <a href='#from-a'><data value='3'>3</data></a>."
    page = list_blocks(parse_html(f"<p>{first} Then <a href='#from-b'><data>3</data></a>.</p>".encode()))
    (row,) = numbers_file.sentence_rows("x", [{"id": "b"}], {"en": page})
    assert (row["sentence"], row["numbers"]) == ("Then 3.", ["b"])


@pytest.mark.parametrize(
    ("text", "value", "rest"),
    [("72", 72, ""), ("29,000", 29000, ""), ("29 000", 29000, ""), ("29\u202f000", 29000, ""), ("12,3 %", 12.3, ""),
     ("345 millions $", 345e6, ""), ("$345 million", 345e6, ""), ("307 M$", 307e6, ""), ("−3.5%", -3.5, ""),
     ("3,142", 3142, ""), ("0,125", 0.125, ""), ("(72)", 72, ""),
     ("72 charges", 72, "charges"), ("345 millions de dollars", 345e6, "de dollars"),
     ("plus de 29 000 personnes", 29000, "plus de personnes"),
     ("seventy", None, "seventy"),
     ("2021-22", 2021, "22"), ("", None, ""), ("-", None, ""),
     ("2.3.4", None, "2 3 4"), ("from 41 to 503", 41, "from to 503")],
)  # fmt: skip
def test_a_number_is_asked_for_as_it_is_written(text: str, value: float | None, rest: str) -> None:
    number, left = number_in(text)
    assert (number, trace.plain_words(left)) == (value, rest)


SERVED = ("Plus de 29\u202f000 personnes", "plus de 29 000 PERSONNES", "29,000", "more than 29,000 people",
          "29,000 clients", "served, some perhaps")  # fmt: skip


@pytest.mark.slow
def test_a_number_the_words_around_it_and_those_of_titles_and_conclusions_lead_to_it(review: BuiltReview) -> None:
    for text in SERVED:
        ids = {row["id"] for row in trace.numbers_meant(review, text)}
        assert "people_served" in ids, text
        also = {"models"} if text.startswith("29") else set()  # a model of hidden people gives 29,000 too
        assert {name.partition(".")[0] for name in ids} <= {"people_served"} | also or "29" not in text, text
    assert "ijfs_trafficking_charges" in {row["id"] for row in trace.numbers_meant(review, "72")}
    rose = {row["id"] for row in trace.numbers_meant(review, "Criminal Code reports up")}
    assert rose >= {f"trafficking_1525_canada_{year}_2025_incidents" for year in (2009, 2024)}
    assert [text for text in ("-", "--", "…", "«", " ", "zzz", "9 9 9 9 9") if trace.numbers_meant(review, text)] == []


@pytest.mark.slow
def test_words_are_found_whatever_their_accents_apostrophes_and_case(review: BuiltReview) -> None:
    for words in ("causes de traite réglées", "CAUSES DE TRAITE REGLEES", "l'Ontario", "l’ontario"):
        assert trace.numbers_meant(review, words), words
    assert [row["id"] for row in trace.numbers_meant(review, "Population, Ont")] == []


@pytest.mark.slow
def test_a_calculated_number_has_its_inputs_below_it_as_a_tree_or_as_json(review: BuiltReview) -> None:
    number = number_of(review, "rise")
    assert [part["id"] for part in number["inputs"]] == ["strategy_investment_2020", "strategy_investment_2025"]
    assert all(part["source"]["address"] for part in number["inputs"])
    assert number["formula"][0] == "counting"
    result = asked(review.folder.parent, "rise")
    assert result.exit_code == 0
    assert "└─ strategy_investment_2025 = more than $345 million (published)" in result.stdout
    as_json = asked(review.folder.parent, "rise", "--json")
    assert json.loads(as_json.stdout)["inputs"][1]["cell"]["text"] == "345000000"


@pytest.mark.slow
def test_nothing_found_names_the_nearest(review: BuiltReview) -> None:
    result = asked(review.folder.parent, "people_servd")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nearest: people_served" in result.stderr
    page = asked(review.folder.parent, "results_framework")
    assert "allowed: results_framework:NAME, a number of that page" in page.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("content", [None, "", "[]", '{"numbers": 1}', '{"numbers": [], "claims": []}'])
def test_without_a_built_review_it_says_how(tmp_path: Path, content: str | None) -> None:
    (tmp_path / "review").mkdir()
    if content is not None:
        (tmp_path / "review" / "numbers.json").write_text(content)
    result = asked(tmp_path, "72")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "; allowed: a built one: evaluation build" in result.stderr


@pytest.mark.slow
def test_flips_are_told_by_page_by_name_and_by_words(review: BuiltReview) -> None:
    every = trace.claims_meant(review, "")
    assert every == review.contents["claims"]
    rose = next(
        claim for claim in trace.claims_meant(review, "criminal code REPORTS UP") if claim["run"] == "more_reports"
    )
    assert rose in trace.claims_meant(review, "more_reports")
    assert rose in trace.claims_meant(review, rose["name"])
    assert rose in trace.claims_meant(review, rose["numbers"][0])
    sentence, falsified = trace.claim_lines(trace.with_ranges(review, rose), "en")
    named = f"more_reports:{rose['name']} [reports_last > reports_first]"
    assert sentence.startswith(f"{named}: “Canada: Criminal Code reports up")
    assert falsified.startswith(
        "  no longer true if Police-reported trafficking in persons, Criminal Code, Canada, 2024"
    )
    assert falsified.endswith("were 41 or lower (it is 503)")
    missed = asked(review.folder.parent, "--flips", "words of no sentence")
    assert (missed.exit_code, "a sentence with a claim (--flips alone lists them)" in missed.stderr) == (1, True)


@pytest.mark.parametrize("label", ["Prices", "Prices, Ontario"])
def test_a_range_names_the_place_of_its_number_once(label: str) -> None:
    prices = make_figure("138", "victims", name=label, place="Ontario", period="2020")
    span = Range(prices, "higher", Fraction(140), Fraction(1380), True)
    (sentence,) = falsified.ranges_in_words([span], "en")
    assert sentence.startswith("no longer true if Prices, Ontario, 2020 were 140 or higher")


@pytest.mark.slow
def test_a_question_waits_for_no_grammar_of_addresses() -> None:
    code = "import sys, evaluation.questions.trace; sys.exit('rfc3987_syntax.syntax_helpers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
