"""The interactive part of a page: whole without script, and with it sentences, numbers and mark that follow."""

import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import small
from by_hand import Notebook
from playwright.sync_api import Browser, Page
from small import DATA

from evaluation.audit.browser import open_browser
from evaluation.chapters import reports_explored
from evaluation.chapters.detection.identification import DetectionBounds, incidence_ratio
from evaluation.methods.counts import VARIANCE_FACTOR
from evaluation.numbers.figures import Figures


@cache
def scenarios() -> Any:
    """Every series of the tests' tables, worked out once."""
    return reports_explored.scenarios(Figures(DATA), small.ran("uncertainty")[0]["pairs"], 0.95)


def notebook(monkeypatch: pytest.MonkeyPatch, *, brief: bool = False, case: bool = False) -> Notebook:
    book = Notebook(monkeypatch)
    cases = ("\n\n- A case.", "\n\n- Un cas.") if case else ("", "")
    book.prose(f"# A title\n\nAn answer.{cases[0]}", f"# Un titre\n\nUne réponse.{cases[1]}")
    asked = {"place": "Canada", "definition": "all_human_trafficking", "years": (2021, 2024), "level": 0.95}
    reports_explored.explorer(book.chapter, "try", scenarios(), **asked, brief=brief)
    return book


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_is_hidden_without_script_and_says_its_caveat(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    html = notebook(monkeypatch).page(language)
    (part,) = re.findall(r"<section data-explorer=.*?</section>", html, re.DOTALL)
    assert " hidden " in part.split(">")[0]
    assert 'data-caveat="reports-are-not-incidence"' in part
    controls = re.findall(r'<(?:select|input)[^>]* id="([^"]+)"', part)
    assert len(controls) == 5
    assert all(f'<label for="{control}">' in part for control in controls)
    assert 'aria-live="polite"' in part
    name = {"en": "Plane of change: reports across", "fr": "Plan de l’évolution : affaires déclarées"}[language]
    assert re.search(rf'<svg role="img" aria-label="{name}[^"]*"[^>]*><title>{name}', part.replace("\u00a0", " "))
    assert "aria-hidden" not in part
    if language == "fr":
        assert not re.search(r"Known|Earlier|Detection|Trafficking|Try it", re.sub(r"data-[a-z]+=\"[^\"]*\"", "", part))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page in both languages, with the part in full and, as ``brief-en.html`` and so on, in brief."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as monkeypatch:
        for brief in (False, True):
            book = notebook(monkeypatch, brief=brief, case=True)
            for language in ("en", "fr"):
                (folder / f"{'brief-' * brief}{language}.html").write_text(book.page(language), encoding="utf-8")
    return folder


Opens = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, written: Path) -> Iterator[Opens]:
    """What opens one of the written pages; the browser's console is to stay without an error."""
    errors: list[str] = []

    def open_page(name: str = "en", *, script: bool = True) -> Page:
        page = browser.new_context(java_script_enabled=script).new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto((written / f"{name}.html").as_uri())
        return page

    yield open_page
    assert errors == []


def shown_words(page: Page, part: str = "told") -> str:
    return page.locator(f'[data-part="{part}"]').inner_text()


@pytest.mark.slow
class TestInABrowser:
    def test_neither_comparison_stands_without_the_other_and_each_names_its_releases(self, opened: Opens) -> None:
        page = opened()
        page.select_option('[data-field="first-year"]', "2022")
        words = shown_words(page)
        # 597 to 608 in one release is 0.7912 to 1.3110; 528 to 608 as first released 0.8872 to 1.4945.
        assert "between a fall of 20.9% and a rise of 31.1% within one release (July 29, 2025);" in words
        assert "between a fall of 11.3% and a rise of 49.5% as first released (" in words
        for part in ("person", "needed"):
            assert "within one release" in shown_words(page, part)
            assert "as first released" in shown_words(page, part)
        assert page.get_attribute('[data-mark="beside"]', "visibility") == "visible"

    @pytest.mark.parametrize("wrong", ["", *(pytest.param(share, marks=pytest.mark.long) for share in ("0", "101"))])
    def test_a_share_that_is_none_gives_no_number(self, opened: Opens, wrong: str) -> None:
        page = opened()
        page.fill('[data-field="earlier"]', wrong)
        assert shown_words(page) == "A share must be a number above 0 and at most 100."
        assert shown_words(page, "person") == shown_words(page, "needed") == ""
        assert page.get_attribute('[data-field="earlier"]', "aria-invalid") == "true"
        assert page.get_attribute('[data-mark="dot"]', "visibility") == "hidden"


