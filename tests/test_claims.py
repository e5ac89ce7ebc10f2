"""Every number and statement of the strategy stands on a page, in both languages, and leads to the strategy.

What the strategy says was read in its text and is written here by hand, so that neither the data nor the pages
can be wrong together without a test that fails.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from lxml.html import HtmlElement

from evaluation.data.sources import Tables
from evaluation.pages.page import read_notebook
from evaluation.reviews.review_file import read_review

ROOT = Path(__file__).parent.parent
REVIEW = ROOT / "parameters" / "review.yml"
LANGUAGES = ("en", "fr")
# A page cites the edition in its own language.
STRATEGY = {
    "en": "Ontario's anti-human trafficking strategy 2025-2030",
    "fr": "Stratégie ontarienne de lutte contre la traite des personnes, 2025–2030",
}
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
# Words of each statement's row on the page of evidence: what it states as a number, in lists, and in words.
NUMBERED = (
    ("Money announced for the second strategy", "Somme annoncée pour la deuxième stratégie"),
    ("The first strategy was reviewed", "La première stratégie a fait l’objet d’un examen"),
    ("Front-line workers who completed training", "Personnel de première ligne ayant suivi la formation"),
    ("Children and youth at risk served", "Enfants et jeunes à risque ayant reçu des services"),
    ("Response teams for children at risk", "Équipes d’intervention pour enfants à risque, en service"),
    ("School boards with a protocol", "Conseils scolaires dotés d’un protocole"),
    ("People served by the funded organizations", "Personnes servies par les organismes financés"),
    ("Organizations funded by", "Organismes financés par"),
    ("Investigations by the joint team", "Enquêtes de l’équipe mixte"),
    ("Victims assisted by the joint team", "Victimes aidées par l’équipe mixte"),
    ("Human trafficking charges laid", "Accusations de traite des personnes portées"),
    ("Other charges laid", "Autres accusations portées"),
    ("Persons charged by the joint team", "Personnes accusées par l’équipe mixte"),
)
LISTED = (
    ("Ministries named as partners", "Ministères nommés comme partenaires"),
    ("Objectives of the second strategy", "Objectifs de la deuxième stratégie"),
    ("Planned activities under each objective", "Activités prévues pour chaque objectif"),
    ("Improvements under each objective", "Améliorations pour chaque objectif"),
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
KINDS = {"en": ("Number", "Bound", "List", "Words"), "fr": ("Chiffre", "Borne", "Liste", "Énoncé non chiffré")}
VERDICTS = {
    "en": (
        "Independent source",
        "Repeated, not confirmed",
        "Sources in conflict",
        "Other sources leave it open",
        "No second source found",
        "Not checked here",
    ),
    "fr": (
        "Source indépendante",
        "Repris, non confirmé",
        "Sources divergentes",
        "Les autres sources ne tranchent pas",
        "Aucune autre source trouvée",
        "Non examiné ici",
    ),
}
TABLES = {"numbers_checked": NUMBERED, "lists_counted": LISTED, "statements_checked": UNNUMBERED}
# Kind and verdict of each row by their place in the lists above: read from the texts, not from the data.
PLACED = {
    "numbers_checked": ((1, 1), (0, 2), (0, 1), (1, 1), (0, 1), (0, 4), (1, 4), (0, 4), *((0, 1),) * 5),
    "lists_counted": ((2, 5),) * 6,
    "statements_checked": ((3, 5), (3, 3), (3, 5), (3, 4), (3, 3), (3, 0), (3, 5)),
}


Pages = dict[tuple[str, str], HtmlElement]


@pytest.fixture(scope="session")
def folder(built_review: Callable[[str], Path]) -> Path:
    return built_review("review")


@pytest.fixture(scope="session")
def pages(folder: Path) -> Pages:
    """Every page of the review: (language, name of the file) to its document."""
    files = [(language, path) for language in LANGUAGES for path in sorted((folder / language).glob("*.html"))]
    return {(language, path.stem): html.fromstring(path.read_text(encoding="utf-8")) for language, path in files}


def words(element: HtmlElement) -> str:
    """An element's text on one line, no-break spaces as plain ones."""
    return " ".join(element.text_content().replace("\u202f", " ").split())


def test_every_chapter_has_a_page_in_both_languages(pages: Pages) -> None:
    slugs = {run.slug for run in read_review(REVIEW, ROOT / "notebooks", Tables(ROOT / "data")).runs}
    assert {
        (language, name)
        for language in LANGUAGES
        for name in (*(slugs - {"findings"}), "index", "glossary", "where-we-looked")
    } == set(pages)


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


def table_rows(page: HtmlElement, table: str) -> list[HtmlElement]:
    return list(page.xpath(f'.//section[@data-table="{table}"]//tbody/tr'))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", TABLES)
