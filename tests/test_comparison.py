"""Two years of reports compared, against numbers worked out by hand."""

import re
from pathlib import Path

import pytest
from scipy.stats import beta

from evaluation.chapters import comparison, incidents
from evaluation.chapters.comparison import Basis
from evaluation.language import phrase
from evaluation.numbers import measures
from evaluation.numbers.figures import Figures, Quantity, show
from evaluation.pages.page import HEADLINE_WORDS
from evaluation.reviews import parameters

ROOT = Path(__file__).parent.parent
ALL_LAWS, TABLE = "all_human_trafficking", "trafficking_1525"


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures()


def compare(figures: Figures, place: str = "Canada", definition: str = ALL_LAWS, years: tuple[int, int] = (2021, 2024)):
    found = comparison.compare(figures, definition, place, *years, 0.95)
    assert found is not None
    return found


def alike(figures: Figures, place: str = "Canada", definition: str = ALL_LAWS, years: tuple[int, int] = (2021, 2024)):
    return comparison.compare_alike(figures, definition, place, *years, 0.95)


def exact(earlier: int, later: int, people: tuple[int, int] = (1, 1)) -> tuple[float, float, float]:
    """Ratio and its exact conditional binomial interval, by scipy's beta quantiles, as the tests' own arithmetic."""
    scale = people[0] / people[1]
    low, high = beta.ppf(0.025, later, earlier + 1), beta.ppf(0.975, later + 1, earlier)
    return later / earlier * scale, low / (1 - low) * scale, high / (1 - high) * scale


PEOPLE = {2021: 38239864, 2022: 38950132, 2024: 41262329}


@pytest.mark.parametrize(
    ("year", "basis", "counts", "published"),
    [
        (2021, "first", (552, 608), (1.101, 0.980, 1.238, 1.021, 0.908, 1.148)),
        (2021, "release", (555, 608), (1.095, 0.975, 1.231, 1.015, 0.903, 1.141)),
        (2022, "first", (528, 608), (1.152, 1.023, 1.296, 1.087, 0.966, 1.224)),
        (2022, "release", (597, 608), (1.018, 0.908, 1.142, None, None, None)),
    ],
)
def test_like_is_compared_with_like_both_ways(figures: Figures, year: int, basis: str, counts, published) -> None:
    one = next(c for c in alike(figures, years=(year, 2024)) if c.basis == basis)
    assert (int(one.earlier.quantity.value), int(one.later.quantity.value)) == counts
    parts = (one.number, one.number_chance, one.person, one.person_chance)
    number, chance, person, person_chance = (measures.as_ratio("r", "r", part).quantity for part in parts)
    found = [number.value, chance.low, chance.high, person.value, person_chance.low, person_chance.high]
    people = (PEOPLE[year], PEOPLE[2024])
    assert [float(end) for end in found] == pytest.approx([*exact(*counts), *exact(*counts, people)], abs=1e-6)
    given = [(float(f), p) for f, p in zip(found, published, strict=True) if p]
    assert [f for f, _ in given] == pytest.approx([p for _, p in given], abs=0.00052)  # 1.0955 is printed 1.095


def test_neither_way_stands_without_the_other(figures: Figures) -> None:
    for years in ((2021, 2024), (2022, 2024), (2021, 2022), (2023, 2024)):
        found = alike(figures, years=years)
        assert [one.basis for one in found] == ["release", "first"]
        assert comparison.went(found) == "release_and_first"
        labels = [point.category for point in comparison.points(found)]
        assert {*comparison.ROWS[Basis.RELEASE], *comparison.ROWS[Basis.FIRST]} <= set(labels)
        assert [row[0] for row in comparison.ratio_rows(found)] == list(comparison.BASES.values())


def test_a_revised_count_is_never_set_against_a_first_one(figures: Figures) -> None:
    """597 to 570 is a revision undone, not a fall."""
    pairs = [(int(c.earlier.quantity.value), int(c.later.quantity.value)) for c in alike(figures, years=(2022, 2023))]
    assert pairs == [(597, 605), (528, 570)]


def test_reports_rose_and_the_rate_behind_them_may_not_have(figures: Figures) -> None:
    assert comparison.moved(alike(figures)) == ("number_moved", "rose-unknown")
    # One comparison tells a rise in number with chance counted in, the other does not: nothing is told.
    assert comparison.moved(alike(figures, years=(2022, 2024))) == ("number_moved", "rose-unknown")
    # Up in one release, down as first released.
    assert comparison.moved(alike(figures, years=(2021, 2022))) == ("number_moved", "unknown-unknown")
    assert comparison.moved(alike(figures, "Ontario")) == ("implied_moved", "rose-unknown")
    assert comparison.moved(alike(figures, "Nova Scotia")) == ("rate_moved", "fell-unknown")
    assert comparison.moved(alike(figures, definition=TABLE)) == ("number_moved", "rose-too")


