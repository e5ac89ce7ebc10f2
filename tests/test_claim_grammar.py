"""The grammar of claims: four values, bounds, releases, names."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from golden import compare
from hypothesis import given, settings
from hypothesis import strategies as st
from small import DATA

from evaluation.numbers.claims import Names, NotAClaim, decide, names_in_claim, parse_claim, sides_in_words
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
    moments={
        "read_until": ("2026-11-28", "2026-11-28"),
        "not_stated": ("", ""),
        "calendar": ("2024-01", "2024-12"),
        "a_year_from": ("2019", ""),
    },
    absent={"only"},
    claims={"fell": "last < before"},
)


@pytest.mark.parametrize(
    ("claim", "truth"),
    [
        ("last < before", "true"),
        ("before <= last", "false"),
        ('last.place == "Canada" and rate_last.place == "Ontario"', "true"),
        ('last.place == "Ontario"', "false"),
        ("place == rate_last.place", "true"),
        ('served.definition == "people_served"', "true"),
        ('served.definition == "hotline_victims"', "false"),
        ("last.definition == before.definition != served.definition", "true"),
        ('only.definition == "people_served"', "void"),
        ('read_until.definition == "people_served"', "void"),
        ('only.place == "Canada"', "void"),
        ('read_until.place == "Canada"', "void"),
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
        ("sure(only > 3)", "void"),
        ("not sure(only > 3)", "void"),
        ("not sure(rate_first < rate_last)", "true"),
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
        # what is absent in a list, and words, years, periods and releases that do not compare
        ("place in ('Canada', only)", "void"),
        ("place not in ('Canada', only)", "void"),
        ("place in ('Ontario', only)", "true"),
        ("last in (before, rate_last)", "void"),
        ("last in (before, last)", "true"),
        ("last.year in (2023, 2024)", "true"),
        ("place in (2023, 2024)", "void"),
        ("last.year > before", "void"),
        ("last.year - before.year == 1", "true"),
        ("last.year == last.period", "void"),
        ("last.period == rate_last.period", "true"),
        ("not_stated.period == not_stated.period", "void"),
        ("not_stated.year == 2024", "void"),
        ("a_year_from.period == a_year_from.period", "true"),  # of an amount a year, whose last year nobody stated
        ("a_year_from.period != last.period", "true"),
        ("a_year_from.period < last.period", "void"),
        ("calendar.period == last.period", "true"),  # 2024, and January to December 2024
        ("last.release != last.period", "void"),
        ("last.release != 2025", "void"),
        ("last.release < '2030'", "void"),
        ("rate_first.release < last.release or last.release < rate_first.release", "true"),
        ("only.release == last.release", "void"),
        ("not (only.release == last.release)", "void"),
        ("place < 'Zambia'", "void"),
        ("fell < 3", "void"),
        ("basis.unit == 'incidents'", "void"),
        ("open(open(rate_first < rate_last))", "false"),
        ("'' == only", "void"),
    ],
)
def test_a_claim_has_one_of_four_values(claim: str, truth: str) -> None:
    assert decide(claim, NAMES).truth == truth


@pytest.mark.parametrize(
    "claim",
    [
        "last <",
        "last.size > 3",
        "last = 3",
        "lambda: 1",
        "last[0] > 1",
        "max(last, 3) > 2",
        "3",
        "last(",
        "-" * 290 + "last",
        "not " * 200 + "last",
        "(" * 5000,
        "last\0",
        "1 if last else 2",
        "last is before",
        "low(last, before) > 3",
        "open(last)()",
        "f'{last}' == 3",
        "last > 3 > open(last)",
        "low(open(fell)) > 1",
        "last > 1e999",
    ],
)
def test_what_is_no_claim_or_names_nothing_is_refused(claim: str) -> None:
    with pytest.raises(NotAClaim, match=r"found .*; allowed: "):
        decide(claim, NAMES)


@pytest.mark.parametrize(("claim", "claims"), [("a", {"a": "a"}), ("a", {"a": "not b", "b": "open(a)"})])
def test_a_claim_that_rests_on_itself_is_refused(claim: str, claims: dict[str, str]) -> None:
    with pytest.raises(NotAClaim, match="found a in a claim"):
        decide(claim, replace(NAMES, claims=claims))


def test_a_name_that_nothing_records_is_refused() -> None:
    with pytest.raises(NotAClaim, match="found nothing in a claim; allowed: what a cell records"):
        decide("nothing > 3", NAMES)


def test_a_claim_shows_its_names_as_printed() -> None:
    assert sides_in_words("last < before and not only", NAMES) == "last 503, before 522, only absent"
    assert sides_in_words("fell and low(served) > 3", NAMES) == "fell (last 503, before 522), served more than 29,000"
    assert names_in_claim("low(last) < before.year or only") == {"last", "before", "only"}
    assert parse_claim("last < before") is parse_claim("last < before")


# Releases


def printed(value: str, *releases: tuple[str, str, bool], year: str = "2021") -> Number:
    """A rate as it is recorded from the first of some releases (vintage, value, whether it is the first one)."""
    given = tuple(Release(vintage, "", number, "", first) for vintage, number, first in releases)
    vintage = given[0].vintage
    rate_of_year = rate("2021").with_meaning(start=year, end=year)
    return replace(rate_of_year, name=f"rate_{year}", quantity=Quantity.exact(value), vintage=vintage, releases=given)


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
    assert [(release.vintage, release.value, release.first) for release in revised.releases] == [
        ("2016", "210", True),
        ("2025", "239", False),
    ]
    assert FIGURES.figure("people_served").releases == ()


# Laws, for any claim that can be written

COMPARED = ["last", "before", "rate_first", "rate_last", "served", "only", "low(served)", "digits(rate_last)",
            "last.year", "before.year", "last + before", "503", "'Ontario'", "place", "last.period", "last.release",
            "last.unit", "read_until", "not_stated.period"]  # fmt: skip
SIGNS = ["<", "<=", ">", ">=", "==", "!=", "in", "not in"]
comparisons = st.builds("{} {} {}".format, st.sampled_from(COMPARED), st.sampled_from(SIGNS), st.sampled_from(COMPARED))
any_claim = st.recursive(
    st.one_of(comparisons, st.sampled_from(["last", "only", "counted", "fell"])),
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner),
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or ({})".format, inner, inner),
        st.builds("open({})".format, inner),
        st.builds("sure({})".format, inner),
    ),
    max_leaves=4,
)
NOT = {"true": "false", "false": "true", "open": "open", "void": "void"}


@given(any_claim, any_claim)
@settings(max_examples=60, deadline=None)
def test_any_claim_is_decided_and_not_and_or_keep_their_laws(left: str, right: str) -> None:
    first, second = (str(decide(claim, NAMES).truth) for claim in (left, right))
    assert decide(f"not ({left})", NAMES).truth == NOT[first]
    both, either = (decide(f"({left}) {word} ({right})", NAMES).truth for word in ("and", "or"))
    assert (both == "true") == (first == second == "true")
    assert (either == "false") == (first == second == "false")
    assert (both == "false") == ("false" in (first, second))
    assert (both == "void") == ("void" in (first, second) and "false" not in (first, second))
    assert (either == "void") == ("void" in (first, second) and "true" not in (first, second))
    assert decide(f"open({left})", NAMES).holds == (first == "open")
    assert decide(f"sure({left})", NAMES).holds == (first == "true")


OTHERS = [
    "high(served) > 1", "rounded(last) == 503", "rounded(rate_last) == 2.3", "digits(served) > 28999", "low(place)",
    "high(only) > 1", "low(only) + 1 > 2", "last / (before - before) > 1", "last - served > 0", "place + 1 == 2",
    "last * 2 > before", "-last < before", "last.year - 1 == before.year", "last.release == before.release",
    "last.release < rate_last.release", "calendar.year == 2024", "a_year_from.year == 2019", "not_stated.year == 1",
    "calendar.period", "last.year in calendar", "'first' == basis", "level == 0.95", "level > '0.9'", "counted",
    "not counted", "fell or only", "before < last < served", "last in (503, 504)", "basis in ('first', 'latest')",
    "last.bound == 'exact'", "served.bound == 'more-than'", "last.kind == 'published'", "sure(fell) and open(only)",
    "last.nothing", "nothing", "f(last)", "low(last, before)", "last <", "last if before else 1", "[last]", "1 < 2",
    "''",
]  # fmt: skip


def test_how_all_comparisons_are_decided_and_why(tmp_path: Path) -> None:
    lines = []
    for left, right in combinations(COMPARED, 2):
        signs = [str(decide(f"{left} {sign} {right}", NAMES).truth)[0] for sign in SIGNS[::2]]
        lines.append(f"{left} ~ {right}: {' '.join(signs)}: {decide(f'{left} < {right}', NAMES).why}")
    for claim in OTHERS:
        try:
            verdict = decide(claim, NAMES)
            lines.append(f"{claim}: {verdict.truth}: {verdict.why}")
        except NotAClaim as error:
            lines.append(f"{claim}: {error}")
    compare("\n".join(lines) + "\n", "claims_decided.txt", tmp_path)


@given(comparisons)
@settings(max_examples=100, deadline=None)
def test_what_does_not_compare_decides_nothing(claim: str) -> None:
    """A comparison with a number that is taken away, or is of another unit, definition or place, is void."""
    if " < " not in claim or any(read in claim for read in ("digits", "+", ".", "low")):
        return
    for name in (name for name in names_in_claim(claim) if name in NAMES.numbers):
        left = {other: number for other, number in NAMES.numbers.items() if other != name}
        assert decide(claim, replace(NAMES, numbers=left, absent={name, "only"})).truth == "void"
        if len(names_in_claim(claim) & NAMES.numbers.keys()) == 2:
            for what in ("unit", "definition", "place"):
                number, other = NAMES.numbers[name], {what: "another"}
                assert isinstance(number, Figure)
                unlike = replace(number, **other) if what == "unit" else number.with_meaning(**other)
                assert decide(claim, replace(NAMES, numbers={**left, name: unlike})).truth == "void"


ends = st.tuples(st.integers(0, 12), st.integers(0, 4)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(ends, ends, st.sampled_from(SIGNS[:6]))
@settings(max_examples=80, deadline=None)
def test_of_bounds_that_is_true_which_is_true_of_all_numbers_within(left: Any, right: Any, sign: str) -> None:
    def truth(first: tuple[int, int], last: tuple[int, int]) -> str:
        numbers = {"a": Quantity.between(*first), "b": Quantity.between(*last)}
        return str(decide(f"a {sign} b", Names(numbers=numbers)).truth)

    each = {truth((a, a), (b, b)) for a in range(left[0], left[1] + 1) for b in range(right[0], right[1] + 1)}
    assert each <= {"true", "false"}
    assert truth(left, right) == (each.pop() if len(each) == 1 else "open")
