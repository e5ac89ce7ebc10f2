"""Every number and statement of the strategy stands on a page, in both languages, and leads to the strategy.

What the strategy says was read in its text and is written here by hand, so that neither the data nor the pages
can be wrong together without a test that fails.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import html
from lxml.html import HtmlElement

from evaluation.data.sources import Tables
from evaluation.pages.page import read_executed

ROOT = Path(__file__).parent.parent
LANGUAGES = ("en", "fr")
# A page cites the edition in its own language.
STRATEGY = {
    "en": "Ontario's anti-human trafficking strategy 2025-2030",
    "fr": "Stratégie ontarienne de lutte contre la traite des personnes, 2025–2030",
}

WINDOW = {"en": "December 2021 to February 2023", "fr": "décembre 2021 à février 2023"}
FISCAL = {"en": "2021-22 to 2023-24", "fr": "2021-2022 à 2023-2024"}
PLAN, NOW = {"en": "2025 to 2030", "fr": "2025 à 2030"}, {"en": "2025", "fr": "2025"}
NO_PERIOD = {"en": "period not stated", "fr": "période non précisée"}

pytestmark = pytest.mark.slow


class Claim(NamedTuple):
    """One number of the strategy: its row in the list of claims, what counts, and words of its row of origin."""

    row: int
    value: str
    bound: str
    en: str
    fr: str
    period: dict[str, str]


CLAIMS = (
    Claim(1, "345000000", "more-than", "Second strategy: money", "Deuxième stratégie : somme", PLAN),
    Claim(3, "8", "at-least", "Ministries named", "Ministères nommés", NOW),
    Claim(4, "4", "exact", "Objectives of the second strategy", "Objectifs de la deuxième stratégie", PLAN),
    Claim(5, "1100", "exact", "Front-line workers trained", "Personnel de première ligne formé", NO_PERIOD),
    Claim(6, "200", "more-than", "per year, on average", "en moyenne par an", NO_PERIOD),
    Claim(7, "2", "exact", "already serving", "déjà en service", NOW),
    Claim(7, "1", "exact", "still planned", "encore prévue", NOW),
    Claim(9, "29000", "more-than", "People served by the funded", "servies par les organismes", FISCAL),
    Claim(10, "52", "exact", "Organizations funded by", "Organismes financés par", FISCAL),
    Claim(11, "65", "exact", "Joint team: investigations", "Équipe mixte : enquêtes", WINDOW),
    Claim(12, "61", "exact", "Joint team: victims assisted", "Équipe mixte : victimes aidées", WINDOW),
    Claim(13, "72", "exact", "human trafficking charges", "accusations de traite des personnes", WINDOW),
    Claim(14, "167", "exact", "Joint team: other charges", "Équipe mixte : autres accusations", WINDOW),
    Claim(15, "28", "exact", "Joint team: persons charged", "Équipe mixte : personnes accusées", WINDOW),
    Claim(16, "5", "exact", "Planned activities for awareness", "Activités prévues pour la sensibilisation", PLAN),
    Claim(16, "4", "exact", "Planned activities for protection", "Activités prévues pour la protection", PLAN),
    Claim(16, "8", "exact", "Planned activities for support", "Activités prévues pour le soutien", PLAN),
    Claim(16, "5", "exact", "Planned activities for accountability", "prévues pour la responsabilisation", PLAN),
    Claim(17, "3", "exact", "Improvements for awareness", "Améliorations pour la sensibilisation", PLAN),
    Claim(17, "2", "exact", "Improvements for protection", "Améliorations pour la protection", PLAN),
    Claim(17, "1", "exact", "Improvements for support", "Améliorations pour le soutien", PLAN),
    Claim(17, "1", "exact", "Improvements for accountability", "pour la responsabilisation", PLAN),
    Claim(18, "7", "at-least", "for children and youth", "pour les enfants et les jeunes", PLAN),
    Claim(18, "6", "at-least", "for Indigenous people", "pour les Autochtones", PLAN),
    Claim(19, "4", "exact", "Expected results of the second", "Résultats attendus de la deuxième", PLAN),
    Claim(19, "2", "exact", "Final aims of the second", "Finalités de la deuxième", PLAN),
    Claim(19, "6", "exact", "Groups ", "Groupes ", PLAN),
)


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
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"row {claim.row}: {claim.en}")
def test_a_number_of_the_strategy_leads_to_the_strategy(claim: Claim, language: str, pages: Pages) -> None:
    asked = f'.//main//a[starts-with(@href, "#from-")][data[@value="{claim.value}"][@data-bound="{claim.bound}"]]'
    found = [
        (page, link.get("href")[1:])
        for (its_language, name), page in pages.items()
        if its_language == language and name not in ("index", "evidence")
        for link in page.xpath(asked)
    ]
    rows = [row for page, target in found for row in page.xpath(f'.//table//tr[@id="{target}"]')]
    wanted = (getattr(claim, language), STRATEGY[language], claim.period[language])
    assert [row for row in rows if all(part in words(row) for part in wanted)], [words(row) for row in rows]


def table_rows(page: HtmlElement, table: str) -> list[HtmlElement]:
    return list(page.xpath(f'.//section[@data-table="{table}"]//tbody/tr'))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_of_the_strategy_is_verified_independently(language: str, pages: Pages) -> None:
    page = pages[language, "evidence"]
    said = {"en": "12 numbers, mostly their authors’ own counts: none independently confirmed"}
    said["fr"] = "12 chiffres, comptés surtout par leurs auteurs : aucun confirmé indépendamment"
    assert words(page.find(".//h1")) == said[language]
    # An independent source 0; repeated 7, loosely 3; none found 2; what stands behind none is left out.
    bars = page.xpath('.//section[@data-chart="behind_the_numbers"]//tbody/tr/td[1]')
    assert [words(bar) for bar in bars] == ["0", "7", "3", "2"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_verdict_leads_to_a_page_that_has_its_numbers(language: str, pages: Pages, tables: Tables) -> None:
    of_text = {" ".join(row[f"text_{language}"].split()): row for row in tables.rows("statements")}
    links = [
        link
        for table in ("numbers_checked", "lists_counted", "statements_checked")
        for row in table_rows(pages[language, "evidence"], table)
        for link in row.xpath(".//a[contains(@href, '.html')][not(contains(@href, ':'))]")
    ]
    assert len(links) == len(of_text)
    for link in links:
        row = of_text[words(link.xpath("ancestor::tr")[0][0])]
        page = pages[language, link.get("href").removesuffix(".html")]
        assert [name for name in row["figures"].split() if not page.xpath(f'.//tr[@id="from-{name}"]')] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["index", "more_reports"])
def test_the_key_sentence_opens_the_page_with_its_invented_picture(name: str, language: str, pages: Pages) -> None:
    key = {"en": "he number alone cannot say which.", "fr": "e nombre seul ne permet pas de trancher."}[language]
    assert key in words(pages[language, name].xpath('.//*[contains(@class, "answer")]')[0])
    picture = words(pages[language, name].xpath(".//main//section[@data-chart]")[0])
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
    allowed = "ancestor::*[starts-with(@id, 'source-')] or ancestor::section[@data-table='numbers_checked']"
    asked = f".//main//cite/a[not({allowed})]"
    for (its_language, name), page in pages.items():
        found = [a.get("href") for a in page.xpath(asked) if its_language == language]
        assert [address for address in found if re.search(OTHER_EDITION[language], address)] == [], name


def figures_recorded(thing: Any) -> Iterator[str]:
    """The names of the published figures in a notebook's records."""
    if isinstance(thing, dict):
        if "source" in thing and "name" in thing:
            yield str(thing["name"])
        thing = list(thing.values())
    for part in thing if isinstance(thing, list) else ():
        yield from figures_recorded(part)


