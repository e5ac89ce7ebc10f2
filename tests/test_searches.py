"""Each "not found" leads to where it was looked for: a row folded on the page itself, and a page with all rows."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from by_hand import Notebook
from lxml import html as markup
from small import DATA, mistakes_in

from evaluation.numbers.lists import Lists
from evaluation.pages import searches
from evaluation.pages.model import PageError
from evaluation.records.prose import Values

EN = "# A finding\n\nAn answer. [We found no figures](#search-spending) on it."
FR = "# Un constat\n\nUne réponse. [Nous n’avons trouvé aucun chiffre](#search-spending) à ce sujet."


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    book = Notebook(monkeypatch)
    book.notebook.metadata["evaluation"]["searches"] = searches.entries(Lists(DATA))
    return book


def rows_of(page: Any) -> list[str]:
    return [str(found) for found in page.xpath('//details[@id="searches"]//tr/@id')]


@pytest.mark.parametrize(("language", "words"), [("en", "We found no figures"), ("fr", "Nous n’avons trouvé aucun")])
def test_prose_leads_to_a_row_folded_on_the_page(book: Notebook, language: str, words: str) -> None:
    book.prose(EN, FR)
    page = markup.fromstring(book.page(language))
    (link,) = page.xpath('//p[@class="answer"]/a[@href="#search-spending"]')
    assert link.text.startswith(words)
    assert rows_of(page) == ["search-spending"]
    row = page.get_element_by_id("search-spending").text_content()
    entry = next(entry for entry in searches.entries(Lists(DATA)) if entry["search"] == "spending")
    for part in ("asked", "where", "opened", "came"):
        assert entry[f"{part}_{language}"] in row
    assert page.xpath('//header//a[@href="where-we-looked.html"]')


def test_a_caveat_that_misses_something_leads_to_its_row(book: Notebook) -> None:
    book.prose("# A finding\n\nAn answer.", "# Un constat\n\nUne réponse.")
    book.chapter.show_caveats("announced-is-not-spent", "nominal-dollars")
    page = markup.fromstring(book.page())
    assert rows_of(page) == ["search-spending"]
    assert page.xpath('//li[@id="note-announced-is-not-spent"]/a/@href') == ["#search-spending"]
    assert not page.xpath('//li[@id="note-nominal-dollars"]/a')


def test_texts_of_tables_lead_there_too_and_files_hold_their_words_alone(book: Notebook) -> None:
    book.prose("# A finding\n\nAn answer.", "# Un constat\n\nUne réponse.")
    cell = {"en": "[Not found](#search-court_outcomes) here.", "fr": "[Introuvable](#search-court_outcomes) ici."}
    frame = pd.DataFrame({"what": [{"en": "A thing", "fr": "Une chose"}], "why": [cell]})
    heads = {"what": {"en": "What", "fr": "Quoi"}, "why": {"en": "Why", "fr": "Pourquoi"}}
    book.chapter.table("a", frame, title={"en": "A table", "fr": "Un tableau"}, heads=heads)
    html = book.page("fr")
    page = markup.fromstring(html)
    assert page.xpath('string(//section//a[@href="#search-court_outcomes"])') == "Introuvable"
    assert rows_of(page) == ["search-court_outcomes"]
    words = Values("fr").text(cell)
    assert words == "Introuvable ici."


def test_a_link_to_no_row_is_refused_with_the_nearest(book: Notebook) -> None:
    book.prose(EN.replace("spending", "spendings"), FR)
    with pytest.raises(PageError, match=r"'spendings'.*spending"):
        book.page()


def test_data_that_lead_to_no_row_are_refused(data: Path) -> None:
    path = data / "glossary.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("We found no measure", "[We found](#search-detections) no measure"), encoding="utf-8")
    (problem,) = mistakes_in(data, "glossary")
    assert (problem.column, Path(problem.file).name) == ("meaning_en", "glossary.csv")
    assert "detection" in problem.found
