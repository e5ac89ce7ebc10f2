"""Warnings by rank: once for a page, beside a chart, or in its line of notes; each in full on the page."""

import re
from collections.abc import Callable

import pytest
from by_hand import Notebook
from small import DATA, bars

from evaluation.numbers.figures import Figures
from evaluation.numbers.publication import Caveat
from evaluation.numbers.quantity import Quantity
from evaluation.pages import caveats
from evaluation.pages.page import build_page

pytestmark = pytest.mark.sampled


def caveat(name: str, rank: str = "meaning") -> Caveat:
    return Caveat(name, {"en": f"{name} in full.", "fr": f"{name} en entier."}, {"en": name, "fr": name}, rank)


A, B, C, D = (caveat(name) for name in ("a-one", "b-two", "c-three", "d-four"))
ROUNDED, COPY = caveat("rounded", "precision"), caveat("copy", "provenance")
RISING = Caveat("rising-reports", "Reports rise.")


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ([], []),
        ([[A], [B], [A, C]], [A]),
        ([[A], [B], [C], [D], [A]], []),
        ([[A, B], [B]], [B, A]),
        ([[ROUNDED, A], [ROUNDED], [ROUNDED, A]], [A, ROUNDED]),
        ([[A, B, C, D]], [A, B, C]),
        ([[COPY, A], [COPY]], [A]),
        ([[RISING, A], [RISING, A]], [A]),
    ],
)
def test_the_box_holds_what_half_of_the_sections_oblige(sections: list[list[Caveat]], expected: list[Caveat]) -> None:
    assert caveats.boxed_caveats(sections) == expected


def test_every_short_form_has_twelve_words_at_most() -> None:
    for warning in Figures(DATA).caveats.values():
        for language in ("en", "fr"):
            words = [word for word in re.split(r"[ \u00a0]", warning.short[language]) if re.search(r"\w", word)]  # type: ignore[index]
            assert 0 < len(words) <= 12, warning
        assert warning.rank in caveats.RANKS


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.slow), "fr"])
def test_a_shared_warning_stands_once_and_leads_to_its_text(
    language: str, book: Notebook, number: Callable[..., object]
) -> None:
    title = {"en": "A chart", "fr": "Un graphique"}
    for name, obliged in {"own": (A, COPY, ROUNDED), "other": (A, B), "third": (A, C)}.items():
        chart = bars(number(Quantity.exact(5), name=name, caveats=obliged), name=[title])
        book.chapter.chart(f"chart_{name}", chart, title=title, subtitle=title, description=title)
    html = book.page(language)
    page = build_page(book.notebook, language)
    sections = dict(re.findall(r'<section data-chart="chart_(\w+)"(.*?)</section>', html, re.DOTALL))
    assert 'data-caveat="a-one"' not in "".join(sections.values())
    assert html.count('data-caveat="a-one"') == 1
    assert '<p class="caveat" data-caveat="b-two"><a href="#note-b-two">b-two</a></p>' in sections["other"]
    assert '<p class="caveat note" data-caveat="copy">' in sections["own"]
    for name in page.back.notes:
        assert html.count(f'id="note-{name}"') == 1
