"""Ranges attacked: who sees all of them, of all releases, knows the method and has solvers never leaves fewer than the
base of possible counts of a group. The attacker shares no code with the method: its own atoms, its own programs."""

import json
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.problems import InputError
from evaluation.protection import certificate, release, rounding
from evaluation.protection.certificate import PublishedRange
from evaluation.protection.earlier import EarlierCount
from evaluation.protection.rounding import RoundingProblem, SecretRandom
from evaluation.protection.rules import Column, Rules
from evaluation.protection.system import System, published_cells

SECRET = SecretRandom(b"a secret of thirty-two bytes, no!")


def column(name, codes, finer="", level=None):
    return Column(
        name, {code: {"en": code, "fr": code} for code in codes}, {"en": name, "fr": name}, finer, level or {}
    )


def rules_of(columns, tables, base=4, own_number="wished"):
    known = {dimension.name: dimension for dimension in columns}
    source = {"published": "2026", "publisher": {"en": "a", "fr": "b"}, "title": "c"}
    return Rules(None, {}, source, known, {f"t{n}": tuple(t) for n, t in enumerate(tables)}, {}, base, own_number)


class Attacker:
    """Everybody's view: codes of each column, and for each published range the codes that it counts."""

    def __init__(self, codes):
        self.names, self.atoms = list(codes), list(product(*codes.values()))
        self.sums, self.low, self.high = [], [], []

    def members(self, group):
        return [float(all(at[self.names.index(name)] in codes for name, codes in group.items())) for at in self.atoms]

    def sees(self, rows):
        for row in rows:
            self.sums.append(self.members(dict(row.cell.group)))
            number, bound, high = row.bound
            self.low.append(0 if bound == "less-than" else int(number))
            self.high.append(int(number) - 1 if bound == "less-than" else int(high))
        return self

    def knows(self, group, floors=None, whole=False):
        """How many counts of a group of atoms are left, by linear or by integer programs."""
        from scipy.optimize import Bounds, LinearConstraint, linprog, milp  # half a second, which few tests wait for

        sums, ends = np.array(self.sums), []
        floors = np.zeros(len(self.atoms)) if floors is None else floors
        for way in (1, -1):
            if whole:
                rule = LinearConstraint(sums, self.low, self.high)
                solution = milp(
                    way * group, constraints=rule, integrality=np.ones(len(group)), bounds=Bounds(floors, np.inf)
                )
            else:
                limits = [(floor, None) for floor in floors]
                both, most = np.vstack([sums, -sums]), np.r_[self.high, -np.array(self.low)]
                solution = linprog(way * group, A_ub=both, b_ub=most, bounds=limits)
            if solution.status == 3:
                return np.inf
            assert solution.status == 0, solution.message
            ends.append(way * solution.fun)
        return int(np.floor(ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6)) + 1


@st.composite
def cubes(draw, most=(2, 3, 4)):
    """Returns of a few organizations over small cubes, a column of them perhaps in a coarser level; tables of them."""
    wide = draw(st.sampled_from(most))
    columns = [column("year", ["2021", "2022"])]
    columns += [column(f"c{n}", [f"{n}{code}" for code in "abc"[: draw(st.integers(2, 3))]]) for n in range(1, wide)]
    names = [dimension.name for dimension in columns[1:]]
    if draw(st.booleans()):  # a level of the first, one part of it a single code
        codes = list(columns[1].codes)
        columns.append(
            column("level", ["lone", "rest"], "c1", dict(zip(codes, ["lone", "rest", "rest"], strict=False)))
        )
    tables = [
        ["year", *chosen]
        for chosen in draw(
            st.lists(st.sampled_from([list(c) for n in (1, 2) for c in combinations(names, n)]), min_size=1, max_size=3)
        )
    ]
    if len(columns) > wide:
        tables.append(["year", "level"])
    return columns, tables, returns_of(columns, draw(PEOPLE), draw(st.integers(0, 10**6)))


PEOPLE = st.sampled_from(["few", "many", "alike", "multiples", "nobody", "one", "stated"])


