"""Rules for words and numbers: the page's language throughout, its number format, nothing that a machine left."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from .findings import Observation, Observations
from .visit import Facts, Visit

HEADLINE_WORDS = 10
# Common words that the other language does not have; "table", "source" or "on" are words of both.
ENGLISH = """the of and with from were was is are been be by this that these those which who whose their its they have
had will would could should not for in to at it more than less between when where what how all each only also year years
people person women men chart charts number numbers share reports reported served funded rose fell show shown download
about after before because other since until back next warning january february april may june july august
september october november december"""
FRENCH = """les des une dans pour avec sont était ont aux du qui que cette ces leur leurs chaque année années personnes
femmes hommes moins selon entre depuis graphique tableau chiffres données télécharger janvier février avril juin juillet
août septembre octobre novembre décembre"""
FOREIGN_WORDS = {"fr": frozenset(ENGLISH.split()), "en": frozenset(FRENCH.split())}
# Addresses of the web and of mail, and names with a letter and a dot in them; a number is none.
ADDRESS = re.compile(r"https?://\S+|\b(?=\S*[A-Za-z])[\w-]+(?:\.[\w-]+)+(?:/\S*)?|\S+@\S+")
SPACES = "\u00a0\u202f"
WRONG_IN_FRENCH = {
    r"(?<![\d,.])[1-9]\d{0,2}(?:,\d{3})+(?!\d)": "thousands with a comma",
    r"(?<![\d.])\d+\.\d+(?![\d.])": "a decimal point",
    r"\d[%$]": "no space before the sign",
    r"\d [%$]": "a space that can break before the sign",
    r"(?<![\d-])\d{1,3}(?: \d{3})+(?![\d-])": "thousands with a space that can break",
    r"[$]\s?\d": "the sign before the number",
}
WRONG_IN_ENGLISH = {
    rf"(?<![\d-])\d{{1,3}}(?:[ {SPACES}]\d{{3}})+(?![\d-])": "thousands with a space",
    r"(?<![\d,])\d+,\d{1,2}(?![\d,])": "a decimal comma",
    rf"\d[ {SPACES}]%": "a space before the sign",
    rf"\d[ {SPACES}][$]": "the sign after the number",
}
WRONG_ANYWHERE = {r"(?<![\w.,/-])\d{5,}(?![\w/-]|\.\d)": "thousands that nothing parts"}
THOUSANDTHS = re.compile(r"(?<![\d,.])[1-9]\d{0,2},\d{3}(?![\d,])")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
NUMBERS_ALLOWED = {"fr": "10 000, 51,2 %, 75 $ with no-break spaces", "en": "10,000, 51.2%, $75"}
LEFTOVERS = {
    r"\b(?:In|Out) ?\[\d* ?\]:?": "a notebook's prompt",
    r"^\s*>>> ": "a prompt",
    r"\b(?:NaN|NaT)\b|<NA>": "a missing value as the machine writes it",
    r"\bdtype\b": "dtype",
    r"Traceback \(most recent call last\)|\b[A-Z]\w+(?:Error|Warning):": "an error or a warning",
    r"(?<![\d.,])\d{4,}\.\d+(?!\.?\d)": "a number as the machine writes it",
    r"\{[A-Za-z_][\w.:]*\}": "an unfilled name",
    r"\bundefined\b|\[object Object\]|<\w[\w.]* object at 0x": "an object as the machine writes it",
}
WHOLE_LEFTOVER = re.compile(r"(?:nan|none|null|inf|true|false)", re.IGNORECASE)


def headlines(visit: Visit) -> Observations:
    """Rule 15: the page's title and each chart's title have ten words or fewer; rule 22: a page has one title."""
    titles = [headline for headline in visit.facts["headlines"] if headline["level"] == "h1"]
    if len(titles) != 1:
        yield Observation(22, "h1", f"{len(titles)} h1", "one h1")
    for headline in visit.facts["headlines"]:
        if (words := count_words(headline["text"])) > HEADLINE_WORDS:
            yield Observation(15, headline["element"], f"{words} words", f"{HEADLINE_WORDS} words or fewer")


def count_words(text: str) -> int:
    """Words of a title; a number with no-break spaces is one, a sign that stands alone is none."""
    return sum(1 for word in re.split(r"[ \t\r\n]+", text) if re.search(r"\w", word))


def short_answer(visit: Visit) -> Observations:
    """Rule 19: the answer under a chapter's title is one or two sentences."""
    sentences = len(re.findall(r"[.!?…](?:[\s\u00a0]*[»”\"])?(?=\s+[A-ZÀ-Ý«“]|$)", visit.facts["answer"]))
    if sentences > 2 and not visit.is_index:
        yield Observation(19, "p.answer", f"{sentences} sentences", "one or two sentences")


