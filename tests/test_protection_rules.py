"""Every refusal of the rules of a release, in its words; and earlier releases, read back."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import small
from golden import compare

from evaluation.data.sources import Tables
from evaluation.problems import InputError
from evaluation.problems.imports import DISTRIBUTION
from evaluation.protection import release, rounding, rules, writing
from evaluation.protection.earlier import file_hash
from evaluation.protection.release import SYNTHETIC
from evaluation.protection.rounding import RoundingProblem, SecretRandom
from evaluation.protection.rules import ORGANIZATION, YEAR, Rules, read_rules
from evaluation.protection.system import System, published_cells
from evaluation.protection.writing import RangeRow, check_output
from evaluation.start import SAMPLE

RULES = (SAMPLE / "returns.yml").read_text(encoding="utf-8")
GROUP, AGES = "people_by_group: [year, age, gender]", "under 18: moins de 18 ans"
AGREED = "agreement: {with: A nation, date: 2026-11, says: {en: Agreed., fr: Convenu.}}"
YOUNG = "within:\n  young: {age: {under 18: yes, 18 to 24: yes, 25 and over: no, not stated: no}}\n"
# What stands in place of what in the sample's rules; a key alone stands before them.
BAD = [
    ("tables:", "tabels:"), ("title: Returns", "titel: Returns"), ("published: 2026-11", "published: soon"),
    ("base: 20", "base: 0"), ("base: 20", "base: 1"), ("base: 20", "base: 1000"), ("base: 20", "base: 19"),
    ("base: 20", "base: 20\nwhy: {en: Few., fr: Peu.}"), ("base: 20", "base: 19\nwhy: {en: 3 more, fr: Peu.}"),
    ("base: 20", "base: 19\nwhy: {en: '', fr: Peu.}"), ("base: 20", "base: 20\nbase: 20"),
    ("own_number: wished", "own_number: perhaps"), ("own_number: wished", "own_number: False"),
    ("base: 20", "base: 20\n? [a]\n: b"), ("  organization:\n", ""), ("  year: {", "  years: {"),
    ('"2023/24"', '"2023/24", soon'), ("  age: {", "  Age: {"), ("  age: {", "  people: {"),
    ("age: {fr: âge, codes: {", "age: {fr: âge, code: {"), ("gender: {fr: genre, codes:", "gender: {fr: genre} #"),
    (AGES, "all: tous"), (AGES, "total: autre"), (AGES, "under 18: 18 à 24 ans"), (AGES, "' under': moins"),
    (AGES, "'': moins"), (GROUP, "Group: [year, age]"), (GROUP, "group_all: [year, age]"), (GROUP, "group: year"),
    (GROUP, "group: [age]"), (GROUP, "group: [year, agee]"), (GROUP, "group: [year, age, age]"),
    ("tables:", YOUNG.replace("young", "age") + "tables:"), ("tables:", YOUNG.replace("young", "Young") + "tables:"),
    ("tables:", YOUNG.replace("{age:", "{gone:") + "tables:"),
    ("tables:", YOUNG.replace("{under 18: yes, ", "{") + "tables:"),
    ("tables:", YOUNG.replace("no}}", "no}, codes: {yes: oui}}") + "tables:"),
    ("tables:", "within: {young: age}\ntables:"), ("tables:", YOUNG + "tables:\n  both: [year, age, young]"),
    ("youth: jeunesse", "Métis youth: jeunesse métisse"),
    ("base:", "governed: {columns: {fund: [youth]}}\nbase:"), ("base:", "governed: {columns: {fund: youth}}\nbase:"),
    ("base:", "governed: {columns: {fund: [old]}}\nbase:"), ("base:", "governed: {columns: {funds: [youth]}}\nbase:"),
    ("base:", f"governed: {{columns: {{fund: [youth]}}, {AGREED.replace('2026-11', 'soon')}}}\nbase:"),
    ("base:", f"governed: {{columns: {{fund: [youth]}}, {AGREED.replace('Agreed.', 'In 3 days')}}}\nbase:"),
]  # fmt: skip
MANY = f"[{', '.join(f'place {number}' for number in range(700))}]"


def refusal(old: str, new: str, folder: Path) -> str:
    assert old in RULES, old
    path = folder / "returns.yml"
    path.write_text(RULES.replace(old, new, 1), encoding="utf-8")
    try:
        read_rules(path)
    except InputError as error:
        return "\n".join(str(problem).replace(f"{folder}/", "") for problem in error.problems)
    return "accepted"


def test_every_refusal_of_rules_in_its_words(tmp_path: Path) -> None:
    lines = (f"{old} => {new}\n    {refusal(old, new, tmp_path)}\n".replace("\n\n", "\n") for old, new in BAD)
    compare("".join(lines), "protection_refused.txt", tmp_path)


def test_rules_are_read_as_they_are_written(tmp_path: Path) -> None:
    levels = YOUNG.replace("young: {", "young: {fr: jeunes, codes: {yes: oui, no: non}, ")
    governed = f"governed: {{columns: {{fund: [youth]}}, {AGREED}}}\n"
    more = f"{levels}{governed}why: {{en: Few., fr: Peu.}}\ntables:\n  all: [year, young, fund]"
    text = RULES.replace("tables:", more)
    path = tmp_path / "returns.yml"
    path.write_text(text.replace("base: 20", "base: 10").replace("wished", "REQUIRED"), encoding="utf-8")
    rules = read_rules(path)
    assert (rules.base, rules.own_number, rules.why) == (10, "required", {"en": "Few.", "fr": "Peu."})
    assert rules.counts == {"definition": "people_served", "unit": "people", "place": "Ontario"}
    assert [*rules.return_columns] == [YEAR, "region", "fund", "age", "gender"]
    assert rules.columns["young"].codes == {"yes": {"en": "yes", "fr": "oui"}, "no": {"en": "no", "fr": "non"}}
    assert (rules.columns["young"].head, rules.columns["age"].head) == (
        {"en": "young", "fr": "jeunes"}, {"en": "age", "fr": "âge"},
    )  # fmt: skip
    assert (rules.finest_column("young"), rules.finest_column("age")) == ("age", "age")
    assert rules.tables["all"] == (YEAR, "young", "fund")
    assert rules.governed_columns(["young", "fund"]) == ["fund"]
    assert rules.kinds() == [
        (YEAR,), (YEAR, "young"), (YEAR, "fund"), (YEAR, "fund", "young"), (YEAR, "region"), (YEAR, "region", "fund"),
        (YEAR, "age"), (YEAR, "gender"), (YEAR, "age", "gender"),
    ]  # fmt: skip


def test_as_many_groups_as_can_be_rounded(tmp_path: Path) -> None:
    regions = "{North: Nord, East: Est, Central: Centre, West: Ouest, Toronto: Toronto}"
    assert refusal(regions, MANY, tmp_path) == (
        "returns.yml:-:tables: found 50400 combinations of age, fund, gender, region, year; "
        "allowed: at most 20000: fewer columns, or coarser codes of region"
    )


GOVERNED = f"governed: {{columns: {{fund: [youth]}}, {AGREED}}}\nwhy: {{en: Few., fr: Peu.}}\nbase: 10"
TABLES = f"{YOUNG}tables:\n  by_fund: [year, fund]\n  young: [year, young]\n"


def small_rules(folder: Path) -> Rules:
    """The sample's rules with a weaker base, an agreement, a level of age, and two tables."""
    text = RULES.partition("tables:")[0].replace("base: 20", GOVERNED) + TABLES
    (folder / "returns.yml").write_text(text.replace("wished", "false"), encoding="utf-8")
    return read_rules(folder / "returns.yml")