def returns_of(columns, kind, seed):
    rng = np.random.default_rng(seed)
    read = [dimension for dimension in columns if not dimension.finer]
    rows = list(product(["a", "b"], *(dimension.codes for dimension in read)))
    lone = int(rng.integers(len(rows)))
    how = {
        "few": lambda: rng.integers(0, 4, len(rows)), "many": lambda: rng.integers(0, 60, len(rows)),
        "alike": lambda: np.full(len(rows), 3), "multiples": lambda: 4 * rng.integers(0, 3, len(rows)),
        "nobody": lambda: np.zeros(len(rows), int), "one": lambda: np.eye(1, len(rows), lone)[0],
        "stated": lambda: np.where(rng.random(len(rows)) < 0.8, 0, rng.integers(0, 30, len(rows))),
    }  # fmt: skip
    return pd.DataFrame(rows, columns=["organization", *(dimension.name for dimension in read)]).assign(
        people=how[kind]().astype(int)
    )


def codes_of(columns):
    return {dimension.name: list(dimension.codes) for dimension in columns if not dimension.finer}


def true_count(returns, row):
    group = dict(row.cell.group)
    return returns[np.logical_and.reduce([returns[name].isin(codes) for name, codes in group.items()])].people.sum()


def groups_to_attack(attacker, rows, rng):
    """Groups by chance, single atoms, published ones, and differences of two published ones."""
    published = [np.array(attacker.members(dict(row.cell.group))) for row in rows]
    yield np.array(rng.random(len(attacker.atoms)) < 0.3, float)
    yield np.eye(1, len(attacker.atoms), int(rng.integers(len(attacker.atoms))))[0]
    yield published[rng.integers(len(published))]
    left, right = (published[rng.integers(len(published))] for _ in range(2))
    yield np.clip(left - right, 0, 1)


def attacked(attacker, rows, base, seed):
    for group in groups_to_attack(attacker, rows, np.random.default_rng(seed)):
        if group.any():
            assert attacker.knows(group) >= base
            assert attacker.knows(group, whole=True) >= base


def kept_of(rows):
    return [EarlierCount(r.cell.group, r.value, PublishedRange("t", dict(r.cell.group), r.low, r.high)) for r in rows]


SEEDS, BASES = st.integers(0, 10**6), st.sampled_from([2, 3, 4, 7, 20])


@pytest.mark.slow
@settings(max_examples=10)
@given(cubes(), BASES, SEEDS)
def test_no_group_keeps_fewer_counts_than_the_base(cube, base, seed):
    one_release(cube, base, seed)


@pytest.mark.long
@settings(max_examples=250)
@given(cubes(), BASES, SEEDS)
def test_no_group_of_many_cubes_keeps_fewer_counts_than_the_base(cube, base, seed):
    one_release(cube, base, seed)


def one_release(cube, base, seed):
    columns, tables, returns = cube
    rules = rules_of(columns, tables, base)
    made = release.make_release(rules, returns, [], SecretRandom(seed.to_bytes(32)))
    assert all(row.low <= true_count(returns, row) <= row.high for row in made.rows)
    assert add_up(rules, made.rows)
    attacked(Attacker(codes_of(columns)).sees(made.rows), made.rows, base, seed)


def add_up(rules, rows):
    """Whether the middles of parts are those of their total, and ranges of one kind alike wide."""
    values = {(row.cell.kind, row.cell.codes): row.value for row in rows}
    widths = {}
    for row in rows:
        assert widths.setdefault(row.cell.kind, row.within) == row.within
    for (kind, codes), value in values.items():
        for at, name in enumerate(kind):
            if name != "year":
                parts = [(kind, (*codes[:at], code, *codes[at + 1 :])) for code in rules.columns[name].codes]
                total = (kind[:at] + kind[at + 1 :], codes[:at] + codes[at + 1 :])
                if sum(map(values.get, parts)) != values[total]:
                    return False
        assert value % rules.base == 0
    return True


@pytest.mark.slow
@settings(max_examples=6)
@given(cubes((3, 4)), BASES, SEEDS)
def test_nor_do_two_and_three_releases_together(cube, base, seed):
    releases(cube, base, seed)