def leftovers(visit: Visit) -> Observations:
    """Rule 21: no prompt, NaN, dtype, warning, machine number or unfilled name in what a reader sees, and no column
    that only counts the rows of its table."""
    for run in visit.facts["texts"]:
        if run["place"] != "code":
            yield from (Observation(21, run["element"], found, "words for people") for found in _leftovers(run))
    for table in visit.facts["tables"]:
        column = [row[0] for row in table["rows"] if row]
        if len(column) > 1 and column == [str(row) for row in range(len(column))]:
            yield Observation(21, table["element"], "an index column", "a first column that names the row")


def _leftovers(run: Facts) -> Iterator[str]:
    for pattern, name in LEFTOVERS.items():
        if found := re.search(pattern, run["text"]):
            yield f"{name}: {found.group()!r}"
    if run["place"] in ("table", "chart") and WHOLE_LEFTOVER.fullmatch(run["text"].strip()):
        yield f"a missing value as the machine writes it: {run['text'].strip()!r}"


def words_of_the_other_language(visit: Visit) -> Observations:
    """Rule 23: no word of the other language is left, unless its element says which language it is.

    The title of a page that is the way into both languages cannot mark its parts.
    """
    foreign = FOREIGN_WORDS.get(visit.language, frozenset())
    for run in visit.facts["texts"]:
        bilingual_title = run["place"] == "title" and visit.path.parent.name not in ("en", "fr")
        if run["language"] == visit.language and run["place"] != "code" and not bilingual_title:
            for word in foreign_words(run["text"], foreign):
                allowed = "the page's language, or a lang on the element"
                yield Observation(23, run["element"], f"the word {word!r}", allowed)


def foreign_words(text: str, foreign: frozenset[str]) -> list[str]:
    """The words of `text` that are in the list, each once; web and mail addresses are not read, nor letters that
    touch digits, as those of a key do."""
    words = re.findall(r"(?<![^\W_])[^\W\d_]+(?![^\W_])", ADDRESS.sub(" ", text).lower())
    return [word for word in dict.fromkeys(words) if word in foreign]


def number_format(visit: Visit) -> Observations:
    """Rule 23: numbers in prose, tables and charts are written as the page's language writes them."""
    stated = stated_numbers(visit)
    for run in visit.facts["texts"]:
        if run["place"] in ("prose", "table", "chart") and run["language"] == visit.language and not run["named"]:
            for found in wrong_numbers(run["text"], visit.language, stated):
                yield Observation(23, run["element"], found, NUMBERS_ALLOWED[visit.language])


def stated_numbers(visit: Visit) -> frozenset[str]:
    """The numbers that the page states for machines, with the decimal point: of its values and of its CSV files."""
    links = (link for link in visit.facts["links"] if (link["download"] or "").endswith(".csv"))
    files = (csv_content(visit, link["href"]) for link in links)
    cells = (cell for file in files for cell in re.findall(r"[^,\r\n]+", file.decode("utf-8", "replace")))
    return frozenset(number.lstrip("-") for number in [*visit.facts["values"], *cells] if NUMBER.fullmatch(number))


def csv_content(visit: Visit, href: str) -> bytes:
    """What a link to a CSV gives, from the page itself or from a file beside it; nothing where there is none."""
    if href.startswith("data:"):
        kind, _, body = href.partition(",")
        return base64.b64decode(unquote(body)) if kind.endswith(";base64") else unquote_to_bytes(body)
    path = visit.path.parent / unquote(urlsplit(href).path)
    return path.read_bytes() if not urlsplit(href).scheme and path.is_file() else b""


def wrong_numbers(text: str, language: str, stated: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with the numbers of `text` in this language, in words; `stated` are those that its page states."""
    patterns = (WRONG_IN_FRENCH if language == "fr" else WRONG_IN_ENGLISH) | WRONG_ANYWHERE
    bare = ADDRESS.sub(" ", text)
    if language == "fr":  # "1,005" is a little over one where the page states that, and not a thousand and five
        bare = THOUSANDTHS.sub(lambda found: "0" if found[0].replace(",", ".") in stated else found[0], bare)
    matches = ((re.search(pattern, bare), name) for pattern, name in patterns.items())
    return [f"{match.group()!r}, {name}" for match, name in matches if match]


def numbers_have_an_origin(visit: Visit) -> Observations:
    """Rule 16: a digit in prose belongs to a value, a time or a name, none is typed; a number of a title, which has no
    link, is one that stands linked in the text or among the origins."""
    for run in visit.facts["texts"]:
        if run["place"] == "prose" and not run["traced"] and re.search(r"\d", run["text"]):
            found = f"digits in {run['text'].strip()[:60]!r}"
            yield Observation(16, run["element"], found, "digits in data, time or [data-name]")
    for element in visit.facts["titled"]:
        yield Observation(16, element, "a number in a title alone", "a number that the page links to its origin")


CHECKS = (
    headlines,
    short_answer,
    leftovers,
    words_of_the_other_language,
    number_format,
    numbers_have_an_origin,
)