@pytest.mark.parametrize("synthetic", [False, True])
def test_what_is_written_of_a_release(synthetic: bool, tmp_path: Path) -> None:
    rules, data, folder = small_rules(tmp_path), SAMPLE / "data", tmp_path / "release"
    cells = published_cells(rules)
    rows = [RangeRow(cell, 10 * place, 14 if len(cell.kind) == 1 else 9) for place, cell in enumerate(cells)]
    folder.mkdir()
    writing.ReleaseWriter(rules, Tables(data), folder, synthetic).write(writing.table_rows(rules, rows), {"facts": 1})
    lines = []
    for path in sorted(folder.iterdir()):
        old = (data / path.name).read_text(encoding="utf-8").splitlines() if (data / path.name).is_file() else []
        new = path.read_text(encoding="utf-8").splitlines()
        if path.suffix == ".csv" and new != old:
            lines += [f"== {path.name}", *(line for line in new if line not in old)]
    contract = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    register = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    added = contract["resources"][-4:]
    assert {*register.pop("made_with")} == {DISTRIBUTION, "numpy", "scipy"}
    assert register.pop("files") == {p.name: file_hash(p) for p in folder.iterdir() if p.name != "release.json"}
    lines += [json.dumps(each, ensure_ascii=False) for each in ([] if synthetic else added[:2], register)]
    lines += [str(each) for resource in added for each in resource["schema"]["fields"] if "figures" in each]
    compare("\n".join(lines) + "\n", f"release_{'synthetic' if synthetic else 'written'}.txt", tmp_path)


