"""Every number and statement of the strategy stands on a page, in both languages, and leads to the strategy.

What the strategy says was read in its text and is written here by hand, so that neither the data nor the pages
can be wrong together without a test that fails.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from lxml.html import HtmlElement
from small import ROOT, Row, read_table

from evaluation.data.sources import Tables
from evaluation.pages.notebook import read_executed

LANGUAGES = ("en", "fr")
# A page cites the edition in its own language.
STRATEGY = {
    "en": "Ontario's anti-human trafficking strategy 2025-2030",
    "fr": "Stratégie ontarienne de lutte contre la traite des personnes, 2025–2030",
}

PERIODS = {
    "window": {"en": "December 2021 to February 2023", "fr": "décembre 2021 à février 2023"},
    "fiscal": {"en": "2021-22 to 2023-24", "fr": "2021-2022 à 2023-2024"},
    "plan": {"en": "2025 to 2030", "fr": "2025 à 2030"},
    "now": {"en": "2025", "fr": "2025"},
    "no_period": {"en": "period not stated", "fr": "période non précisée"},
}
# A number of the strategy: its row in the list of claims, what counts, words of its row of origin, and its period.
CLAIMS = read_table(ROOT / "tests" / "fixtures" / "claims.csv")

pytestmark = pytest.mark.slow


Pages = dict[tuple[str, str], HtmlElement]


@pytest.fixture(scope="session")
def pages(whole_review: Path) -> Pages:
    """Every page of the review: (language, name of the file) to its document."""
    files = [(language, path) for language in LANGUAGES for path in sorted((whole_review / language).glob("*.html"))]
    return {(language, path.stem): html.fromstring(path.read_text(encoding="utf-8")) for language, path in files}


def words(element: HtmlElement) -> str:
    """An element's text on one line, no-break spaces as plain ones."""
    return " ".join(element.text_content().replace("\u202f", " ").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cell_names_publications_in_the_language_of_its_page(language: str, pages: Pages) -> None:
    """But both editions of one publication that stand side by side."""
    survey = {"en": "[Survey: review", "fr": "[Sondage : examen"}[language]
    (cell,) = pages[language, "evidence"].xpath('//section[@data-table="statements_checked"]//td[count(.//cite) > 2]')
    titles = [words(title) for title in cell.findall(".//cite")]
    assert set(titles[:2]) == set(STRATEGY.values())
    assert [title.startswith(survey) for title in titles[2:]] == [True]


@pytest.mark.sampled(6)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"row {claim['row']}: {claim['en']}")
def test_a_number_of_the_strategy_leads_to_the_strategy(claim: Row, language: str, pages: Pages) -> None:
    asked = './/main//a[starts-with(@href, "#from-")][data[@value="{value}"][@data-bound="{bound}"]]'.format(**claim)
    targets = [
        (page, link.get("href")[1:])
        for (its_language, name), page in pages.items()
        if its_language == language and name not in ("index", "evidence")
        for link in page.xpath(asked)
    ]
    rows = [row for page, target in targets for row in page.xpath(f'.//table//tr[@id="{target}"]')]
    wanted = (claim[language], STRATEGY[language], PERIODS[claim["period"]][language])
    assert [row for row in rows if all(part in words(row) for part in wanted)], [words(row) for row in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_verdict_leads_to_a_page_that_has_its_numbers(language: str, pages: Pages, tables: Tables) -> None:
    of_text = {" ".join(row[f"text_{language}"].split()): row for row in tables.rows("statements")}
    links = [
        link
        for table in ("lists_counted", "statements_checked")
        for row in pages[language, "evidence"].xpath(f'.//section[@data-table="{table}"]//tbody/tr')
        for link in row.xpath(".//a[contains(@href, '.html')][not(contains(@href, ':'))]")
    ]
    assert len(links) == len(of_text)
    for link in links:
        row = of_text[words(link.xpath("ancestor::tr")[0][0])]
        page = pages[language, link.get("href").removesuffix(".html")]
        assert [name for name in row["figures"].split() if not page.xpath(f'.//tr[@id="from-{name}"]')] == []


def test_a_sentence_to_copy_that_has_a_number_says_of_where(pages: Pages) -> None:
    lists = [of for page in pages.values() for of in page.xpath('.//main//p[.="Safe to say" or .="On peut dire"]')]
    sentences = [words(item) for of in lists for item in of.getnext().xpath("li[.//data]")]
    assert len(sentences) > 20
    assert [sentence for sentence in sentences if not re.search(r"Canada|Ontario|ontarien", sentence)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["index", "more_reports"])
def test_the_key_sentence_opens_the_page_with_its_invented_picture(name: str, language: str, pages: Pages) -> None:
    key = {"en": "number alone cannot say whether", "fr": "ne dit pas si la traite"}[language]
    assert key in words(pages[language, name].xpath('.//*[contains(@class, "answer")]')[0])
    picture = words(pages[language, name].xpath(".//main//section[@data-chart='from_outside']")[0])
    assert {"en": "(invented numbers)", "fr": "(chiffres fictifs)"}[language] in picture
    assert {"en": "estimate", "fr": "estimation"}[language] not in picture


# What stands in the other language where an edition in the page's own exists.
OTHER_EDITION = {
    "en": r"ontario\.ca/fr/page/|-fra\.htm",
    "fr": r"ontario\.ca/page/ontarios-anti|statcan\.gc\.ca\S*-eng\.htm|/tbl1/en/",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_cites_the_edition_of_its_language(language: str, pages: Pages) -> None:
    """In text, charts and tables; the list of sources alone also names the edition that the numbers were read in,
    and the evidence that two editions conflict names both."""
    allowed = "ancestor::*[starts-with(@id, 'source-')] or ancestor::section[@data-table='statements_checked']"
    asked = f".//main//cite/a[not({allowed})]"
    for (its_language, name), page in pages.items():
        addresses = [a.get("href") for a in page.xpath(asked) if its_language == language]
        assert [address for address in addresses if re.search(OTHER_EDITION[language], address)] == [], name


def figures_recorded(thing: Any) -> Iterator[str]:
    """The names of the published figures in a notebook's records."""
    if isinstance(thing, dict):
        if "source" in thing and "name" in thing:
            yield str(thing["name"])
        thing = list(thing.values())
    for part in thing if isinstance(thing, list) else ():
        yield from figures_recorded(part)


def test_each_figure_is_shown_or_the_codebook_says_why_not(whole_review: Path, tables: Tables) -> None:
    notebooks = sorted((whole_review / "notebooks").glob("*.ipynb"))
    outputs = [cell.get("outputs", []) for path in notebooks for cell in read_executed(path).cells]
    shown = {name for output in outputs for name in figures_recorded(output)}
    known = {row["figure"] for row in tables.rows("figures")}
    codebook = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    section = codebook.split("## Figures that no page shows\n", 1)[1].split("\n## ", 1)[0]
    listed = set(re.findall(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)`", section))
    assert known - shown - listed == set(), "used nowhere and not named in data/README.md"
    assert listed & shown == set(), "named in data/README.md as shown nowhere, but shown"
    assert listed <= known, "named in data/README.md, but no figure"