EVERY_PLACE = [("Canada", ALL_LAWS), ("Canada", TABLE), ("Ontario", ALL_LAWS), ("Nova Scotia", ALL_LAWS)]


@pytest.mark.parametrize(("place", "definition"), EVERY_PLACE)
@pytest.mark.parametrize("years", [(2021, 2022), (2021, 2024), (2022, 2024), (2023, 2024), (2015, 2016)])
def test_one_release_is_one_publication_that_holds_both_years(figures, place, definition, years) -> None:
    """Whoever follows the citation finds both numbers there."""
    for found in alike(figures, place, definition, years):
        if found.basis == Basis.RELEASE:
            assert found.earlier.vintage == found.later.vintage
            assert found.earlier.source == found.later.source
        if found.basis == Basis.FIRST:
            releases = [figures.release_year(one.vintage) for one in (found.earlier, found.later)]
            assert releases == list(years)


@pytest.mark.parametrize(("place", "definition"), EVERY_PLACE)
def test_a_full_count_has_no_interval_of_chance(figures: Figures, place: str, definition: str) -> None:
    """Chance bears on the rate behind the reports, and whatever has its interval says so."""
    for found in alike(figures, place, definition):
        with_chance = [m for m in (found.number_chance, found.person_chance) if m]
        ratios = [cell for cell in comparison.ratios(found) if getattr(cell, "method", "") or "chance" in str(cell)]
        for number in [*with_chance, *ratios]:
            if "chance" in number.name:
                assert re.search(r"rates? behind the reports", str(number.label)), number.label
        if found.earlier.unit == "incidents":
            assert found.number.quantity.low == found.number.quantity.high


def test_the_year_between_is_compared_both_ways_or_not_at_all(figures: Figures) -> None:
    """608 against 597 in one release and against 528 as first released; the two do not tell the same."""
    found = comparison.since_next(figures, ALL_LAWS, "Canada", (2021, 2024), 0.95)
    assert {name: show(one, "en").words for name, one in found.items() if one} == {
        "next_release_number": "about 1.018",
        "next_release_number_chance": "between 0.908 and 1.143",
        "next_first_number": "about 1.152",
        "next_first_number_chance": "between 1.023 and 1.297",
    }
    for place, definition, years in (("Canada", TABLE, (2021, 2024)), ("Canada", ALL_LAWS, (2023, 2024))):
        assert set(comparison.since_next(figures, definition, place, years, 0.95).values()) == {None}


def test_one_revision_makes_no_range(figures: Figures) -> None:
    """Of the counts under the Criminal Code alone one was revised: no other is supposed to be revised like it."""
    assert len(incidents.revised(figures, TABLE, "Canada")) == 1
    assert all(one.revised is None and one.change_if_revised is None for one in alike(figures, definition=TABLE))


@pytest.mark.parametrize("definition", [ALL_LAWS, TABLE])
@pytest.mark.parametrize(
    "choice", ["rose-too", "rose-unknown", "fell-too", "fell-unknown", "unchanged-unknown", "unknown-unknown"]
)
def test_a_title_names_its_definition_and_is_short(definition: str, choice: str) -> None:
    """Two charts side by side by two definitions are not to contradict each other when one is lifted out."""
    named, said = phrase("definition_title", definition), phrase(*comparison.titled(("number_moved", choice)))
    needed = [phrase("years_apart", name) for name in ("all", "some", "none")]
    titles = {"en": [f"{named['en']}: {said['en']}", *(f"{named['en']}: detection {n['en']}" for n in needed)]}
    titles["fr"] = [
        f"{named['fr']}\u00a0: {said['fr']}",
        *(f"{named['fr']}\u00a0: la détection {n['fr']}" for n in needed),
    ]
    assert all(len(re.findall(r"[^ \n]+", title)) <= HEADLINE_WORDS for each in titles.values() for title in each)
    if choice.endswith("too"):  # events cluster, so that an interval without one does not settle it
        assert "probably" in said["en"]
        assert "probablement" in said["fr"]


@pytest.mark.parametrize("reports", ["rose", "fell", "unchanged", "unknown"])
@pytest.mark.parametrize("kind", ["number", "implied", "rate"])
def test_every_way_to_have_moved_has_its_words(kind: str, reports: str) -> None:
    for behind in ("too", "unknown") if reports in ("rose", "fell") else ("unknown",):
        words = phrase(f"{kind}_moved", f"{reports}-{behind}")
        assert all(len(re.findall(r"[^ \n]+", text)) <= HEADLINE_WORDS for text in words.values())


def test_releases_that_are_not_alike_tell_nothing_and_are_not_drawn(figures: Figures) -> None:
    found = alike(figures, years=(2012, 2024))
    assert [(one.basis, one.number_chance, one.person_chance) for one in found] == [("mixed", None, None)]
    assert comparison.moved(found) == ("number_moved", "unknown-unknown")
    assert (comparison.points(found), comparison.ratio_rows(found)) == ([], [])
    assert comparison.rounding_alone(found[0]) is None