def test_each_refusal_before_a_release_is_computed(tmp_path: Path) -> None:
    rules, data = small_rules(tmp_path), Path(shutil.copytree(SAMPLE / "data", tmp_path / "data"))
    full = tmp_path / "full"
    full.mkdir()
    check_output(rules, data, full)
    (full / "file").touch()
    (data / "young_all.csv").touch()
    secret = Path(shutil.copytree(SAMPLE / "data", tmp_path / "secret"))
    with small.contract_of(secret) as contract:
        contract["confidential"] = True
    synthetic, others = (pd.DataFrame({ORGANIZATION: [f"{SYNTHETIC}1", name]}) for name in (f"{SYNTHETIC}2", "A"))
    assert (release.are_synthetic(data, synthetic), release.are_synthetic(data, others[1:])) == (True, False)
    other = {part: rules.counts | {part: "gone"} for part in rules.counts}
    calls: dict[str, Any] = {
        "a full folder": lambda: check_output(rules, data, full),
        "a file": lambda: check_output(rules, data, full / "file"),
        "a name taken": lambda: check_output(rules, data, tmp_path / "new"),
        "confidential": lambda: check_output(rules, secret, tmp_path / "new"),
        **{f"no such {part}": lambda c=counts: check_output(replace(rules, counts=c), data, tmp_path / "new")
           for part, counts in other.items()},
        "no such licence": lambda: check_output(
            replace(rules, source=rules.source | {"licence": "gone"}), data, tmp_path / "new"),
        "a mixture": lambda: release.are_synthetic(data, others),
        "returns in data/": lambda: release.check_out_of_reach(data / "returns", data),
        "returns in notebooks/": lambda: release.check_out_of_reach(tmp_path / "notebooks", data),
        "half a secret": lambda: release.read_secret(half_a_secret(tmp_path)),
    }  # fmt: skip
    lines = []
    for name, call in calls.items():
        with pytest.raises(InputError) as error:
            call()
        lines.append(f"{name}: {error.value}".replace(str(tmp_path), "FOLDER"))
    compare("\n".join(lines) + "\n", "release_refused.txt", tmp_path)
    release.check_out_of_reach(tmp_path / "elsewhere", data)


def half_a_secret(folder: Path) -> Path:
    """A folder whose secret was cut; before, that a whole one is made once and stays."""
    place = folder / "returns"
    place.mkdir()
    made = release.read_secret(place)
    assert (len(made), release.read_secret(place)) == (32, made)
    (secret,) = place.iterdir()
    assert secret.stat().st_mode & 0o777 == 0o600
    secret.write_bytes(made[:16])
    return place


COLUMNS = {"year": ["2023", "2024"], "region": ["N", "S", "E"]}


def tiny_problem(counts: list[int], earlier: dict[int, int] | None = None) -> RoundingProblem:
    """Three regions in two years, with their totals by year."""
    groups = [{"year": [year]} | ({"region": [region]} if region else {})
              for year in COLUMNS["year"] for region in (*COLUMNS["region"], None)]  # fmt: skip
    cells = [
        SimpleNamespace(
            kind=tuple(group), codes=(), group=frozenset((name, frozenset(codes)) for name, codes in group.items())
        )
        for group in groups
    ]
    system = System(COLUMNS, cells, [])  # type: ignore[arg-type]
    return RoundingProblem(system, np.array(counts), 10, SecretRandom(b"s" * 32), earlier or {})


def test_a_rounding_is_widened_as_little_as_can_be() -> None:
    """Parts that add up to a total whose range they cannot all keep; and an earlier number that stays."""
    problem = tiny_problem([1, 1, 1, 12, 25, 3])
    worse = np.array([2, 2, 2, 4, 4, 4])
    better = rounding.integer_program(problem, worse)
    assert better is not None
    assert not rounding.distances_outside(problem, better).any()
    assert rounding.widening_by_kind(problem, worse) == {("year",): 8, ("year", "region"): 3}
    low, high = problem.ends
    assert ((low <= problem.system.matrix @ better) & (problem.system.matrix @ better <= high)).all()
    kept = rounding.round_system(tiny_problem([1, 1, 1, 12, 25, 3], {3: 3}))
    assert kept.values[3] == 30
    assert (kept.values % 10 == 0).all()
    with pytest.raises(rounding.NoRounding, match="no rounding keeps the counts near"):
        rounding.round_system(tiny_problem([1, 1, 1, 12, 25, 3], {3: 90}))


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("Maison \N{LATIN CAPITAL LETTER E WITH ACUTE}ric", "Maison E\N{COMBINING ACUTE ACCENT}ric"),
        ("L'Abri", "L\N{RIGHT SINGLE QUOTATION MARK}Abri"),
        ("East-House", "East\N{NON-BREAKING HYPHEN}House"),
        ("North House", "North\N{ZERO WIDTH SPACE} \N{NO-BREAK SPACE}house"),
    ],
)
def test_spellings_of_one_name_that_look_alike_are_one(one: str, same: str) -> None:
    assert rules.normalize(one) == rules.normalize(same)
    assert rules.normalize("Éric") != rules.normalize("Eric")
