"""Whether the words of a finished page agree with its numbers and with data/*.csv, by a reading of its own.

Imports nothing of what it judges: the HTML is read with lxml, the tables with csv, and every rule is worked out here
anew. A word that says something of the data is *consistent* or *contradicts*; of one that cannot be judged nothing is
said. A page is wrong where a word contradicts in each way in which it can be meant. So the checker is generous to a
reading, not to a page.
"""

import csv
import math
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import html
from lxml.html import HtmlElement

CONSISTENT, CONTRADICTS = "consistent", "contradicts"
UP, DOWN, SAME, OPEN = "rose", "fell", "same", "open"
REPORTED = ("all_human_trafficking", "trafficking_1525")
INF = math.inf
Range = tuple[float, float]
WORDS = tomllib.loads((Path(__file__).parent / "truth_words.toml").read_text(encoding="utf-8"))


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def first_of(names: Iterable[str]) -> re.Pattern[str]:
    """A pattern of whole names: the first in a text, and of those that begin at one place the longest."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?!\w)")


@dataclass
class Data:
    """What the tables say of series, places and definitions."""

    folder: Path

    def __post_init__(self) -> None:
        self.releases: dict[tuple[str, str], dict[int, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
        for row in sorted(rows(self.folder, "police_reported"), key=lambda row: row["vintage"]):
            self.releases[row["definition"], row["place"]][int(row["year"])].append(row)
        self.people: dict[tuple[str, int], list[int]] = defaultdict(list)
        for row in rows(self.folder, "population"):
            self.people[row["place"], int(row["year"])].append(int(row["people"]))
        self.places = {row["place"]: row for row in rows(self.folder, "places")}
        self.place_by_name = {
            language: {row[f"name_{language}"]: place for place, row in self.places.items()}
            for language in ("en", "fr")
        }
        if "Ontario" in self.places:
            self.place_by_name["fr"] |= dict.fromkeys(("taux ontarien", "Taux ontarien"), "Ontario")
        self.names_of_places = {language: first_of(names) for language, names in self.place_by_name.items()}
        self.definitions = rows(self.folder, "definitions")
        self.figures = {row["figure"]: row for row in rows(self.folder, "figures")}
        self.without_target = not any(row["target"] for row in rows(self.folder, "indicators"))

    def definition_of(self, label: str) -> str:
        """The definition whose label stands first in a text; empty where none does."""
        known = [row for row in self.definitions if row["definition"] in REPORTED]
        matching = (row["definition"] for row in known if label.startswith((row["label_en"], row["label_fr"])))
        return next(matching, "")

    def place_in(self, text: str, language: str) -> str:
        """The place that a text names first; empty where it names none."""
        match = self.names_of_places[language].search(text)
        return self.place_by_name[language][match[0]] if match else ""

    def years(self, definition: str, place: str) -> list[int]:
        return sorted(self.releases.get((definition, place), {}))

    def count(self, row: dict[str, str], place: str) -> Range | None:
        """A row's incidents: published, or what its rate as rounded leaves open."""
        if row["incidents"]:
            return float(row["incidents"]), float(row["incidents"])
        people = self.people.get((place, int(row["year"])))
        if not (row["rate_per_100k"] and people):
            return None
        rate, decimals = float(row["rate_per_100k"]), len(row["rate_per_100k"].partition(".")[2])
        off = 0.5 * 10.0**-decimals  # half a unit of the last digit that is printed
        return (rate - off) * min(people) / 1e5, (rate + off) * max(people) / 1e5

    def pairs(self, definition: str, place: str, years: tuple[int, int]) -> dict[str, tuple[Range, Range]]:
        """The ways to set two years side by side: in the newest release of both, as each was first released, and by
        the latest release of each; a count, or what a rate implies."""
        known = self.releases.get((definition, place), {})
        if any(year not in known for year in years):
            return {}
        early, late = known[years[0]], known[years[1]]
        by_release: dict[str, tuple[Range, Range]] = {}
        shared = {row["vintage"] for row in early} & {row["vintage"] for row in late}
        for name, (first_rows, last_rows) in {
            "one": ([r for r in early if r["vintage"] in shared], [r for r in late if r["vintage"] in shared]),
            "first": (published_first(early), published_first(late)),
            "latest": (early[-1:], late[-1:]),
        }.items():
            ends = [self.count(found_in[-1], place) if found_in else None for found_in in (first_rows, last_rows)]
            if ends[0] and ends[1]:
                by_release[name] = (ends[0], ends[1])
        return by_release

    def first_rates(self, definition: str, place: str, year: int) -> list[float]:
        """The rate that was published first for a year; none where none was."""
        released = self.releases.get((definition, place), {}).get(year, [])
        return [float(row["rate_per_100k"]) for row in released if row["rate_per_100k"]][:1]

    def printed(self, place: str, year: int, value: float, definitions: Iterable[str] = REPORTED) -> list[set[str]]:
        """The releases that print a number of a place in a year, by definition where any number of the year is there;
        of the first one that is by the word "first" too."""
        releases = []
        for definition in definitions:
            released = self.releases.get((definition, place), {}).get(year, [])
            same = [
                row for row in released if value in map(float, filter(None, (row["incidents"], row["rate_per_100k"])))
            ]
            if released:
                first = {"first"} if same and same[0] in (*published_first(released), released[0]) else set()
                releases.append({row["vintage"] for row in same} | first)
        return releases

    def rate(self, place: str, year: int) -> float:
        """The rate of all laws that was published last for a year."""
        released = self.releases[REPORTED[0], place][year]
        return next(float(row["rate_per_100k"]) for row in reversed(released) if row["rate_per_100k"])

    def directions(self, definition: str, place: str, years: tuple[int, int]) -> set[str]:
        pairs = self.pairs(definition, place, years).values()
        return {direction((late[0] / early[1], late[1] / early[0])) for early, late in pairs if early[0] > 0}

    def growth(self, place: str, years: tuple[int, int]) -> list[float]:
        early, late = (self.people.get((place, year), []) for year in years)
        return [after / before for before in early for after in late]

    def behind(self, definition: str, place: str, years: tuple[int, int], variance: float = 1) -> set[str]:
        """What the rate behind the reports did, by each way of comparing: exact binomial intervals of the number and
        per person, at 95%, of counts divided by a variance factor where events come in groups."""
        directions = set()
        for early, late in self.pairs(definition, place, years).values():
            low = binomial(early[1] / variance, late[0] / variance)[0]
            high = binomial(early[0] / variance, late[1] / variance)[1]
            for people in [1.0, *self.growth(place, years)]:
                directions.add(direction((low / people, high / people)))
        return directions


