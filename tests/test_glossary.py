"""The words of the field, and where something was looked for: a page of their own in each language, and on each page
those that it uses."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import small
from by_hand import Notebook
from lxml import html as markup
from small import DATA, ROOT, Make

from evaluation.building.manifest import BuiltFolder
from evaluation.language import LANGUAGES
from evaluation.numbers.lists import ReferenceLists
from evaluation.numbers.quantity import Quantity
from evaluation.pages import glossary, searches
from evaluation.pages.errors import PageError
from evaluation.records.prose import Values

ENTRY = {
    "term": "rate", "term_en": "Rate", "term_fr": "Taux", "also_en": "per person; so many", "also_fr": "",
    "meaning_en": "How many for section 118 & others.", "meaning_fr": "Combien selon l’article 118.",
}  # fmt: skip
OTHER = ENTRY | {"term": "served", "term_en": "Served person", "term_fr": "Équipe mixte", "meaning_en": "A person."}


def test_every_entry_says_what_it_means_once_in_each_language() -> None:
    entries = glossary.entries(ReferenceLists(DATA))
    assert len(entries) >= 25
    for language in LANGUAGES:
        words = ";".join(f"{e[f'term_{language}']};{e[f'also_{language}']}" for e in entries).split(";")
        terms = [word.strip().lower() for word in words if word]
        assert len(set(terms)) == len(terms), sorted(word for word in terms if terms.count(word) > 1)
        assert all(e[f"meaning_{language}"].endswith((".", ").")) for e in entries)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_is_found_by_its_words(language: str) -> None:
    matching = {"en": ["The rate rose.", "RATES rose", "a rate-card, pirate", "So  many\nof them", "per\u00a0person"],
             "fr": ["Le taux."]}[language]  # fmt: skip
    other = {"en": ["operate, a birth-rate, pirate, separately", "Le taux."], "fr": ["The rate"]}[language]
    assert [text for text in matching + other if glossary.mentions(ENTRY, text, language)] == matching
    assert glossary.mentions(OTHER, "les équipes mixtes", "fr")
    assert [entry["term_fr"] for entry in glossary.sort_alphabetically([ENTRY, OTHER], "fr")] == [
        "Équipe mixte",
        "Taux",
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "La criminalité fondée sur l’incident"), ("fr", "Le résultat l’est aussi"), ("en", "A model’s result"),
     ("en", "Text of the release"), ("fr", "Selon la publication")],
)  # fmt: skip
def test_a_word_in_another_sense_leads_to_no_entry(language: str, text: str) -> None:
    every = glossary.entries(ReferenceLists(ROOT / "data"))
    assert [entry["term"] for entry in every if glossary.mentions(entry, text, language)] == []


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch, number: Make) -> Notebook:
    book = Notebook(monkeypatch)
    book.notebook.metadata["evaluation"]["glossary"] = [ENTRY, OTHER]
    book.chapter.record(served=number(Quantity.exact(3), name="served"))
    book.prose("# A rate of {served}\n\nAn answer.", "# Un titre de {served}\n\nUne réponse.")
    return book


def test_a_page_folds_the_words_that_it_uses(book: Notebook) -> None:
    page = markup.fromstring(book.page("en"))
    (fold,) = page.xpath('//details[@id="words"]')
    assert "open" not in fold.attrib
    assert [row.text_content() for row in fold.xpath(".//tbody//th")] == ["Rate"]
    assert fold.xpath("string(.//td)") == "How many for section 118 & others."
    assert fold.xpath("string(.//td/span/@data-name)") == "name"  # digits of a law, typed by nobody
    assert page.xpath('//header//a[@href="glossary.html"]')
    assert not markup.fromstring(book.page("fr")).xpath('//details[@id="words"]')


@pytest.mark.slow
def test_a_review_has_pages_of_words_and_of_searches_that_follow_a_changed_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = small.project(tmp_path, monkeypatch, count=1)
    small.built(review)
    folder = tmp_path / "outputs" / "small"
    outputs = json.loads((folder / "manifest.json").read_text())["outputs"]
    assert {f"{lang}/{name}.html" for lang in LANGUAGES for name in ("glossary", searches.PAGE)} <= set(outputs)
    assert BuiltFolder(folder).foreign_entries == []
    words, looked = (
        markup.fromstring((folder / "fr" / f"{name}.html").read_text(encoding="utf-8"))
        for name in ("glossary", searches.PAGE)
    )
    assert len(words.xpath("//tbody/tr")) == len(glossary.entries(ReferenceLists(DATA)))
    assert words.xpath("string(//html/@lang)") == "fr-CA"
    assert words.xpath('//a[@href="../en/glossary.html"][@hreflang="en-CA"]')
    assert looked.xpath("//tbody/tr/@id") == [
        f"search-{entry['search']}" for entry in searches.entries(ReferenceLists(DATA))
    ]
    assert max(entry["date"] for entry in searches.entries(ReferenceLists(DATA))) in looked.xpath(
        "//main/p/time/@datetime"
    )

    small.edit(tmp_path / "data", "glossary", "rate", meaning_en="Another meaning.")
    small.edit(tmp_path / "data", "searches", searches.entries(ReferenceLists(DATA))[0]["search"], came_en="Nothing.")
    small.built(review)
    for name, text in (("glossary", "Another meaning."), (searches.PAGE, "Nothing.")):
        assert text in (folder / "en" / f"{name}.html").read_text(encoding="utf-8")


EN = "# A finding\n\nAn answer. [We found no figures](#search-spending) on it."
FR = "# Un constat\n\nUne réponse. [Nous n’avons trouvé aucun chiffre](#search-spending) à ce sujet."


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    book = Notebook(monkeypatch)
    book.notebook.metadata["evaluation"]["searches"] = searches.entries(ReferenceLists(DATA))
    return book


def rows_of(page: Any) -> list[str]:
    return [str(row_id) for row_id in page.xpath('//details[@id="searches"]//tr/@id')]


@pytest.mark.parametrize(("language", "words"), [("en", "We found no figures"), ("fr", "Nous n’avons trouvé aucun")])
def test_prose_leads_to_a_row_folded_on_the_page(searched: Notebook, language: str, words: str) -> None:
    searched.prose(EN, FR)
    page = markup.fromstring(searched.page(language))
    (link,) = page.xpath('//p[@class="answer"]/a[@href="#search-spending"]')
    assert link.text.startswith(words)
    assert rows_of(page) == ["search-spending"]
    row = page.get_element_by_id("search-spending").text_content()
    entry = next(entry for entry in searches.entries(ReferenceLists(DATA)) if entry["search"] == "spending")
    for part in ("asked", "where", "opened", "came"):
        assert entry[f"{part}_{language}"] in row
    assert page.xpath('//header//a[@href="where-we-looked.html"]')


def test_a_caveat_that_misses_something_leads_to_its_row(searched: Notebook) -> None:
    searched.prose("# A finding\n\nAn answer.", "# Un constat\n\nUne réponse.")
    searched.chapter.show_caveats("announced-is-not-spent", "nominal-dollars")
    page = markup.fromstring(searched.page())
    assert rows_of(page) == ["search-spending"]
    assert page.xpath('//li[@id="note-announced-is-not-spent"]/a/@href') == ["#search-spending", "#care-title"]
    assert page.xpath('//li[@id="note-nominal-dollars"]/a/@href') == ["#care-title"]  # where it is said in brief


def test_texts_of_tables_lead_there_too_and_files_hold_their_words_alone(searched: Notebook) -> None:
    searched.prose("# A finding\n\nAn answer.", "# Un constat\n\nUne réponse.")
    cell = {"en": "[Not found](#search-court_outcomes) here.", "fr": "[Introuvable](#search-court_outcomes) ici."}
    frame = pd.DataFrame({"what": [{"en": "A thing", "fr": "Une chose"}], "why": [cell]})
    heads = {"what": {"en": "What", "fr": "Quoi"}, "why": {"en": "Why", "fr": "Pourquoi"}}
    searched.chapter.table("a", frame, title={"en": "A table", "fr": "Un tableau"}, heads=heads)
    html = searched.page("fr")
    page = markup.fromstring(html)
    assert page.xpath('string(//section//a[@href="#search-court_outcomes"])') == "Introuvable"
    assert rows_of(page) == ["search-court_outcomes"]
    assert Values("fr").text(cell) == "Introuvable ici."


def test_a_link_to_no_row_is_refused_with_the_nearest(searched: Notebook) -> None:
    searched.prose(EN.replace("spending", "spendings"), FR)
    with pytest.raises(PageError, match=r"'spendings'.*spending"):
        searched.page()
