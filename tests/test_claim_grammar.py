"""The grammar of claims: four values, bounds, releases, names."""

from dataclasses import replace

import pytest
from small import DATA

from evaluation.numbers.claims import Names, NotAClaim, decide, names_in, parse, shown_sides
from evaluation.numbers.figures import Figures
from evaluation.numbers.number import Figure, Number
from evaluation.numbers.publication import Release
from evaluation.numbers.quantity import Quantity

FIGURES = Figures(DATA)
ROWS = FIGURES.tables.rows("police_reported")


def reported(year: str, column: str = "incidents", **among: str) -> Figure:
    """A cell of the long series, from its only or its latest release."""
    asked = {"definition": "trafficking_1525", "place": "Canada"} | among
    rows = [row for row in ROWS if row["year"] == year and row[column] and asked.items() <= row.items()]
    return FIGURES.cell("police_reported", max(rows, key=lambda row: row["vintage"]), column)


def rate(year: str) -> Figure:
    return reported(year, "rate_per_100k", definition="all_human_trafficking", place="Ontario")


NAMES = Names(
    numbers={
        "last": reported("2024"),
        "before": reported("2023"),
        "rate_first": rate("2021"),
        "rate_last": rate("2024"),
        "served": FIGURES.figure("people_served"),
    },
    words={"place": "Ontario", "level": 0.95, "basis": "first", "counted": False},
    moments={"read_until": ("2026-11-28", "2026-11-28")},
    absent={"only"},
    claims={"fell": "last < before"},
)


@pytest.mark.parametrize(
    ("claim", "truth"),
    [
        ("last < before", "true"),
        ("before <= last", "false"),
        ("last != before", "true"),
        ("last == before", "false"),
        ("fell", "true"),
        ("not fell", "false"),
        ("rate_first < rate_last", "open"),  # both print as 2.3
        ("open(rate_first < rate_last)", "true"),
        ("open(last < before)", "false"),
        ("sure(rate_first < rate_last)", "false"),
        ("digits(rate_first) == digits(rate_last)", "true"),
        ("served > 29000", "true"),
        ("served > 29001", "open"),
        ("served < 29000", "false"),
        ("low(served) >= 29000", "true"),
        ("high(served) > 0", "void"),  # it has no upper end
        ("rounded(served) in rounded(served)", "true"),
        ("only", "false"),
        ("not only", "true"),
        ("only > 3", "void"),
        ("not (only > 3)", "void"),
        ("open(only > 3)", "void"),
        ("sure(only > 3)", "false"),
        ("only > 3 or last < before", "true"),
        ("only > 3 and last > before", "false"),
        ("only > 3 and last < before", "void"),
        ("rate_first < rate_last and only > 3", "void"),
        ("last > rate_last", "void"),  # of another unit, definition and place
        ("last + rate_last > 500", "true"),  # arithmetic compares digits
        ("2 * last > before", "true"),
        ("last / 0 > 1", "void"),
        ("last > 'Ontario'", "void"),
        ("place == 'Ontario'", "true"),
        ("place in ('Canada', 'Ontario') and level == 0.95", "true"),
        ("place not in ['Canada']", "true"),
        ("basis == 'first'", "true"),
        ("counted", "false"),
        ("last.year == 2024 and before.year < last.year", "true"),
        ("before.period < last.period", "true"),
        ("last.unit == before.unit", "true"),
        ("last.unit == 'per_100k'", "false"),
        ("only.unit == 'per_100k'", "void"),
        ("last.release == before.release", "true"),
        ("rate_last.release == 'first' and before.release != 'first'", "true"),
        ("read_until.year == 2026", "true"),
        ("before > last > 400", "true"),
    ],
)
def test_a_claim_has_one_of_four_values(claim: str, truth: str) -> None:
    assert decide(claim, NAMES).truth == truth


@pytest.mark.parametrize(
    "claim",
    ["last <", "last.size > 3", "last = 3", "lambda: 1", "last[0] > 1", "max(last, 3) > 2", "3", "last("],
)
def test_what_is_no_claim_or_names_nothing_is_refused(claim: str) -> None:
    with pytest.raises(NotAClaim, match=r"found .*; allowed: "):
        decide(claim, NAMES)


def test_a_name_that_nothing_records_is_refused() -> None:
    with pytest.raises(NotAClaim, match="found nothing in a claim; allowed: what a cell records"):
        decide("nothing > 3", NAMES)


def test_a_claim_shows_its_names_as_printed() -> None:
    assert shown_sides("last < before and not only", NAMES) == "last 503, before 522, only absent"
    assert shown_sides("fell and low(served) > 3", NAMES) == "fell (last 503, before 522), served more than 29,000"
    assert names_in("low(last) < before.year or only") == {"last", "before", "only"}
    assert parse("last < before") is parse("last < before")


# Releases


def printed(value: str, *releases: tuple[str, str, bool], year: str = "2021") -> Number:
    """A rate as it is recorded from the first of some releases (vintage, value, whether it is the first one)."""
    given = tuple(Release(vintage, "", number, "", first) for vintage, number, first in releases)
    vintage = given[0].vintage
    quantity, when = Quantity.exact(value), {"start": year, "end": year}
    return replace(rate("2021"), name=f"rate_{year}", quantity=quantity, vintage=vintage, releases=given, **when)


ONCE = printed("2.3", ("2022", "2.3", True))
REVISED = printed("2.3", ("2022", "2.3", True), ("2026", "2.6", False))
LATER = printed("2.4", ("2025", "2.4", True), year="2024")
IN_ONE = printed("2.4", ("2026", "2.4", False), ("2025", "2.4", True), year="2024")
COPY = printed("2.4", ("2030", "2.4", False), year="2024")


@pytest.mark.parametrize(
    ("first", "last", "truth"),
    [
        (ONCE, LATER, "true"),  # each as first released
        (REVISED, LATER, "true"),  # no release gives both, and the first ones agree
        (REVISED, IN_ONE, "open"),  # the release of 2026 says the contrary
        (ONCE, COPY, "void"),  # other releases, one of them a copy
    ],
)
def test_every_release_that_gives_both_must_agree(first: Number, last: Number, truth: str) -> None:
    names = Names(numbers={"first": first, "last": last})
    assert decide("first < last", names).truth == truth
    assert decide("last > first", names).truth == truth


def test_a_measure_is_asked_in_every_release_too() -> None:
    fall = IN_ONE.change_from(REVISED)
    names = Names(numbers={"change": replace(fall, name="change")})
    assert decide("change > 0", names).truth == "open"
    steady = replace(LATER.change_from(ONCE), name="change")
    assert decide("change > 0", Names(numbers={"change": steady})).truth == "true"


def test_a_figure_knows_the_releases_of_its_year() -> None:
    revised = reported("2015")
    assert [(one.vintage, one.value, one.first) for one in revised.releases] == [
        ("2016", "210", True),
        ("2025", "239", False),
    ]
    assert FIGURES.figure("people_served").releases == ()