@pytest.mark.long
@settings(max_examples=120)
@given(cubes((3, 4)), BASES, SEEDS)
def test_nor_do_two_and_three_releases_of_many_cubes(cube, base, seed):
    releases(cube, base, seed)


def releases(cube, base, seed):
    columns, _, returns = cube
    names = [dimension.name for dimension in columns if not dimension.finer and dimension.name != "year"]
    tables = [["year", names[0]], ["year", names[1]], ["year", *names[:2]]]
    attacker, history, rows = Attacker(codes_of(columns)), [], []
    for cubes_of in ([tables[0]], [tables[1]], [tables[2]])[: 2 + seed % 2]:
        try:
            made = release.make_release(
                rules_of(columns, cubes_of, base), returns, history, SecretRandom(seed.to_bytes(32))
            )
        except InputError:  # refused is safe; what was released stays
            continue
        attacker.sees(made.rows)
        history, rows = history + kept_of(made.rows), rows + made.rows
    attacked(attacker, rows, base, seed)


@pytest.mark.slow
@settings(max_examples=6)
@given(cubes((2, 3)), st.sampled_from([4, 20]), SEEDS)
def test_whoever_knows_its_own_number_keeps_more_than_half_where_that_is_required(cube, base, seed):
    columns, tables, returns = cube
    made = release.make_release(
        rules_of(columns, tables, base, "required"), returns, [], SecretRandom(seed.to_bytes(32))
    )
    attacker = Attacker(codes_of(columns)).sees(made.rows)
    names = [dimension.name for dimension in columns if not dimension.finer]
    people_of_a = returns[returns.organization == "a"].set_index(names).people
    floors = np.array([people_of_a[atom if len(atom) > 1 else atom[0]] for atom in attacker.atoms], float)
    for group in groups_to_attack(attacker, made.rows, np.random.default_rng(seed)):
        if group.any():
            assert attacker.knows(group, floors) > base // 2
            assert attacker.knows(group, floors, whole=True) > base // 2


def tau_tables():
    """Two linked tables of the shape of sdcTools/UserSupport issue 136: each safe where cells of it alone are hidden,
    and a cell of both (three people) found exactly from the two together."""
    columns = [
        column("year", ["2021"]),
        column("region", list("ABK")),
        column("size", ["small", "large"]),
        column("kind", ["x", "y"]),
    ]
    people = {"A": (4, 10, 12, 9), "B": (1, 20, 30, 8), "K": (0, 2, 1, 0)}
    rows = [("a", "2021", region, size, kind, people[region][2 * i + j]) for region in people
            for i, size in enumerate(["small", "large"]) for j, kind in enumerate("xy")]  # fmt: skip
    returns = pd.DataFrame(rows, columns=["organization", "year", "region", "size", "kind", "people"])
    return columns, [["year", "region", "size"], ["year", "region", "kind"]], returns


def test_a_level_counts_those_that_lie_in_it():
    """Reckoned without the groups of cells, which attack and proof take over."""
    columns = [column("year", ["2021"]), column("region", list("NES")), column("zone", ["up", "down"])]
    columns[2] = column("zone", ["up", "down"], "region", {"N": "up", "E": "down", "S": "down"})
    returns = pd.DataFrame({"organization": "a", "year": "2021", "region": list("NES"), "people": [100, 200, 400]})
    made = release.make_release(rules_of(columns, [["year", "zone"]]), returns, [], SECRET)
    ranges = {row.cell.codes: (row.low, row.high) for row in made.rows}
    for codes, true in {("2021", "up"): 100, ("2021", "down"): 600, ("2021",): 700}.items():
        assert ranges[codes][0] <= true <= ranges[codes][1] <= true + 6


@pytest.mark.slow
def test_linked_tables_leave_the_smallest_region_open():
    columns, tables, returns = tau_tables()
    for seed in range(3):
        made = release.make_release(rules_of(columns, tables, 4), returns, [], SecretRandom(bytes([seed]) * 32))
        attacker = Attacker(codes_of(columns)).sees(made.rows)
        for region in "ABK":
            assert attacker.knows(np.array(attacker.members({"region": {region}})), whole=True) >= 4