def published_first(released: list[dict[str, str]]) -> list[dict[str, str]]:
    """The earliest release of a year: with a count where any has one."""
    return [row for row in released if row["incidents"]][:1] or released[:1]


def direction(ratio: Range) -> str:
    if ratio[0] == ratio[1] == 1:
        return SAME
    return UP if ratio[0] > 1 else DOWN if ratio[1] < 1 else OPEN


def binomial(early: float, late: float, level: float = 0.95) -> Range:
    """Clopper and Pearson (1934) on the later share of both years, as a ratio."""
    from scipy.stats import beta  # a second and a half, which no quick test waits for

    tail = (1 - level) / 2
    low = beta.ppf(tail, late, early + 1) if late else 0.0
    high = beta.ppf(1 - tail, late + 1, early) if early else 1.0
    return low / (1 - low), high / (1 - high) if high < 1 else INF


@dataclass
class Number:
    """A number of a page as it stands there."""

    words: str
    value: float
    low: float
    high: float
    bound: str
    name: str = ""  # of the row that it leads to
    label: str = ""
    definition: str = ""
    place: str = ""
    years: tuple[int, ...] = ()
    percent: bool = False


@dataclass
class Block:
    """A heading, a paragraph, an item or a cell: its words with the numbers ⟦0⟧ and times ⟨2024⟩ in them."""

    text: str
    role: str
    numbers: list[Number]
    section: int

    @property
    def clauses(self) -> list[str]:
        parts = re.split(r"(?<=[.!?])\s+(?=[^a-z\s])|;\s+|(?<=\.)\s*$", self.text)
        return [part.strip() for part in parts if part and part.strip()]

    def numbers_in(self, clause: str) -> list[Number]:
        return [self.numbers[int(n)] for n in re.findall(r"⟦(\d+)⟧", clause)]

    def with_numbers(self, clause: str) -> str:
        return re.sub(r"⟦(\d+)⟧", lambda m: self.numbers[int(m[1])].words, clause)


