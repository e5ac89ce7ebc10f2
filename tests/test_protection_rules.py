"""Every refusal of the rules of a release, in its words; and earlier releases, read back."""

from pathlib import Path

from golden import compare

from evaluation.problems import InputError
from evaluation.protection.rules import YEAR, read_rules
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