# What the sentence of the sliders says, by what the annex's interval leaves open for the same shares.
SAID = {
    "en": {
        "rose": "trafficking would have risen by {low}% to {high}%.",
        "fell": "trafficking would have fallen by {low}% to {high}%.",
        "open": "no one could tell whether trafficking rose or fell: "
        "somewhere between a fall of {low}% and a rise of {high}%.",
        "doubled": "trafficking would have more than doubled.",
    },
    "fr": {
        "rose": "la traite aurait augmenté de {low} % à {high} %.",
        "fell": "la traite aurait diminué de {low} % à {high} %.",
        "open": "on ne pourrait dire si la traite a augmenté ou diminué : "
        "la variation se situerait entre une baisse de {low} % et une hausse de {high} %.",
        "doubled": "la traite aurait plus que doublé.",
    },
}
IF = {
    "en": "If police knew of {}% of incidents in 2021 and of {}% in 2024, ",
    "fr": "Si la police avait eu connaissance de {} % des affaires en 2021 et de {} % en 2024, ",
}


def outward(end: float, way: Callable[[float], int]) -> str:
    """An end of an interval as whole per cents; one of less than one to a tenth, so that no change is of nothing."""
    return f"{way(end)}" if end >= 1 else f"{way(end * 10) / 10:g}"


def conclusion(earlier: int, later: int, language: str) -> str:
    """The sentence that two shares, in per cent, lead to: 555 and 608 incidents by the annex's method."""
    bounds = DetectionBounds.of_shares(earlier, later)
    ratio = incidence_ratio(555, 608, bounds, level=0.95, variance_factor=VARIANCE_FACTOR)
    down, up = (ratio.low - 1) * 100, (ratio.high - 1) * 100
    ends = {
        "rose": (outward(down, math.floor), outward(up, math.ceil)),
        "fell": (outward(-up, math.floor), outward(-down, math.ceil)),
        "open": (outward(-down, math.ceil), outward(up, math.ceil)),
    }
    change = "rose" if ratio.low > 1 else "fell" if ratio.high < 1 else "open"
    low, high = (end.replace(".", {"en": ".", "fr": ","}[language]) for end in ends[change])
    kind = "doubled" if ratio.low >= 2 else change
    return IF[language].format(earlier, later) + SAID[language][kind].format(low=low, high=high)


SENTENCES = """(step) => {
    const fields = ["earlier", "later"].map((name) => document.querySelector(`[data-field="${name}"]`));
    const said = {}, from = +fields[0].min, to = +fields[0].max;
    for (let earlier = from; earlier <= to; earlier += step) for (let later = from; later <= to; later += step) {
        [fields[0].value, fields[1].value] = [earlier, later];
        fields[0].dispatchEvent(new Event("input"));
        said[`${earlier} ${later}`] = document.querySelector('[data-part="told"]').textContent;
    }
    return said;
}"""


# Each sentence in `make long`, and some while somebody works.
SHARES = [("fr", 4), *(pytest.param(language, 1, marks=pytest.mark.long) for language in ("en", "fr"))]


@pytest.mark.slow
class TestTheBriefOne:
    @pytest.mark.parametrize(("language", "step"), SHARES)
    def test_every_sentence_is_what_the_annex_concludes(self, language: str, step: int, opened: Opens) -> None:
        page = opened(f"brief-{language}")
        sentences = {key: re.sub(r"\s", " ", sentence) for key, sentence in page.evaluate(SENTENCES, step).items()}
        shares = range(5, 26, step)
        expected = {f"{first} {second}": conclusion(first, second, language) for first in shares for second in shares}
        assert sentences == expected
        assert {"en": "would have more than doubled", "fr": "aurait plus que doublé"}[language] in sentences["25 5"]

    def test_the_dots_follow_and_the_share_stands_at_the_thumb(self, opened: Opens) -> None:
        page = opened("brief-en")
        dots, filled = '[data-dots="{}"] circle', '[data-dots="{}"] circle[fill="#0b5fa5"]'
        count = {name: page.locator(dots.format(name)).count() for name in ("earlier", "later")}
        assert count == {"earlier": 111, "later": 101}  # 555 / 10% and 608 / 12%, fifty incidents a dot
        assert page.locator(filled.format("earlier")).count() == 11
        assert shown_words(page, "earlier-counts") == "5,550 incidents, 555 reported"
        at = page.locator('[data-thumb="earlier"] text').bounding_box() or {}
        page.focus('[data-field="earlier"]')
        page.keyboard.press("End")
        assert page.locator(dots.format("earlier")).count() == 44  # 555 / 25%
        assert page.locator(filled.format("earlier")).count() == 11
        assert page.locator('[data-thumb="earlier"]').text_content() == "25%"
        assert (page.locator('[data-thumb="earlier"] text').bounding_box() or {})["x"] > at["x"] + 100
        assert page.get_attribute('[data-field="earlier"]', "aria-valuetext") == "25%"
        assert "Chance is counted in; later revisions are not." in shown_words(page, "small")

    def test_the_worked_cases_stand_beside_the_sliders_and_without_them(self, opened: Opens) -> None:
        page = opened("brief-en")
        assert page.locator("[data-explorer]").is_visible()
        assert (page.get_by_text("A case.").bounding_box() or {})["height"] > 10
        page.emulate_media(media="print")
        assert page.get_by_text("A case.").is_visible()
        page = opened("brief-en", script=False)
        assert not page.locator("[data-explorer]").is_visible()
        assert page.get_by_text("A case.").is_visible()