@dataclass
class Verdict:
    """What became of one word of a page."""

    verdict: str
    rule: str
    word: str
    text: str
    why: str = ""
    page: str = ""

    def __str__(self) -> str:
        return f"{self.page}: {self.rule}: {self.word!r} in {self.text!r}: {self.why}"


def as_true(fits: bool, rule: str, word: str, text: str, why: str = "") -> Verdict:
    return Verdict(CONSISTENT if fits else CONTRADICTS, rule, word, text, why)


NOT_READ = "svg|script|style|pre|nav"
APART = ["sources", "said", "words", "made", "origins"]
SAFE = re.compile(r"(?:Safe to say|À dire|On peut dire)$")
UNSAFE = re.compile(r"(?:Not safe to say|À ne pas dire|On ne peut pas dire)$")


def number_of(element: HtmlElement) -> Number:
    words = " ".join(element.text_content().split())
    value, bound = float(element.get("value", "nan")), element.get("data-bound", "")
    low, high = float(element.get("data-low", value)), float(element.get("data-high", value))
    if bound in ("more-than", "at-least"):
        high = INF
    elif bound in ("less-than", "up-to"):
        low = -INF
    elif bound == "about":
        digits = re.search(r"\d[\d\s,.\u202f\xa0]*", words)
        decimals = re.search(r"[.,](\d{1,2})(?!\d)", digits[0].strip(" ,.")) if digits else None
        off = 0.5 * 10.0 ** -len(decimals[1]) if decimals else max(0.5, 0.05 * abs(value))
        low, high = value - off, value + off
    parent = element.getparent()
    href = (parent.get("href") or "") if parent is not None and parent.tag == "a" else ""
    name = href.rpartition("#from-")[2] if "#from-" in href else ""
    return Number(words, value, low, high, bound, name, percent="%" in words)


