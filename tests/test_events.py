"""An event of data/ is a year with an origin: prose, charts and origins name it as they do a published number."""

import re

import altair as alt
import pandas as pd
import pytest
from by_hand import Notebook

from evaluation.numbers.figures import Figures, NoFigure
from evaluation.numbers.frames import FigureArray


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    return Notebook(monkeypatch)


def told(book: Notebook, language: str) -> str:
    """A page whose prose names the year of the counting rule."""
    book.chapter.record(rule=book.chapter.event("founded_rule_2018"))
    book.prose("# A finding\n\nA rule of {rule}.\n\nWhat?", "# Un constat\n\nUne règle de {rule}.\n\nQuoi?")
    return book.page(language)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_prose_leads_from_the_year_of_a_rule_to_its_publication(book: Notebook, language: str) -> None:
    html = told(book, language)
    assert re.search(r'<a href="#from-event_founded_rule_2018"[^>]*><data [^>]*>2018</data></a>', html)
    row = html.split('<tr id="from-event_founded_rule_2018">')[1].split("</tr>")[0]
    ending = {"en": "eng", "fr": "fra"}[language]
    assert f"/85-002-x/2018001/article/54973-{ending}.htm" in row
    assert '<time datetime="2018-07-12">' in row


def test_an_unknown_event_is_refused_with_the_nearest() -> None:
    with pytest.raises(NoFigure, match="founded_rule_2018"):
        Figures().event("founded_rule")


def test_a_rule_drawn_on_a_series_is_among_the_sources_of_the_chart(book: Notebook) -> None:
    widened = book.chapter.event("founded_rule_2018")
    own = book.chapter.frame("police_reported").query("definition == 'trafficking_1525' and place == 'Canada'")
    own = own.sort_values(["year", "vintage"]).groupby("year").tail(1)
    rules = pd.DataFrame({"year": [int(widened.start)], "when": FigureArray([widened])})
    rule = alt.Chart(rules).mark_rule(strokeDash=[4, 4]).encode(x="year:O", detail="when:Q")
    line = alt.Chart(own).mark_line(point=True).encode(x=alt.X("year:O", title=None), y="incidents:Q")
    texts = {"title": {"en": "Up", "fr": "Hausse"}, "subtitle": {"en": "Incidents", "fr": "Affaires"}}
    texts |= {"description": {"en": "A line.", "fr": "Une ligne."}}
    book.chapter.chart("line", rule + line, **texts)
    html = told(book, "en")
    assert "#source-statcan_founded_2018" in html.split('<p class="source">')[1].split("</p>")[0]
    assert 'id="from-event_founded_rule_2018"' in html