def test_the_later_year_revised_as_earlier_ones_were(figures: Figures) -> None:
    found = compare(figures)
    assert show(incidents.revisions(figures, ALL_LAWS), "en").words == "between 0.5% and 13.1%"
    assert show(found.revised, "en").words == "between 611 and 688"
    # 608 x 555 / 552 and 608 x 597 / 528 as the page prints them, over 555: a reader gets the same from the page
    expected = [(611 / 555 - 1) * 100, (688 / 555 - 1) * 100]
    assert show(found.change_if_revised, "en").words == "between 10.0% and 24.0%"
    quantity = found.change_if_revised.quantity
    assert [float(quantity.low), float(quantity.high)] == pytest.approx(expected, abs=1e-9)
    assert (found.revised.start, found.revised.end) == ("2024", "2024")
    assert (found.change_if_revised.start, found.change_if_revised.end) == ("2021", "2024")
    assert comparison.revision_effect(found) == ("revision_effect", "keeps")
    # What a release has revised already is not revised again.
    assert compare(figures, years=(2021, 2022)).revised is None


def test_what_rests_on_a_calculated_count_is_an_estimate(figures: Figures) -> None:
    release, first = alike(figures, years=(2021, 2024))
    assert (release.number.kind, first.number.kind) == ("estimate", "derived")


def test_the_other_definition_rose(figures: Figures) -> None:
    found = compare(figures, definition=comparison.other(ALL_LAWS))
    assert comparison.behind([found]) == "rose"
    assert comparison.worded("number_changed", found.person_chance) == ("number_changed", "rose")
    assert found.basis == "release"


def test_rates_with_a_population_are_compared_as_a_number_and_per_person(figures: Figures) -> None:
    found = compare(figures, "Ontario")
    assert found.basis == "first"
    # 364 ÷ 348 to 379 ÷ 334
    assert found.number.quantity == (
        Quantity.between(364, 379) / Quantity.between(334, 348) - Quantity.exact(1)
    ) * Quantity.exact(100)
    assert comparison.direction(found.person_chance) == "unknown"
    assert comparison.revision_effect(found) == ("revision_effect", "unknown")


def test_rates_without_a_population_have_neither_number_nor_chance(figures: Figures) -> None:
    found = compare(figures, "Nova Scotia")
    assert (found.number, found.number_chance, found.person_chance) == (None, None, None)
    assert comparison.needed_rows(found) == []
    assert comparison.most_rise([found], 0.95) is None
    assert len(comparison.points([found])) == 2


def test_counts_without_a_population_are_not_compared_per_person(figures: Figures) -> None:
    found = compare(figures, "Ottawa", TABLE, (2010, 2015))
    assert (found.person, comparison.growth(found.people)) == (None, None)


def test_a_place_without_two_like_figures_is_not_compared(figures: Figures) -> None:
    assert comparison.compare(figures, TABLE, "Ontario", 2021, 2024, 0.95) is None
    assert comparison.points([]) == []


def test_break_even_is_the_ratio_of_reports(figures: Figures) -> None:
    found = compare(figures)
    ratio = comparison.break_even(found)
    assert ratio.quantity == Quantity.exact(608) / Quantity.exact(555)
    # 555 ÷ 608 = 91.3%
    assert comparison.earlier_limit(ratio).quantity == Quantity.exact(100) * Quantity.exact(555) / Quantity.exact(608)
    fell = comparison.break_even(compare(figures, definition=TABLE, years=(2023, 2024)))
    assert comparison.earlier_limit(fell) is None


def test_needed_shares_are_cut_at_the_whole_and_may_be_out_of_reach(figures: Figures) -> None:
    rows = comparison.needed_rows(compare(figures, definition=TABLE))
    assert rows[-1][1] == comparison.OUT_OF_REACH
    assert rows[-1][2].quantity.high == 100
    assert len(rows[0]) == len(comparison.needed_heads(compare(figures, definition=TABLE)))


def test_if_detection_did_not_fall_the_change_has_an_upper_end(figures: Figures) -> None:
    most = comparison.most_rise(alike(figures), 0.95)
    # One-sided: 608 against 552 at 5%, the larger of the two bases, is 21.54%; as "at most" it is rounded up.
    assert show(most, "en").words == "21.6%"


def test_releases_that_are_not_alike_bound_nothing(figures: Figures) -> None:
    (found,) = alike(figures, years=(2012, 2024))
    assert comparison.limit_of(found, "limit") is None
    assert comparison.most_rise([found], 0.95) is None
    limit = comparison.limit_of(compare(figures, definition=TABLE), "limit")
    assert show(limit, "en").words == "about 76.7%"


def test_the_page_compares_up_to_the_latest_year_by_default() -> None:
    chapter = parameters.read_chapter(ROOT / "notebooks" / "reports_and_incidence.ipynb")
    assert chapter.parameters["later_year"].default == "latest"