@dataclass
class Page:
    """A page: its blocks in order, its parameters, and where each number comes from."""

    path: Path
    data: Data

    def __post_init__(self) -> None:
        self.language = self.path.parent.name
        tree = html.parse(str(self.path)).getroot()
        self.main = tree.xpath("//main")[0]
        codes = [[code.text_content() for code in li.xpath("./code")] for li in tree.xpath("//*[@id='made']//li")]
        self.parameters = dict(code for code in codes if len(code) == 2)
        rows = {row.get("id")[5:]: row for row in tree.xpath("//tr[starts-with(@id, 'from-')]")}
        self.rows = {name: self.origin(name, row) for name, row in rows.items()}
        self.blocks = list(self.read())

    @property
    def name(self) -> str:
        return f"{self.language}/{self.path.stem}"

    def origin(self, name: str, row: HtmlElement) -> Number:
        number = number_of(row.xpath(".//data")[0]) if row.xpath("./th//data") else Number("", math.nan, 0, 0, "")
        cells = row.xpath("./td")
        small = cells[0].xpath(".//small")
        definition_text = small[0].text_content() if small else ""
        number.label = cells[0].text_content().removesuffix(definition_text).strip()
        number.definition = self.data.definition_of(definition_text) or self.data.definition_of(number.label)
        number.place = self.data.place_in(cells[1].text_content(), self.language)
        number.years = tuple(int(y) for y in re.findall(r"\b(?:19|20)\d\d\b", cells[1].text_content()))
        number.name = name
        return number

    def number(self, element: HtmlElement) -> Number:
        number = number_of(element)
        row = self.rows.get(number.name)
        same = [r for r in self.rows.values() if (r.value, r.bound) == (number.value, number.bound)]
        if known := row or next(iter(same), None):  # a heading has no link
            for part in ("label", "definition", "place", "years"):
                setattr(number, part, getattr(known, part))
        return number

    def read(self) -> Iterator[Block]:
        section, role = 0, ""
        tags = ["h1", "h2", "h3", "h4", "p", "li", "caption", "td", "th", "figcaption"]
        for element in self.main.iter(*tags):
            above = list(element.iterancestors())
            if any(up.tag in NOT_READ.split("|") or up.get("id") in APART for up in above):
                continue
            if element.tag == "li" and (element.xpath(".//p") or "cards" in [up.get("class") for up in above]):
                continue
            kind = element.get("class") or ""
            if kind in ("download", "source", "eyebrow", "bridge", "caveat note", "caveat moving", "caveat", "key"):
                continue
            section += element.tag in ("h1", "h2", "h3", "h4")
            words = " ".join(element.text_content().split())
            role = "unsafe" if UNSAFE.match(words) else "safe" if SAFE.match(words) else role
            is_list = SAFE.match(words) or UNSAFE.match(words)  # of the brief, under a heading
            role = "" if element.tag.startswith("h") and not is_list else role
            numbers: list[Number] = []
            text = self.marked(element, numbers)
            used = role if element.tag in ("li", "p") and role else element.tag
            if any("cards" in (up.get("class") or "") for up in above):
                used = "card"
            yield Block(text, used, numbers, section)

    def marked(self, element: HtmlElement, numbers: list[Number]) -> str:
        def walk(node: HtmlElement) -> Iterator[str]:
            if node.tag in NOT_READ.split("|"):
                pass
            elif node.tag == "data":
                numbers.append(self.number(node))
                yield f"⟦{len(numbers) - 1}⟧"
            elif node.tag == "time":
                yield f"⟨{node.text_content()}⟩"
            else:
                yield node.text or ""
                for child in node:
                    yield from walk(child)
                    yield child.tail or ""

        return " ".join("".join(walk(element)).split())


