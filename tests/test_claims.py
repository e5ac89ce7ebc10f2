"""Every number and statement of the strategy stands on a page, in both languages, and leads to the strategy.

What the strategy says was read in its text and is written here by hand, so that neither the data nor the pages
can be wrong together without a test that fails.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import html
from lxml.html import HtmlElement

from evaluation.parameters import read_review
from evaluation.sources import Tables

ROOT = Path(__file__).parent.parent
REVIEW = ROOT / "parameters" / "review.yml"
LANGUAGES = ("en", "fr")
STRATEGY = "Stratégie ontarienne de lutte contre la traite des personnes, 2025–2030"
WINDOW = {"en": "December 2021 to February 2023", "fr": "décembre 2021 à février 2023"}
FISCAL = {"en": "2021-22 to 2023-24", "fr": "2021-2022 à 2023-2024"}
PLAN = {"en": "2025 to 2030", "fr": "2025 à 2030"}
NOW = {"en": "2025", "fr": "2025"}
NO_PERIOD = {"en": "period not stated", "fr": "période non précisée"}

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Claim:
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
    Claim(6, "200", "more-than", "on average in a year", "en moyenne par an", NO_PERIOD),
    Claim(7, "2", "exact", "already serving", "déjà en service", NOW),
    Claim(7, "1", "exact", "still planned", "encore prévue", NOW),
    Claim(9, "29000", "more-than", "People served by the funded", "Personnes servies par les organismes", FISCAL),
    Claim(10, "52", "exact", "Organizations funded by", "Organismes financés par", FISCAL),
    Claim(11, "65", "exact", "Joint force: investigations", "Équipe mixte : enquêtes", WINDOW),
    Claim(12, "61", "exact", "Joint force: victims assisted", "Équipe mixte : victimes aidées", WINDOW),
    Claim(13, "72", "exact", "human trafficking charges", "accusations de traite des personnes", WINDOW),
    Claim(14, "167", "exact", "Joint force: other charges", "Équipe mixte : autres accusations", WINDOW),
    Claim(15, "28", "exact", "Joint force: persons charged", "Équipe mixte : personnes accusées", WINDOW),
    Claim(16, "5", "exact", "Planned activities for awareness", "Activités prévues pour la sensibilisation", PLAN),
    Claim(16, "4", "exact", "Planned activities for protection", "Activités prévues pour la protection", PLAN),
    Claim(16, "8", "exact", "Planned activities for support", "Activités prévues pour le soutien", PLAN),
    Claim(16, "5", "exact", "Planned activities for accountability", "prévues pour la responsabilisation", PLAN),
    Claim(17, "3", "exact", "New improvements for awareness", "améliorations pour la sensibilisation", PLAN),
    Claim(17, "2", "exact", "New improvements for protection", "améliorations pour la protection", PLAN),
    Claim(17, "1", "exact", "New improvements for support", "améliorations pour le soutien", PLAN),
    Claim(17, "1", "exact", "New improvements for accountability", "pour la responsabilisation", PLAN),
    Claim(18, "7", "at-least", "for children and youth", "pour les enfants et les jeunes", PLAN),
    Claim(18, "6", "at-least", "for Indigenous people", "pour les Autochtones", PLAN),
    Claim(19, "4", "exact", "Expected results of the second", "Résultats attendus de la deuxième", PLAN),
    Claim(19, "2", "exact", "Final aims of the second", "Finalités de la deuxième", PLAN),
    Claim(19, "6", "exact", "Groups said to benefit", "Groupes à qui", PLAN),
)
# Words of each statement's row on the page of evidence: n01 to n19 in order, then s_a to s_g.
NUMBERED = (
    ("Money announced for the second strategy", "Somme annoncée pour la deuxième stratégie"),
    ("The first strategy was reviewed", "La première stratégie a fait l’objet d’un examen"),
    ("Ministries named as partners", "Ministères nommés comme partenaires"),
    ("Objectives of the second strategy", "Objectifs de la deuxième stratégie"),
    ("Front-line workers who completed training", "Personnel de première ligne ayant suivi la formation"),
    ("Children and youth at risk served", "Enfants et jeunes à risque servis"),
    ("Response teams for children at risk", "Équipes d’intervention pour enfants à risque, en service"),
    ("School boards with a protocol", "Conseils scolaires dotés d’un protocole"),
    ("People served by the funded organizations", "Personnes servies par les organismes financés"),
    ("Organizations funded by", "Organismes financés par"),
    ("Investigations by the joint force", "Enquêtes de l’équipe mixte"),
    ("Victims assisted by the joint force", "Victimes aidées par l’équipe mixte"),
    ("Human trafficking charges laid", "Accusations de traite des personnes portées"),
    ("Other charges laid", "Autres accusations portées"),
    ("Persons charged by the joint force", "Personnes accusées par l’équipe mixte"),
    ("Planned activities under each objective", "Activités prévues pour chaque objectif"),
    ("New improvements under each objective", "Nouvelles améliorations pour chaque objectif"),
    ("Services listed for children and youth", "Services énumérés pour les enfants et les jeunes"),
    ("Expected results, final aims and groups", "Résultats attendus, finalités et groupes"),
)
UNNUMBERED = (
    ("fastest-growing crimes", "progressent le plus vite"),
    ("mostly sexual exploitation", "surtout de l’exploitation sexuelle"),
    ("largest total investment of its kind", "plus grand investissement total de ce genre"),
    ("made significant progress", "accompli des progrès importants"),
    ("volume of cases in the province", "volume de cas dans la province"),
    ("mostly unreported", "le plus souvent non signalé"),
    ("Indigenous women and girls", "femmes et les filles autochtones"),
)
VERDICTS = {
    "en": {
        "Reproduced from another source",
        "Consistent",
        "Only a bound can be given",
        "Conflict between sources",
        "Not checkable from public data",
    },
    "fr": {
        "Même nombre dans une autre source",
        "Rien de publié ne dit le contraire",
        "Seule une borne peut être donnée",
        "Conflit entre sources",
        "Vérification impossible avec les données publiques",
    },
}


Pages = dict[tuple[str, str], HtmlElement]


@pytest.fixture(scope="session")
def pages(built_review: Callable[[str], Path]) -> Pages:
    """Every page of the review: (language, name of the file) to its document."""
    folder = built_review("review")
    files = [(language, path) for language in LANGUAGES for path in sorted((folder / language).glob("*.html"))]
    return {(language, path.stem): html.fromstring(path.read_text(encoding="utf-8")) for language, path in files}


def words(element: HtmlElement) -> str:
    """An element's text on one line, no-break spaces as plain ones."""
    return " ".join(element.text_content().replace("\u202f", " ").split())