def test_all_less_males_leaves_the_others_open():
    columns = [column("year", ["2021"]), column("gender", ["women", "men", "another"])]
    returns = pd.DataFrame(
        {"organization": "a", "year": "2021", "gender": list(columns[1].codes), "people": [180, 95, 2]}
    )
    for seed in range(5):
        made = release.make_release(
            rules_of(columns, [["year", "gender"]], 20), returns, [], SecretRandom(bytes([seed]) * 32)
        )
        attacker = Attacker(codes_of(columns)).sees(made.rows)
        assert attacker.knows(np.array(attacker.members({"gender": {"women", "another"}}))) >= 20
        assert attacker.knows(np.array(attacker.members({"gender": {"another"}}))) >= 20


@pytest.mark.slow
def test_a_count_goes_up_as_often_as_it_is_near():
    """The nearest multiple would halve every range for who knows the method."""
    system, people = lone_count(5)
    secrets = (bytes([a, b] * 16) for a in range(10) for b in range(20))
    problems = (rounding.RoundingProblem(system, people, 20, SecretRandom(secret), {}) for secret in secrets)
    up = sum(rounding.round_system(problem).values[0] == 20 for problem in problems)
    assert 30 < up < 75  # of 200, a quarter


def lone_count(count):
    rules = rules_of([column("year", ["2021"])], [["year"]], 20)
    return System({"year": ["2021"]}, published_cells(rules)), np.array([count])


@pytest.mark.parametrize("count", [1, 5, 9, 10, 15])
def test_a_count_of_one_organization_may_still_go_down(count):
    """Else whoever knows that a region has one organization alone would know half of each range."""
    system, people = lone_count(count)
    secrets = (bytes([a, b] * 16) for a in range(10) for b in range(20))
    down = sum(
        RoundingProblem(system, people, 20, SecretRandom(secret), {}, people).random_rounding[0] == 0
        for secret in secrets
    )
    assert 0 < down < 200 * (1 - count / 20)


@pytest.mark.slow
@pytest.mark.parametrize("known", [False, True])
def test_each_population_of_the_proof_gives_the_same_numbers_under_some_secret(known):
    """So that who knows the method, and perhaps that one organization serves all of these, gains nothing."""
    columns = [column("year", ["2021"]), column("region", list("NES")), column("zone", ["up", "down"])]
    columns[2] = column("zone", ["up", "down"], "region", {"N": "up", "E": "down", "S": "down"})
    cells = published_cells(rules_of(columns, [["year", "region"], ["year", "zone"]], 3))
    system, invented = System(codes_of(columns), cells), np.array([0, 3, 6])
    published = (system.matrix @ invented).tolist()
    for atom, more in product(range(3), range(3)):
        people = invented + more * np.eye(3, dtype=int)[atom]
        sums = np.asarray(system.matrix @ people) if known else None
        secrets = (SecretRandom(number.to_bytes(32)) for number in range(3000))
        problems = (RoundingProblem(system, people, 3, secret, {}, sums) for secret in secrets)
        assert any(rounding.round_system(problem).values.tolist() == published for problem in problems), (atom, more)


@pytest.mark.slow
def test_what_a_release_says_of_own_numbers_leaves_the_only_organization_open():
    """That none falls short would say of its region, where a range begins at nothing, that half of it is not so."""
    statements, columns = {}, [column("year", ["2021"]), column("region", list("NS"))]
    for count in (3, 14):
        rows = [("a", "2021", "N", count), ("b", "2021", "S", 200), ("c", "2021", "S", 207)]
        returns = pd.DataFrame(rows, columns=["organization", "year", "region", "people"])
        rules = rules_of(columns, [["year", "region"]], 20)
        for seed in range(30):
            made = release.make_release(rules, returns, [], SecretRandom(bytes([seed, count] * 16)))
            north = next(row for row in made.rows if row.cell.codes == ("2021", "N"))
            if north.value == 0:
                statements.setdefault(json.dumps(made.facts(20)), set()).add(made.short.organizations)
    assert list(statements.values()) == [{0, 1}]