@dataclass
class Judge:
    """The rules on one page."""

    page: Page

    def __post_init__(self) -> None:
        self.data, self.language = self.page.data, self.page.language

    def verdicts(self) -> list[Verdict]:
        verdicts: list[Verdict] = []
        for block in self.page.blocks:
            for clause in block.clauses if block.role != "unsafe" else ():
                verdicts += self.of(block, clause)
        for verdict in verdicts:
            verdict.page = self.page.name
        return verdicts

    def of(self, block: Block, clause: str) -> list[Verdict]:
        return [verdict for rule in RULES for verdict in rule(self, block, clause)]

    def hedged(self, clause: str) -> bool:
        return bool(re.search(WORDS["hedged"][self.language], clause, re.IGNORECASE))

    # Whose series, and over which years

    def definition(self, block: Block, clause: str) -> list[str]:
        """The definitions that a clause may be about: named, of its numbers, of its section, or the page's."""
        for text, numbers in self.around(block, clause):
            named = [REPORTED[1]] * bool(re.search(WORDS["criminal"][self.language], text))
            named += [REPORTED[0]] * bool(re.search(WORDS["all_laws"][self.language], text, re.IGNORECASE))
            if len(named) == 1:
                return named
            of_numbers = {n.definition for n in numbers if n.definition}
            if of_numbers:
                return sorted(of_numbers)
        asked = self.page.parameters.get("definition", "")
        return [asked] if asked else list(REPORTED)

    def place(self, block: Block, clause: str) -> str:
        for text, numbers in self.around(block, clause):
            places = {n.place for n in numbers if n.place and n.definition}
            if named := self.data.place_in(text, self.language) or (places.pop() if len(places) == 1 else ""):
                return named
        return self.page.parameters.get("place", "Canada")

    def around(self, block: Block, clause: str) -> Iterator[tuple[str, list[Number]]]:
        """A clause, its block, and the heading and figures of its section: where a subject may be named."""
        yield block.with_numbers(clause), block.numbers_in(clause)
        yield block.with_numbers(block.text), block.numbers
        if block.role in ("h1", "card"):
            return
        section = [other for other in self.page.blocks if other.section == block.section]
        heads = [b for b in section if b.role in ("h1", "h2", "h3", "h4", "caption", "p")]
        yield " ".join(b.with_numbers(b.text) for b in heads), [n for b in heads for n in b.numbers]

    def years(self, block: Block, clause: str, definition: str, place: str) -> list[tuple[int, int]]:
        """The pairs of years that a clause may be about."""
        known = self.data.years(definition, place)
        asked = [self.page.parameters.get(n, "") for n in ("first_year", "last_year", "earlier_year", "later_year")]
        last = max([int(y) for y in asked if y.isdigit()] or known[-1:] or [0])
        for text, numbers in self.around(block, clause):
            named = {int(y) for span in re.findall(r"⟨([^⟩]*)⟩", text) for y in re.findall(r"\b(?:19|20)\d\d\b", span)}
            named |= {int(y) for y in re.findall(r"(?<![\d-])(?:19|20)\d\d(?![\d-])", re.sub(r"⟨[^⟩]*⟩", "", text))}
            named |= {y for n in numbers if n.definition == definition for y in n.years}
            named &= set(known)
            if len(named) > 1:
                return [(min(named), max(named))]
            if named and min(named) < last and re.search(r"since|than in|depuis|qu’en", text):
                return [(min(named), y) for y in {last, known[-1]} if y in known]
        years_of_series = [y for y in known if y <= last]
        pairs = [(years_of_series[0], years_of_series[-1])] if len(years_of_series) > 1 else []
        earlier = self.page.parameters.get("earlier_year", "")
        return [(int(earlier), last)] if earlier.isdigit() and int(earlier) in known else pairs

    def truths(self, block: Block, clause: str, behind: bool = False) -> tuple[set[str], str]:
        """Every direction that a clause about reports may mean, and of what."""
        place, truths, sources = self.place(block, clause), set(), []
        for definition in self.definition(block, clause):
            for years in self.years(block, clause, definition, place):
                if behind:
                    truths |= self.data.behind(definition, place, years)
                    truths |= {OPEN} & self.data.behind(definition, place, years, variance=5)
                else:
                    truths |= self.data.directions(definition, place, years)
                    truths |= self.of_rates(definition, place, years) if re.search(r"rate|taux", clause) else set()
                sources.append(f"{definition} {place} {years[0]} {years[1]}")
        return truths, "; ".join(sources)

    def of_rates(self, definition: str, place: str, years: tuple[int, int]) -> set[str]:
        """What the published rates did, where there are rates alone."""
        released = [self.data.releases.get((definition, place), {}).get(year, []) for year in years]
        rates = [
            float(of_year[-1]["rate_per_100k"]) for of_year in released if of_year and of_year[-1]["rate_per_100k"]
        ]
        counts = [row for of_year in released for row in of_year if row["incidents"]]
        return {direction((rates[1] / rates[0],) * 2)} if len(rates) == 2 and not counts and rates[0] else set()


def directions_of_reports(judge: Judge, block: Block, clause: str) -> Iterator[Verdict]:
    """Reports rose, fell, are up: as their series did."""
    language = judge.language
    if block.role in ("td", "th") or judge.hedged(clause):
        return
    text = block.with_numbers(clause)
    if re.search(WORDS["revised"][language], text):  # of revisions, not of reports
        return
    of_reports = re.search(WORDS["reports"][language], block.with_numbers(block.text), re.IGNORECASE)
    of_reports = of_reports or any(n.definition for n in block.numbers)
    of_else = f"{WORDS['population'][language]}|{WORDS['other'][language]}"
    bare = re.split(WORDS["behind"][language], re.sub(r"⟦\d+⟧", "#", clause))[0]  # what follows is of the rate behind
    for word, stated in found_words(bare, language) if not re.search(WORDS["last_step_any"][language], bare) else ():
        if re.search(WORDS["trafficking"][language].format(verb=re.escape(word)), bare):
            yield Verdict(CONTRADICTS, "trafficking", word, text, "no data say whether trafficking itself rose or fell")
        elif not re.search(of_else, bare) and of_reports:
            truths, what = judge.truths(block, clause)
            if truths:
                yield as_true(stated in truths, "direction", word, text, f"{what}: {', '.join(sorted(truths))}")


