"""Rules of a release that nobody may release by: a name for each, and the bytes of its returns.yml."""

import gzip

GOOD = """\
counts: {definition: people_served, unit: people, place: Ontario}
source:
  publisher: {en: The ministry, fr: Le ministère}
  title: Returns of the funded organizations
  published: 2026-11
columns:
  organization:
  year: {fr: exercice, codes: ["2021/22", "2022/23"]}
  region: {fr: région, codes: {North: Nord, East: Est}}
  age: {fr: âge, codes: {young: jeune, old: âgé}}
within: {zone: {region: {North: Up, East: Down}, fr: zone, codes: {Up: Haut, Down: Bas}}}
base: 20
own_number: wished
tables:
  t: [year, region, age]
"""
PUBLISHED, TITLE, AGES = "published: 2026-11", "title: Returns of the funded organizations", "  age: {fr"
SOURCE = GOOD[GOOD.index("source:") : GOOD.index("columns:")]
YEAR, YEARS = '  year: {fr: exercice, codes: ["2021/22", "2022/23"]}\n', '["2021/22", "2022/23"]'
REGION, AGE = "{North: Nord, East: Est}", "{young: jeune, old: âgé}"
WITHIN = "within: {zone: {region: {North: Up, East: Down}, fr: zone, codes: {Up: Haut, Down: Bas}}}"
TABLE = "[year, region, age]"


def changed(old: str, new: str) -> str:
    """The good rules with one thing changed."""
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def north(code: str) -> str:
    """The good rules with another code in place of North, wherever it stands."""
    return GOOD.replace("North: ", f"{code}: ")


def governed(how: str) -> str:
    """The good rules with some governed columns."""
    return GOOD + "governed: {" + how + "}\n"