def test_each_statement_has_a_kind_and_what_stands_behind_it(table: str, language: str, pages: Pages) -> None:
    page = pages[language, "evidence"]
    heads = [words(head) for head in page.xpath(f'.//section[@data-table="{table}"]//thead//th')]
    kind, verdict = (
        heads.index(n) for n in {"en": ("Kind", "What stands behind it"), "fr": ("Nature", "Ce qui l’appuie")}[language]
    )
    rows = table_rows(page, table)
    assert len(rows) == len(TABLES[table])
    for row, said, (which, behind) in zip(rows, TABLES[table], PLACED[table], strict=True):
        assert said[LANGUAGES.index(language)] in words(row[0])
        assert (words(row[kind]), words(row[verdict])) == (KINDS[language][which], VERDICTS[language][behind])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_both_axes_are_defined(language: str, pages: Pages) -> None:
    rows = table_rows(pages[language, "evidence"], "what_the_words_mean")
    assert [words(row[0]) for row in rows] == [*KINDS[language], *VERDICTS[language]]
    assert all(len(words(row[2]).split()) > 5 for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_of_the_strategy_is_verified_independently(language: str, pages: Pages) -> None:
    page = pages[language, "evidence"]
    said = {"en": "12 numbers, mostly their authors’ own counts: none independently confirmed"}
    said["fr"] = "12 chiffres, surtout autodéclarés : aucun n’est confirmé de source indépendante"
    assert words(page.find(".//h1")) == said[language]
    # An independent source 0; repeated 7, loosely 3; none found 2; what stands behind none is left out.
    bars = page.xpath('.//section[@data-chart="behind_the_numbers"]//tbody/tr/td[1]')
    assert [words(bar) for bar in bars] == ["0", "7", "3", "2"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_verdict_leads_to_a_page_that_has_its_numbers(language: str, pages: Pages, tables: Tables) -> None:
    of_text = {" ".join(row[f"text_{language}"].split()): row for row in tables.rows("statements")}
    links = [
        link
        for table in TABLES
        for row in table_rows(pages[language, "evidence"], table)
        for link in row.xpath(".//a[contains(@href, '.html')][not(contains(@href, ':'))]")
    ]
    assert len(links) == sum(map(len, TABLES.values()))
    for link in links:
        row = of_text[words(link.xpath("ancestor::tr")[0][0])]
        page = pages[language, link.get("href").removesuffix(".html")]
        assert [name for name in row["figures"].split() if not page.xpath(f'.//tr[@id="from-{name}"]')] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("statement", "addresses"),
    [
        ("The first strategy was reviewed", ("/fr/page/strategie-ontarienne", "/page/ontarios-anti-human")),
        ("People served by the funded", ("reportnorthbay.ca",)),
    ],
)
def test_a_statement_leads_to_publications_without_a_number(
    statement: str, addresses: tuple[str, ...], language: str, pages: Pages
) -> None:
    position = [n for n, said in enumerate(NUMBERED) if said[0].startswith(statement)]
    row = table_rows(pages[language, "evidence"], "numbers_checked")[position[0]]
    links = [link.get("href") for link in row.xpath(".//cite/a")]
    assert all(any(part in link for link in links) for part in addresses), links


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_sources_names_the_edition_read(language: str, pages: Pages) -> None:
    read_in = {
        "en": ("strategy_2025_fr", "figures taken from the French edition"),
        "fr": ("statcan_daily_2023", "chiffres tirés de l’édition anglaise"),
    }
    source, said = read_in[language]
    entry = next(
        found for (spoken, _), page in pages.items() if spoken == language
        for found in page.xpath(f'.//*[@id="source-{source}"]')
    )  # fmt: skip
    assert said in words(entry)
    assert len(entry.xpath(".//cite/a")) == 2


TAKEN_UP = (
    ("reports_and_incidence", "fastest-growing crimes", "progressent le plus vite"),
    ("reported_incidents", "mostly sexual exploitation", "surtout de l’exploitation sexuelle"),
    ("strategy_at_a_glance", "largest total investment", "plus grand investissement total"),
    ("results_framework", "made significant progress", "progrès importants"),
    ("reported_incidents", "growing volume of cases", "augmentation du nombre de cas"),
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
        assert name in ("glossary", "where-we-looked") or english


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


def test_each_figure_is_shown_or_the_codebook_says_why_not(folder: Path, tables: Tables) -> None:
    notebooks = sorted((folder / "notebooks").glob("*.ipynb"))
    outputs = [cell.get("outputs", []) for path in notebooks for cell in read_notebook(path).cells]
    shown = {name for output in outputs for name in figures_recorded(output)}
    known = {row["figure"] for row in tables.rows("figures")}
    listed = unshown((ROOT / "data" / "README.md").read_text(encoding="utf-8"))
    assert known - shown - listed == set(), "used nowhere and not named in data/README.md"
    assert listed & shown == set(), "named in data/README.md as shown nowhere, but shown"
    assert listed <= known, "named in data/README.md, but no figure"


def test_a_figure_that_nobody_names_is_seen() -> None:
    assert unshown("## Figures that no page shows\n\n**Why**: `a_figure`, `b_2`.\n\n## Next\n\n`c_d`") == {
        "a_figure",
        "b_2",
    }
    assert list(figures_recorded({"inputs": [{"name": "a", "source": {}}, {"name": "b"}]})) == ["a"]