def found_words(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Words of direction in a text, each with what it says; of an open one no other is taken."""
    spans: list[tuple[int, int]] = []
    verbs, nouns = WORDS["verbs"][language], WORDS["nouns"][language]
    kinds = [(OPEN, nouns[OPEN])]
    kinds += [(meaning, words[meaning]) for meaning in (SAME, UP, DOWN) for words in (verbs, nouns)]
    for meaning, pattern in kinds:
        for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE):
            if not any(match.start() < end and start < match.end() for start, end in spans):
                spans.append(match.span())
                yield match[0].strip(" :"), meaning


def rate_behind(judge: Judge, block: Block, clause: str) -> Iterator[Verdict]:
    """What is said of the rate behind the reports: as an exact interval leaves it, plain or widened."""
    language, text = judge.language, block.with_numbers(clause)
    at = re.search(WORDS["behind"][language], clause)
    if not at or block.role in ("td", "th") or re.search(WORDS["general"][language], clause.strip()):
        return
    if judge.page.name.endswith("index"):  # a card's title: it is judged on its own page, which says the years
        return
    rest = clause[at.start() :]
    unclear = re.search(WORDS["unclear"][language], rest, re.IGNORECASE)
    hedged = judge.hedged(re.sub(WORDS["unclear"][language], "", rest, flags=re.IGNORECASE))
    statements = [(unclear[0], OPEN)] if unclear else [] if hedged else list(found_words(rest, language))
    for word, stated in statements:
        intervals = [n for n in block.numbers_in(clause) if n.bound == "between" and n.percent]
        truths, what = judge.truths(block, clause, behind=True)
        if intervals:
            truths, what = {direction((1 + n.low / 100, 1 + n.high / 100)) for n in intervals}, "the interval beside it"
        if truths:
            yield as_true(stated in truths, "rate behind", word, text, f"{what}: {', '.join(sorted(truths))}")


def as_first_released(judge: Judge, block: Block, clause: str) -> Iterator[Verdict]:
    """Two counts said to be first releases, or of one release, are what the tables have as such."""
    for part in re.split(r",? (?:and|et) (?=from|de ⟦)|,? and ⟦|, ⟦(?=\d)", clause):
        of_one_year = [n for n in block.numbers_in(part) if n.definition and not n.percent and len(n.years) == 1]
        counts = [n for n in of_one_year if n.bound != "about"]  # of a rate of nine decimals, what is printed
        for kind, pattern in (("first", WORDS["first"]), ("one", WORDS["one"])):
            match = re.search(pattern[judge.language], part, re.IGNORECASE)
            if not match or len(counts) != 2 or counts[0].definition != counts[1].definition:
                continue
            earlier, later = sorted(counts, key=lambda n: n.years[0])
            if earlier.years == later.years:
                continue
            pairs = judge.data.pairs(earlier.definition, earlier.place, (earlier.years[0], later.years[0]))
            if kind not in pairs:
                continue
            rates = [judge.data.first_rates(n.definition, n.place, n.years[0]) for n in (earlier, later)]
            ends = zip((earlier, later), pairs[kind], rates, strict=True)
            true = [interval[0] <= n.value <= interval[1] or n.value in first for n, interval, first in ends]
            yield as_true(
                all(true), f"{kind} release", match[0], block.with_numbers(clause), f"in the tables {pairs[kind]}"
            )


def years_of_numbers(judge: Judge, block: Block, clause: str) -> Iterator[Verdict]:
    """A count that stands right beside a year is of that year."""
    between = {"en": r"(?: [a-z-]+){0,3} (?:in|for) ", "fr": r"(?: [\w’-]+){0,3} en "}[judge.language]
    for match in re.finditer(rf"⟦(\d+)⟧{between}⟨(\d{{4}})⟩", clause):
        n = block.numbers[int(match[1])]
        if n.definition and len(n.years) == 1 and n.name:
            fits = n.years[0] == int(match[2])
            yield as_true(fits, "year", match[2], block.with_numbers(clause), f"{n.words}: {n.years[0]}")


YEAR = re.compile(r"\b((?:19|20)\d\d)(?:-(?:20)?\d\d)?")
OF_YEAR = {"en": r"⟦(\d+)⟧[^⟦⟧.]{0,80}? in ⟨(\d{4})⟩", "fr": r"⟦(\d+)⟧[^⟦⟧.]{0,80}? en ⟨(\d{4})⟩"}


def is_worded_as(number: Number, row: dict[str, str]) -> bool:
    return (number.value, number.bound) == (float(row["value"]), row["bound"])


def amounts(judge: Judge, block: Block, clause: str) -> Iterator[Verdict]:
    """A number that leads to a figure is that figure, by its digits and by its bound."""
    for n in block.numbers_in(clause):
        if row := judge.data.figures.get(n.name):
            why = f"{row['bound']} {row['value']}"
            yield as_true(is_worded_as(n, row), "amount", n.words, block.with_numbers(clause), why)


def subjects(judge: Judge, block: Block, clause: str) -> Iterator[Verdict]:
    """A number beside words for what it counts is a figure of that, in the period that the clause names."""
    for subject in WORDS["subject"]:
        for match in re.finditer(subject[judge.language], clause):
            n = block.numbers[int(next(filter(None, match.groups())))]
            alike = [row for row in judge.data.figures.values() if row["definition"] == subject["definition"]]
            same = [row for row in alike if is_worded_as(n, row)]
            times = re.findall(r"⟨([^⟩]*)⟩", clause)
            years = set(YEAR.findall(times[0])) if len(times) == 1 else set()
            fits = [row for row in same if years <= {row["period_start"][:4], row["period_end"][:4]}]
            yield as_true(
                bool(fits), "subject", n.words, block.with_numbers(clause), f"no such {subject['definition']}"
            )


def announced(judge: Judge, block: Block, clause: str) -> Iterator[Verdict]:
    """A sum that was announced for some years is one of those years."""
    if not re.search(WORDS["announced"][judge.language], clause):
        return
    for match in re.finditer(r"⟦(\d+)⟧ (?:for|pour) ⟨([^⟩]*)⟩", clause):
        n, years = block.numbers[int(match[1])], YEAR.findall(match[2])
        same = [row for row in judge.data.figures.values() if is_worded_as(n, row)]
        fits = any(row["period_start"][:4] == years[0] for row in same) if years else bool(same)
        yield as_true(fits, "announced", n.words, block.with_numbers(clause), f"no such sum of {match[2]}")


def numbers_of_years(judge: Judge, block: Block, text: str) -> list[tuple[Number, int]]:
    """The numbers of a series in a text, each with the year that stands behind it."""
    pairs = re.findall(OF_YEAR[judge.language], text)
    return [(block.numbers[int(n)], int(year)) for n, year in pairs if not block.numbers[int(n)].percent]


def reported_numbers(judge: Judge, block: Block, clause: str) -> Iterator[Verdict]:
    """What police are said to have reported in a place and a year stands in a release of it."""
    text, place = block.with_numbers(clause), judge.data.place_in(block.with_numbers(clause), judge.language)
    if not re.search(WORDS["reported"][judge.language], clause) or not place:
        return
    for n, year in numbers_of_years(judge, block, clause):
        if releases := judge.data.printed(place, year, n.value):
            yield as_true(any(releases), "reported", n.words, text, f"not of {place} in {year}")


def as_in_another_year(judge: Judge, block: Block, clause: str) -> Iterator[Verdict]:
    """A number that is said to be as in another year stands in a release of both."""
    place = judge.data.place_in(block.with_numbers(clause), judge.language)
    for match in re.finditer(WORDS["as_in"][judge.language], clause):
        n, years = block.numbers[int(match[1])], (int(match[2]), int(match[3]))
        releases = [judge.data.printed(place, year, n.value) for year in years]
        if not n.percent and all(releases):
            yield as_true(all(map(any, releases)), "as in", match[0], block.with_numbers(clause), f"{place} {years}")


def basis(judge: Judge, block: Block, clause: str) -> Iterator[Verdict]:
    """Two numbers said to be first releases are, and two said to be of one release share one."""
    for kind in ("first", "one"):
        match = re.search(WORDS["both_numbers"][kind][judge.language], clause)
        place, before = (
            judge.data.place_in(block.with_numbers(block.text), judge.language),
            block.text.partition(clause)[0],
        )
        releases = [judge.data.printed(place, year, n.value) for n, year in numbers_of_years(judge, block, before)]
        if match and len(releases) == 2 and all(releases):
            shared = set.union(*releases[0]) & set.union(*releases[1])
            fits = "first" in shared if kind == "first" else bool(shared - {"first"})
            yield as_true(fits, "basis", match[0], block.with_numbers(block.text), f"{releases}")


def beside_canada(judge: Judge, block: Block, clause: str) -> Iterator[Verdict]:
    """Ontario's rate lies above or below Canada's as it was published last of both."""
    for side in ("above", "below"):
        if match := re.search(WORDS["beside_canada"][side][judge.language], clause):
            year = max(judge.data.years(REPORTED[0], "Ontario"))
            ontario, canada = judge.data.rate("Ontario", year), judge.data.rate("Canada", year)
            fits = ontario > canada if side == "above" else ontario < canada
            yield as_true(
                fits, "beside Canada", match[0], block.with_numbers(clause), f"{ontario} beside {canada} in {year}"
            )


def guilty_decisions(judge: Judge, block: Block, clause: str) -> Iterator[Verdict]:
    """Whether a guilty decision is rarer in trafficking cases than in others of the same years."""
    kinds = [float(judge.data.figures[f"court_{kind}_2009_2020"]["value"]) for kind in GUILTY]
    for kind, fits in (("rarer", kinds[0] < min(kinds[1:])), ("commoner", kinds[0] > max(kinds[1:]))):
        if match := re.search(WORDS["guilty"][kind][judge.language], clause):
            yield as_true(fits, "rank", match[0], block.with_numbers(clause), f"{kinds}")


GUILTY = ("guilty", "guilty_sex_trade", "guilty_violent")


def targets(judge: Judge, block: Block, clause: str) -> Iterator[Verdict]:
    """Whether the strategy gives none of its results a target."""
    for kind, fits in (("none", judge.data.without_target), ("some", not judge.data.without_target)):
        if match := re.search(WORDS["target"][kind][judge.language], clause):
            yield as_true(fits, "none", match[0], block.with_numbers(clause), "the targets of indicators.csv")


OF_PAGES = (directions_of_reports, rate_behind, as_first_released, years_of_numbers, as_in_another_year)
OF_FIGURES = (amounts, subjects, announced, reported_numbers, basis, beside_canada, guilty_decisions, targets)
RULES = (*OF_PAGES, *OF_FIGURES)


def pages(review: Path, slugs: Iterable[str] = ()) -> list[Path]:
    """The pages of a built review and its brief, in both languages; those of some runs alone where they are named."""
    paths = [path for language in ("en", "fr") for path in sorted((review / language).glob("*.html"))]
    wanted = {"index" if slug == "findings" else slug for slug in slugs}
    return [path for path in paths if path.stem != "glossary" and (not wanted or path.stem in wanted)]


def check(review: Path, data: Path, slugs: Iterable[str] = ()) -> list[Verdict]:
    """What became of every word that the checker reads on the pages of a review."""
    known = Data(data)
    return [verdict for path in pages(review, slugs) for verdict in Judge(Page(path, known)).verdicts()]