@pytest.mark.slow
def test_the_same_returns_give_the_same_numbers_and_other_secrets_others():
    columns, tables, returns = tau_tables()
    secrets = [bytes([each]) * 32 for each in (1, 1, 2, 3, 4)]
    made = [
        release.make_release(rules_of(columns, tables), returns, [], SecretRandom(secret)).rows for secret in secrets
    ]
    values = [tuple(row.value for row in rows) for rows in made]
    assert values[0] == values[1]
    assert len(set(values)) > 1


def test_a_later_release_has_the_numbers_of_the_earlier_one():
    columns, tables, returns = tau_tables()
    first = release.make_release(rules_of(columns, tables[:1]), returns, [], SecretRandom(b"a" * 32))
    second = release.make_release(rules_of(columns, tables), returns, kept_of(first.rows), SecretRandom(b"z" * 32))
    values = {row.cell.group: row.value for row in second.rows}
    assert all(values[row.cell.group] == row.value for row in first.rows)


def test_returns_that_left_an_earlier_range_are_refused():
    columns, tables, returns = tau_tables()
    first = release.make_release(rules_of(columns, tables), returns, [], SecretRandom(b"a" * 32))
    changed = returns.assign(people=returns.people + 40)
    with pytest.raises(InputError, match="changed since"):
        release.make_release(rules_of(columns, tables), changed, kept_of(first.rows), SecretRandom(b"a" * 32))


PROOF = [PublishedRange("t", {"year": frozenset({"2021"})}, 1, 39)]


@pytest.mark.parametrize(
    ("ranges", "invented", "people", "own_number", "message"),
    [
        (PROOF, 20, 7, 0, ""),
        (PROOF, 20, 29, 10, ""),
        (PROOF, 20, 30, 10, "without its count"),
        (PROOF, 20, 40, 0, "without its count"),
        (PROOF, 20, 0, 0, "without its count"),
        (PROOF, 19, 7, 0, "no whole bases"),
        (PROOF, -20, 7, 0, "no whole bases"),
        (PROOF, 40, 7, 0, "leaves fewer than 20"),
        ([replace(PROOF[0], high=38)], 20, 7, 0, "leaves fewer than 20"),
        ([replace(PROOF[0], low=21)], 20, 30, 0, "leaves fewer than 20"),
    ],
)
def test_the_certificate(ranges, invented, people, own_number, message):
    made, returns = (pd.DataFrame({"year": ["2021"], "people": [count]}) for count in (invented, people))
    if not message:
        return certificate.check_proof(ranges, made, returns, 20, own_number)
    with pytest.raises(certificate.NotProved, match=message):
        certificate.check_proof(ranges, made, returns, 20, own_number)


def test_nothing_comes_out_without_a_certificate(monkeypatch):
    columns, tables, returns = tau_tables()
    real = rounding.round_system

    def narrower(asked):
        made = real(asked)
        return replace(made, within={kind: width - 1 for kind, width in made.within.items()})

    monkeypatch.setattr(release, "round_system", narrower)
    with pytest.raises(InputError, match=r"leaves fewer than 4|without its count"):
        release.make_release(rules_of(columns, tables), returns, [], SECRET)


def test_a_kind_is_widened_whole(monkeypatch):
    """A single wider cell would tell that its count is hard to reach."""
    columns, tables, returns = tau_tables()
    monkeypatch.setattr(rounding, "MOST_STEPS", 0)  # atoms rounded by chance alone: margins go astray
    monkeypatch.setattr(rounding, "MOST_ENTRIES", 0)
    monkeypatch.setattr(rounding, "MOST_WIDE", 9)
    made = release.make_release(rules_of(columns, tables), returns, [], SECRET)
    assert made.widened
    assert {(row.cell.kind, row.within) for row in made.rows} >= {*made.widened.items()}
    assert len({(row.cell.kind, row.within) for row in made.rows}) == len({row.cell.kind for row in made.rows})
    assert add_up(rules_of(columns, tables), made.rows)
    attacked(Attacker(codes_of(columns)).sees(made.rows), made.rows, 4, 1)