def test_every_chapter_has_a_page_in_both_languages(pages: Pages) -> None:
    slugs = {run.slug for run in read_review(REVIEW, ROOT / "notebooks", Tables(ROOT / "data")).runs}
    assert {(language, name) for language in LANGUAGES for name in (*slugs, "index")} == set(pages)


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
    wanted = (getattr(claim, language), STRATEGY, claim.period[language])
    assert [row for row in rows if all(part in words(row) for part in wanted)], [words(row) for row in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_a_number_leads_to_one_row(language: str, pages: Pages) -> None:
    for (its_language, name), page in pages.items():
        targets = {data.getparent().get("href") for data in page.xpath(".//main//a/data")}
        inside = {target for target in targets if target.startswith("#")} if its_language == language else set()
        assert all(len(page.xpath(f'.//table//tr[@id="{target[1:]}"]')) == 1 for target in inside), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_month_of_the_review_is_a_date(language: str, pages: Pages) -> None:
    month = {"en": "May 2024", "fr": "mai 2024"}[language]
    dates = pages[language, "strategy_at_a_glance"].xpath('.//main//p/time[@datetime="2024-05"]')
    assert [words(date) for date in dates] == [month]
    assert month in words(pages[language, "evidence"].xpath('.//section[@data-table="numbers_checked"]//tbody/tr')[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_school_boards_are_taken_up(language: str, pages: Pages) -> None:
    said = {"en": "All school boards", "fr": "Tous les conseils scolaires"}[language]
    assert said.lower() in words(pages[language, "strategy_at_a_glance"].find(".//main")).lower()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("table", "statements"), [("numbers_checked", NUMBERED), ("statements_checked", UNNUMBERED)])
def test_each_statement_has_one_verdict(
    table: str, statements: tuple[tuple[str, str], ...], language: str, pages: Pages
) -> None:
    page = pages[language, "evidence"]
    rows = page.xpath(f'.//section[@data-table="{table}"]//tbody/tr')
    heads = [words(head) for head in page.xpath(f'.//section[@data-table="{table}"]//thead//th')]
    position = heads.index({"en": "Verdict", "fr": "Verdict"}[language])
    assert len(rows) == len(statements)
    for statement in statements:
        mine = [row for row in rows if statement[LANGUAGES.index(language)] in words(row[0])]
        assert len(mine) == 1, statement
        assert words(mine[0][position]) in VERDICTS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_verdict_leads_to_a_page_that_is_there(language: str, pages: Pages) -> None:
    links = pages[language, "evidence"].xpath(".//section[@data-table]//tbody//a[contains(@href, '.html')]")
    assert len(links) == len(NUMBERED) + len(UNNUMBERED)
    assert {(language, link.get("href").removesuffix(".html")) for link in links} <= set(pages)


TAKEN_UP = (
    ("reports_and_incidence", "fastest-growing crimes", "progressent le plus vite"),
    ("reported_incidents", "mostly sexual exploitation", "surtout de l’exploitation sexuelle"),
    ("strategy_at_a_glance", "largest total investment", "plus grand investissement total"),
    ("results_framework", "made significant progress", "progrès importants"),
    ("reported_incidents", "growing volume of cases", "volume croissant de cas"),
    ("reports_and_incidence", "mostly unreported", "le plus souvent non signalée"),
    ("results_framework", "Indigenous women and girls", "femmes et les filles autochtones"),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_statement_speaks_of_it(language: str, pages: Pages) -> None:
    rows = pages[language, "evidence"].xpath('.//section[@data-table="statements_checked"]//tbody/tr')
    for row, (name, *said) in zip(rows, TAKEN_UP, strict=True):
        assert [link.get("href") for link in row.xpath('.//a[contains(@href, ".html")]')] == [f"{name}.html"]
        assert said[LANGUAGES.index(language)] in words(pages[language, name].find(".//main"))


PROSE = "self::p or self::li or self::h1 or self::h2 or self::h3 or self::figcaption"
# Not prose: a drawing, whose numbers stand in its table, and the size of a file beside its name.
OUTSIDE = "ancestor::details or ancestor::table or ancestor::footer"
NOT_WORDS = "ancestor::*[local-name()='svg'] or ancestor::a[@download]"
MARKED = "ancestor-or-self::data or ancestor-or-self::time or ancestor-or-self::*[@data-name]"


def typed_digits(page: HtmlElement) -> list[str]:
    """Digits of the prose that are neither a number with an origin, nor a date, nor part of a name."""
    texts = page.xpath(f".//main//*[{PROSE}][not({OUTSIDE})]//text()[not({NOT_WORDS})]")
    unmarked = [text for text in texts if not text.getparent().xpath(f"boolean({MARKED})") or text.is_tail]
    return [
        str(text).strip()
        for text in unmarked
        if re.search(r"\d", text) and not (text.is_tail and text.getparent().getparent().xpath(f"boolean({MARKED})"))
    ]


def test_digits_in_prose_are_seen() -> None:
    page = html.fromstring(
        '<html><main><p><data value="1">1</data> 2 <time>3</time></p><p><span data-name="law">4 <b>5</b> 6</span></p>'
        "<details><p>7</p></details><table><tr><td><p>8</p></td></tr></table><ul><li>9</li></ul></main></html>"
    )
    assert typed_digits(page) == ["2", "9"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_digit_of_the_prose_is_typed(language: str, pages: Pages) -> None:
    found = {name: typed_digits(page) for (its, name), page in pages.items() if its == language}
    assert {name: digits for name, digits in found.items() if digits} == {}


def numbers(page: HtmlElement) -> Counter[tuple[str | None, ...]]:
    """What a machine reads of every number of a page."""
    attributes = ("value", "data-bound", "data-low", "data-high")
    return Counter(tuple(map(data.get, attributes)) for data in page.iter("data"))


def test_english_and_french_say_the_same_numbers(pages: Pages) -> None:
    for name in {name for _, name in pages}:
        english, french = (numbers(pages[language, name]) for language in LANGUAGES)
        assert english == french, (name, english - french, french - english)
        assert name == "index" or english