BAD: dict[str, str | bytes] = {
    "empty": "",
    "a comment alone": "# nothing\n",
    "null": "null\n",
    "a list": "- a\n- b\n",
    "a text": "hello\n",
    "a number": "7\n",
    "two documents": GOOD + "---\n" + GOOD,
    "counts a list": changed(
        "counts: {definition: people_served, unit: people, place: Ontario}", "counts: [people_served, people, Ontario]"
    ),
    "counts a text": changed("counts: {definition: people_served, unit: people, place: Ontario}", "counts: people"),
    "definition a list": changed("definition: people_served", "definition: [people_served]"),
    "definition empty": changed("definition: people_served", "definition: ''"),
    "unit unknown": changed("unit: people", "unit: peple"),
    "source missing": changed(SOURCE, ""),
    "source a text": changed(SOURCE, "source: x\n"),
    "publisher without French": changed("{en: The ministry, fr: Le ministère}", "{en: The ministry}"),
    "publisher French null": changed("fr: Le ministère}", "fr: }"),
    "publisher blank": changed("fr: Le ministère}", "fr: '  '}"),
    "title blank": changed(TITLE, "title: ' '"),
    "title with newline": changed(TITLE, 'title: "a\\nb"'),
    "title a formula": changed(TITLE, "title: '=1+1'"),
    "title_language wrong": changed(PUBLISHED, "published: 2026-11\n  title_language: de"),
    "published no date": changed(PUBLISHED, "published: soon"),
    "published month 13": changed(PUBLISHED, "published: 2026-13"),
    "published a path": changed(PUBLISHED, "published: ../../x"),
    "licence unknown": changed(PUBLISHED, "published: 2026-11\n  licence: gnu"),
    "columns a list": changed("columns:\n  organization:", "columns: [a]\nx:"),
    "columns null": GOOD.replace(GOOD[GOOD.index("columns:") : GOOD.index("within")], "columns:\n"),
    "no organization": changed("  organization:\n", ""),
    "no year": changed(YEAR, ""),
    "year null": changed(YEAR, "  year:\n"),
    "year a text": changed(YEAR, "  year: 2021\n"),
    "year a list": changed(YEAR, "  year: [2021]\n"),
    "years floats": changed(YEARS, "[2021.0, 2022.0]"),
    "years floats as numbers": changed(YEARS, "[2021.5, 2e3]"),
    "year a word": changed(YEARS, "[first]"),
    "years a mapping of text": changed(YEARS, "{2021: x, 2022: y}"),
    "years mixed": changed(YEARS, '["2021", "2022/23", "2021/22"]'),
    "years huge": changed(YEARS, '["99999"]'),
    "codes a text": changed(REGION, "North"),
    "codes a number": changed(REGION, "7"),
    "codes nested": changed(REGION, "{North: [Nord], East: Est}"),
    "codes nested map": changed(REGION, "{North: {fr: Nord}, East: Est}"),
    "codes of lists": changed(REGION, "[[North], [East]]"),
    "codes of maps": changed(REGION, "[{North: Nord}, {East: Est}]"),
    "codes null": changed(REGION, ""),
    "codes empty": changed(REGION, "{}"),
    "codes empty list": changed(REGION, "[]"),
    "codes doubled in list": changed(REGION, "[North, East, North]"),
    "codes doubled in map": changed(REGION, "{North: Nord, East: Est, North: Nord}"),
    "codes doubled by case": changed(REGION, "{North: Nord, East: Est, north: Nort}"),
    "codes same French": changed(REGION, "{North: Nord, East: Nord}"),
    "French of one is English of another": changed(REGION, "{North: East, East: North}"),
    "missing French": changed(REGION, "{North: Nord, East: }"),
    "code null key": changed(REGION, "{~: Nord, East: Est}"),
    "code empty": changed(REGION, "{'': Nord, East: Est}"),
    "code blank": changed(REGION, "{'  ': Nord, East: Est}"),
    "code NUL escaped": north('"No\\0rth"'),
    "code newline": north('"No\\nrth"'),
    "code tab": north('"No\\trth"'),
    "code turns": north('"No\\u202erth"'),
    "code surrogate": north('"No\\ud800rth"'),
    "code formula": north("'=cmd|calc'"),
    "code formula at": north("'@sum'"),
    "French formula": changed(REGION, "{North: '+Nord', East: Est}"),
    "code very long": north("x" * 13_000),
    "code long": north("x" * 400),
    "code of dashes": changed(REGION, "{'--': '—', East: Est}").replace("North: Up", "'--': Up"),
    "two codes of one id": changed(AGE, "{18-24: 18 à 24, 18 24: de 18 à 24}"),
    "two codes of one id of signs": changed(AGE, "{<18: moins de 18, '>18': plus de 18}"),
    "code all": north("all"),
    "code Total": north("Total"),
    "code French ensemble": changed(REGION, "{North: Ensemble, East: Est}"),
    "head clash with people": changed("  age: {fr: âge,", "  age: {fr: personnes,"),
    "head clash with another": changed("  age: {fr: âge,", "  age: {fr: région,"),
    "head clash en": changed("  age: {fr: âge,", "  age: {en: region, fr: âge,"),
    "head clash of organization": changed("  age: {fr: âge,", "  age: {fr: organisme,"),
    "head a list": changed("  age: {fr: âge,", "  age: {fr: [âge],"),
    "head blank": changed("  age: {fr: âge,", "  age: {fr: ' ',"),
    "head with newline": changed("  age: {fr: âge,", '  age: {fr: "â\\nge",'),
    "head en a mapping": changed("  age: {fr: âge,", "  age: {en: {a: b}, fr: âge,"),
    "column with a path": changed("  age: {fr", "  ../age: {fr").replace("region, age]", "region, ../age]"),
    "column with capital": changed("  age: {fr", "  Age: {fr"),
    "column people": changed("  age: {fr", "  people: {fr"),
    "column long": changed("  age: {fr", "  " + "a" * 300 + ": {fr").replace(
        "region, age]", "region, " + "a" * 300 + "]"
    ),
    "column extra key": changed("  age: {fr: âge,", "  age: {fr: âge, label: x,"),
    "organization with codes": changed("  organization:\n", "  organization: {codes: [a, b]}\n"),
    "organization a text": changed("  organization:\n", "  organization: x\n"),
    "column in double": changed("  age: {fr", "  region: {fr"),
    "within a list": changed(WITHIN, "within: [zone]"),
    "within null": changed(WITHIN, "within:"),
    "within a level a list": changed(WITHIN, "within: {zone: [region]}"),
    "within cyclic": changed(WITHIN, "within: {zone: {area: {Up: N, Down: E}}, area: {zone: {N: Up, E: Down}}}"),
    "within itself": changed(WITHIN, "within: {region: {region: {North: East, East: North}}}"),
    "within of a level": changed(
        WITHIN, "within: {zone: {region: {North: Up, East: Down}}, area: {zone: {Up: All of it, Down: All of it}}}"
    ),
    "within two columns": changed(
        WITHIN, "within: {zone: {region: {North: Up, East: Down}, age: {young: Up, old: Down}}}"
    ),
    "within a code in two parents": changed(WITHIN, "within: {zone: {region: {North: Up, East: Down, North: Down}}}"),
    "within a code in a list of parents": changed(WITHIN, "within: {zone: {region: {North: [Up, Down], East: Down}}}"),
    "within a parent that is a map": changed(WITHIN, "within: {zone: {region: {North: {Up: x}, East: Down}}}"),
    "within a code missing": changed(WITHIN, "within: {zone: {region: {North: Up}}}"),
    "within an unknown code": changed(WITHIN, "within: {zone: {region: {North: Up, East: Down, South: Down}}}"),
    "within a parent null": changed(WITHIN, "within: {zone: {region: {North: , East: Down}}}"),
    "within year in tables alone": changed(WITHIN, 'within: {half: {year: {"2021/22": old, "2022/23": old}}}').replace(
        "[year, region", "[half, region"
    ),
    "within codes incomplete": changed("codes: {Up: Haut, Down: Bas}}}", "codes: {Up: Haut}}}"),
    "within codes a number": changed("codes: {Up: Haut, Down: Bas}}}", "codes: 7}}"),
    "within codes nested": changed("codes: {Up: Haut, Down: Bas}}}", "codes: {Up: [Haut], Down: Bas}}}"),
    "within takes a column's name": changed("within: {zone:", "within: {age:"),
    "within people": changed("within: {zone:", "within: {people:"),
    "within head clash": changed("fr: zone, codes", "fr: région, codes"),
    "zone and region": changed(TABLE, "[year, region, zone]"),
    "base 0": changed("base: 20", "base: 0"),
    "base 1": changed("base: 20", "base: 1"),
    "base -1": changed("base: 20", "base: -1"),
    "base 1e9": changed("base: 20", "base: 1e9"),
    "base 1000000000": changed("base: 20", "base: 1000000000"),
    "base text twenty": changed("base: 20", "base: twenty"),
    "base 20.0": changed("base: 20", "base: 20.0"),
    "base hex": changed("base: 20", "base: 0x14"),
    "base octal": changed("base: 20", "base: 020"),
    "base arabic": changed("base: 20", "base: '٢٠'"),
    "base null": changed("base: 20", "base:"),
    "base list": changed("base: 20", "base: [20]"),
    "base map": changed("base: 20", "base: {x: 20}"),
    "base true": changed("base: 20", "base: true"),
    "base nan": changed("base: 20", "base: .nan"),
    "base with newline": changed("base: 20", 'base: "20\\n"'),
    "base 2 without reason": changed("base: 20", "base: 2"),
    "base 2 with half a reason": changed("base: 20", "base: 2\nwhy: {en: because}"),
    "base 2 blank reason": changed("base: 20", "base: 2\nwhy: {en: ' ', fr: ' '}"),
    "base 2 empty reason": changed("base: 20", "base: 2\nwhy: {}"),
    "base 2 reason a text": changed("base: 20", "base: 2\nwhy: because"),
    "base 2 reason with newline": changed("base: 20", 'base: 2\nwhy: {en: "a\\nb", fr: "a\\nb"}'),
    "reason for nothing": changed("base: 20", "base: 20\nwhy: {en: because, fr: parce que}"),
    "reason in German too": changed("base: 20", "base: 2\nwhy: {en: because, fr: parce que, de: weil}"),
    "own a list": changed("own_number: wished", "own_number: [wished]"),
    "own null": changed("own_number: wished", "own_number:"),
    "own FALSE": changed("own_number: wished", "own_number: FALSE"),
    "own 0": changed("own_number: wished", "own_number: 0"),
    "own true": changed("own_number: wished", "own_number: true"),
    "tables a list": changed("tables:\n  t: [year, region, age]", "tables: [t]"),
    "tables empty": changed("tables:\n  t: [year, region, age]", "tables: {}"),
    "tables null": changed("tables:\n  t: [year, region, age]", "tables:"),
    "table empty": changed(TABLE, "[]"),
    "table null": changed(TABLE, ""),
    "table a text": changed(TABLE, "year"),
    "table a map": changed(TABLE, "{year: region}"),
    "table nested": changed(TABLE, "[year, [region, age]]"),
    "table nested map": changed(TABLE, "[year, {region: age}]"),
    "table without year": changed(TABLE, "[region, age]"),
    "table twice a column": changed(TABLE, "[year, region, region]"),
    "table year twice": changed(TABLE, "[year, year]"),
    "table path": changed("  t: [", "  ../t: ["),
    "table absolute": changed("  t: [", "  /etc/passwd: ["),
    "table all": changed("  t: [", "  t_all: ["),
    "table named figures": changed("  t: [", "  figures: ["),
    "table named sources": changed("  t: [", "  sources: ["),
    "table named riders": changed("  t: [", "  riders: ["),
    "table name null": changed("  t: [", "  ~: ["),
    "table name long": changed("  t: [", "  " + "t" * 300 + ": ["),
    "tables that clash with margins": changed(
        "  t: [year, region, age]", "  t: [year, region, age]\n  t_all: [year, region]"
    ),
    "tables twice": GOOD + "tables:\n  s: [year]\n",
    "table with organization": changed(TABLE, "[year, organization]"),
    "table with people": changed(TABLE, "[year, people]"),
    "7 columns": changed("  age: {fr: âge, codes: " + AGE + "}", "\n".join(f"  c{n}: [a]" for n in range(7))).replace(
        TABLE, "[year, c0, c1, c2, c3, c4, c5]"
    ),
    "7 columns right": changed(
        "  age: {fr: âge, codes: " + AGE + "}", "\n".join(f"  c{n}: {{codes: [a{n}, b{n}]}}" for n in range(7))
    ).replace(TABLE, "[year, c0, c1, c2, c3, c4, c5]"),
    "too many atoms": changed(REGION, "[" + ", ".join(f"r{n}" for n in range(3000)) + "]")
    .replace(WITHIN, "")
    .replace(AGE, "[a, b, c, d]"),
    "too many atoms over tables": changed(REGION, "[" + ", ".join(f"r{n}" for n in range(300)) + "]")
    .replace(WITHIN, "")
    .replace(AGE, "[" + ", ".join(f"a{n}" for n in range(100)) + "]")
    .replace(TABLE, "[year, region]\n  s: [year, age]"),
    "governed a list": GOOD + "governed: [a]\n",
    "governed a text": GOOD + "governed: a\n",
    "governed null": GOOD + "governed:\n",
    "governed empty": governed(""),
    "governed columns a list": governed("columns: [age]"),
    "governed unknown column": governed("columns: {fund: [x]}"),
    "governed codes a text": governed("columns: {age: young}"),
    "governed codes empty": governed("columns: {age: []}"),
    "governed codes nested": governed("columns: {age: [[young]]}"),
    "governed codes unknown": governed("columns: {age: [younge]}"),
    "governed codes map": governed("columns: {age: {young: x}}"),
    "governed codes of maps": governed("columns: {age: [{young: x}]}"),
    "governed no agreement": governed("columns: {age: [young]}"),
    "governed agreement null": governed("columns: {age: [young]}, agreement: "),
    "governed agreement text": governed("columns: {age: [young]}, agreement: yes"),
    "governed agreement empty": governed("columns: {age: [young]}, agreement: {}"),
    "governed agreement blank": governed(
        "columns: {age: [young]}, agreement: {with: ' ', date: 2026-01-01, says: {en: a, fr: b}}"
    ),
    "governed agreement no date": governed(
        "columns: {age: [young]}, agreement: {with: X, date: later, says: {en: a, fr: b}}"
    ),
    "governed agreement one language": governed(
        "columns: {age: [young]}, agreement: {with: X, date: 2026-01-01, says: {en: a}}"
    ),
    "governed agreement extra": governed(
        "columns: {age: [young]}, agreement: {with: X, date: 2026-01-01, says: {en: a, fr: b}, by: me}"
    ),
    "governed organization": governed("columns: {organization: [x]}"),
    "agreement with governed level": GOOD.replace(TABLE, "[year, zone]") + "governed: {columns: {zone: [Up]}}\n",
    "indigenous code ungoverned": changed(AGE, "{Inuit: Inuits, old: âgé}"),
    "indigenous in French alone": changed(AGE, "{I: Métis, old: âgé}"),
    "indigenous level": changed("{Up: Haut, Down: Bas}", "{Up: Autochtones, Down: Bas}").replace(TABLE, "[year, zone]"),
    "indigenous head": changed(
        "  age: {fr: âge, codes: {young: jeune, old: âgé}}",
        "  indigenous: {fr: autochtone, codes: {yes it is: oui, no it is not: non}}",
    ).replace("region, age]", "region, indigenous]"),
    "unknown key": GOOD + "confidential: true\n",
    "key a number": GOOD + "7: x\n",
    "key null": GOOD + "~: x\n",
    "key boolean": GOOD + "true: x\n",
    "complex key": GOOD + "? [a, b]\n: c\n",
    "complex key in columns": changed("columns:\n", "columns:\n  ? [a, b]\n  : c\n"),
    "complex key map": GOOD + "? {a: b}\n: c\n",
    "complex key in codes": changed(REGION, "{? [a, b] : Nord, East: Est}"),
    "merge key": "x: {a: b}\n<<: {base: 20}\n" + GOOD,
    "merge in columns": changed("columns:\n", "columns:\n  <<: {fund: {codes: [a]}}\n"),
    "alias": changed(REGION, "&r {North: Nord, East: Est}").replace("codes: " + AGE, "codes: *r"),
    "alias bomb": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9))
    + GOOD,
    "self alias": "x: &x [*x]\n" + GOOD,
    "tag python": changed("base: 20", "base: !!python/object/apply:os.system ['true']"),
    "tag binary": changed("base: 20", "base: !!binary MjA="),
    "tag set": changed(REGION, "!!set {North, East}"),
    "tag null": changed("base: 20", "base: !!null 20"),
    "deep list": GOOD + "x: " + "[" * 5000 + "]" * 5000 + "\n",
    "deep map": GOOD + "x: " + "{a: " * 3000 + "b" + "}" * 3000 + "\n",
    "deep 400": GOOD + "x: " + "[" * 400 + "]" * 400 + "\n",
    "deep codes": changed(REGION, "[" * 300 + "]" * 300),
    "5 MB": "# " + "x" * 5_000_000 + "\n" + GOOD,
    "40 kB of keys": GOOD + "".join(f"k{n}: 1\n" for n in range(5000)),
    "tab indent": GOOD.replace("  t: [", "\tt: ["),
    "broken": GOOD + "x: [\n",
    "unclosed quote": GOOD + "x: 'abc\n",
    "bad escape": GOOD + 'x: "\\q"\n',
    "bad hex": GOOD + 'x: "\\UFFFFFFFF"\n',
    "directive": "%YAML 9.9\n---\n" + GOOD,
    "NUL": GOOD + "\0",
    "DEL": GOOD + "x: \x7f\n",
    "ESC": GOOD + "\x1b[31m: x\n",
    "Latin-1": GOOD.encode("latin-1"),
    "UTF-16": GOOD.encode("utf-16"),
    "UTF-16 BE": GOOD.encode("utf-16-be"),
    "UTF-32": GOOD.encode("utf-32"),
    "binary": bytes(range(256)) * 20,
    "gzip": gzip.compress(GOOD.encode()),
    "overlong UTF-8": GOOD.encode() + b"x: \xc0\xaf\n",
    "surrogate UTF-8": GOOD.encode() + b"x: \xed\xa0\x80\n",
}

# Unusual, and right: none of them is refused.
FINE: dict[str, str | bytes] = {
    "CRLF": GOOD.replace("\n", "\r\n"),
    "CR": GOOD.replace("\n", "\r"),
    "a byte-order mark": "\ufeff" + GOOD,
    "a quoted base": changed("base: 20", 'base: "20"'),
    "a large base": changed("base: 20", "base: 999"),
    "a tag": changed("base: 20", "base: !!str 20"),
    "an anchor alone": changed("base: 20", "base: &b 20"),
    "tables alike": changed("  t: " + TABLE, "  t: [year, region, age]\n  s: [year, age, region]"),
    "tables that share the year alone": changed(
        "  t: " + TABLE, "  t: [year, region]\n  s: [year, age]\n  z: [year, zone]"
    ),
    "a table of the year alone": changed(TABLE, "[year]"),
    "codes that YAML reads as true and false": changed(AGE, "{yes: oui, no: non}"),
    "columns named as those of a table": GOOD.replace("age: {", "bound: {").replace("age]", "bound]"),
    "a governed column in no table": GOOD.replace(TABLE, "[year, region]") + "governed: {columns: {age: [young]}}\n",
}