def unshown(codebook: str) -> set[str]:
    """The figures that the codebook names as shown on no page."""
    section = codebook.split("## Figures that no page shows\n", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)`", section))


def test_each_figure_is_shown_or_the_codebook_says_why_not(whole_review: Path, tables: Tables) -> None:
    notebooks = sorted((whole_review / "notebooks").glob("*.ipynb"))
    outputs = [cell.get("outputs", []) for path in notebooks for cell in read_executed(path).cells]
    shown = {name for output in outputs for name in figures_recorded(output)}
    known = {row["figure"] for row in tables.rows("figures")}
    listed = unshown((ROOT / "data" / "README.md").read_text(encoding="utf-8"))
    assert known - shown - listed == set(), "used nowhere and not named in data/README.md"
    assert listed & shown == set(), "named in data/README.md as shown nowhere, but shown"
    assert listed <= known, "named in data/README.md, but no figure"


BOLD_LINES = ".//main//p[strong and not(text()[normalize-space()]) and count(*) = 1]"


def test_every_bold_line_has_something_under_it(pages: Pages) -> None:
    """What is safe to say, and what not: a point that a run has nothing for takes no other with it."""
    lines = [(*page, line) for page, document in pages.items() for line in document.xpath(BOLD_LINES)]
    assert {words(line) for *_, line in lines} >= {
        "Safe to say",
        "Not safe to say",
        "On peut dire",
        "On ne peut pas dire",
    }
    followed = {line: line.getnext() for *_, line in lines}
    assert [
        (language, name, words(line))
        for language, name, line in lines
        if followed[line] is None or followed[line].tag != "ul" or not followed[line].xpath("li")
    ] == []
