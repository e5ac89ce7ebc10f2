"""Rules for words and numbers: length, language, number format, and remains of machine output."""

import re
from collections.abc import Iterator
from urllib.request import urlopen

from .findings import Violation
from .visit import Visit

# Common words that the other language lacks; "table", "source" and "on" are words of both.
ENGLISH = """the of and with from were was is are been be by this that these those which who whose their its they have
had will would could should not for in to at it more than less between when where what how all each only also year years
people person women men chart charts number numbers share reports reported served funded rose fell show shown download
about after before because other since until back next warning january february april may june july august
september october november december"""
FRENCH = """les des une dans pour avec sont était ont aux du qui que cette ces leur leurs chaque année années personnes
femmes hommes moins selon entre depuis graphique tableau chiffres données télécharger janvier février avril juin juillet
août septembre octobre novembre décembre"""
FOREIGN_WORDS = {"fr": frozenset(ENGLISH.split()), "en": frozenset(FRENCH.split())}
# Web and e-mail addresses, and names with a letter and a dot; not numbers.
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
NUMBERS_ALLOWED = {"fr": "10 000, 51,2 %, 75 $ with no-break spaces", "en": "10,000, 51.2%, $75"}
LEFTOVERS = re.compile(
    r"\b(?:In|Out) ?\[\d* ?\]:?|^\s*>>> "  # a prompt of a notebook
    r"|\b(?:NaN|NaT|dtype)\b|<NA>|\bundefined\b|\[object Object\]|<\w[\w.]* object at 0x"
    r"|Traceback \(most recent call last\)|\b[A-Z]\w+(?:Error|Warning):"
    r"|(?<![\d.,])\d{4,}\.\d+(?!\.?\d)"  # a float's repr
    r"|\{[A-Za-z_][\w.:]*\}"  # an unfilled placeholder
    r"|^\s*(?:nan|None|null|-?inf|[Tt]rue|[Ff]alse)\s*$"
)

# Maxima of what `page.js` measures, in windows of 1280 by 900 px and 320 by 640 px: of a chapter, of the brief, and of
# the front page, whose first screen consists of sentences with linked numbers.
FIRST = "px above the first picture"
HIGH = "px high"
MOST_WORDS = {"en": 700, "fr": 850}
CHAPTER = {1280: {"pictures": 5, "numbers in running text": 12, HIGH: 3500, FIRST: 700}, 320: {HIGH: 7000}}
BRIEF = {width: {HIGH: most[HIGH]} for width, most in CHAPTER.items()}  # two printed pages collected from all pages
MOST_FRONT_WORDS = {"en": 400, "fr": 470}
FRONT = {
    1280: {HIGH: 3500, FIRST: 1000, "underlined links in the first screen": 16, "px to the end of the answer": 900},
    320: {HIGH: 7000, "px to the end of the answer": 1280, "px that the answer's letters lack": 0},
}


def check_titles_and_answer(visit: Visit) -> Iterator[Violation]:
    """Rule 15: titles have ten words or fewer. Rule 19: a chapter's answer is one or two sentences."""
    for headline in visit.facts["headlines"]:
        if (words := count_words(headline["text"])) > 10:
            yield Violation(15, headline["element"], f"{words} words", "10 words or fewer")
    sentences = len(re.findall(r"[.!?…](?:[\s\u00a0]*[»”\"])?(?=\s+[A-ZÀ-Ý«“]|$)", visit.facts["answer"]))
    if sentences > 2 and not visit.is_index:
        yield Violation(19, "p.answer", f"{sentences} sentences", "one or two sentences")


def count_words(text: str) -> int:
    """The number of words in a title; a number with no-break spaces is one, punctuation alone is none."""
    return sum(1 for word in re.split(r"[ \t\r\n]+", text) if re.search(r"\w", word))


def check_leftovers(visit: Visit) -> Iterator[Violation]:
    """Rule 21: no machine output in the text of a page outside of code, and no table column that only counts rows."""
    for run in visit.facts["texts"]:
        if run["place"] != "code" and (match := LEFTOVERS.search(run["text"])):
            yield Violation(21, run["element"], f"what a machine left: {match[0]!r}", "words for people")
    for table in visit.facts["counted"]:
        yield Violation(21, table, "an index column", "a first column that names the row")


def check_foreign_words(visit: Visit) -> Iterator[Violation]:
    """Rule 23: no words of the other language, except in code, in elements with a lang attribute of another language,
    and in the title of the entry page, which cannot have one."""
    foreign = FOREIGN_WORDS.get(visit.language, frozenset())
    for run in visit.facts["texts"]:
        bilingual_title = run["place"] == "title" and visit.path.parent.name not in ("en", "fr")
        if run["language"] == visit.language and run["place"] != "code" and not bilingual_title:
            for word in foreign_words(run["text"], foreign):
                allowed = "the page's language, or a lang on the element"
                yield Violation(23, run["element"], f"the word {word!r}", allowed)


def foreign_words(text: str, foreign: frozenset[str]) -> list[str]:
    """The words of ``text``, in lower case and in order, that are in ``foreign``, without duplicates; addresses and
    letters next to digits are ignored."""
    words = re.findall(r"(?<![^\W_])[^\W\d_]+(?![^\W_])", ADDRESS.sub(" ", text).lower())
    return [word for word in dict.fromkeys(words) if word in foreign]


def check_number_format(visit: Visit) -> Iterator[Violation]:
    """Rule 23: numbers in prose, tables and charts have the format of the page's language; texts marked as another
    language, code, and names with digits are not checked."""
    files = (csv_content(link["href"]) for link in visit.facts["links"] if link["download"].endswith(".csv"))
    cells = " ".join([*visit.facts["values"], *(file.decode("utf-8", "replace") for file in files)])
    stated = frozenset(re.findall(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.])", cells))  # for machines, with a decimal point
    for run in visit.facts["texts"]:
        if run["place"] in ("prose", "table", "chart") and run["language"] == visit.language and not run["named"]:
            for wrong in wrong_numbers(run["text"], visit.language, stated):
                yield Violation(23, run["element"], wrong, NUMBERS_ALLOWED[visit.language])


def csv_content(address: str) -> bytes:
    """The content of a data: address; empty for other addresses."""
    return urlopen(address).read() if address.startswith("data:") else b""


def wrong_numbers(text: str, language: str, stated: frozenset[str] = frozenset()) -> list[str]:
    """The faults in the number format of ``text``, each in words with its number, the first of each kind; addresses and
    names with a dot are ignored. ``stated`` are the numbers in the page's data and files, with a decimal point, which
    tell a decimal from thousands in French."""
    patterns = (WRONG_IN_FRENCH if language == "fr" else WRONG_IN_ENGLISH) | WRONG_ANYWHERE
    bare = ADDRESS.sub(" ", text)
    if language == "fr":
        bare = THOUSANDTHS.sub(lambda number: "0" if _is_decimal(number[0], stated) else number[0], bare)
    matches = ((re.search(pattern, bare), name) for pattern, name in patterns.items())
    return [f"{match.group()!r}, {name}" for match, name in matches if match]


def _is_decimal(written: str, stated: frozenset[str]) -> bool:
    """Whether a number such as "1,005" on a French page is a decimal: by the numbers in ``stated`` (no decimal if it is
    there in both forms); if it is in neither form there, by having one digit before the comma and no final zero."""
    whole, decimal = written.replace(",", ""), written.replace(",", ".")
    if whole in stated or decimal in stated:
        return whole not in stated
    return len(decimal) == 5 and decimal[-1] != "0"


def check_number_origins(visit: Visit) -> Iterator[Violation]:
    """Rule 16: a digit in prose is in an element of data, time or a name; one in a title is linked elsewhere."""
    for run in visit.facts["texts"]:
        if run["place"] == "prose" and not run["traced"] and re.search(r"\d", run["text"]):
            actual = f"digits in {run['text'].strip()[:60]!r}"
            yield Violation(16, run["element"], actual, "digits in data, time or [data-name]")
    for element in visit.facts["titled"]:
        yield Violation(16, element, "a number in a title alone", "a number that the page links to its origin")


def check_reading_layer(visit: Visit) -> Iterator[Violation]:
    """Rule 25: the reading layer is short, and the answer to the page's question comes early: the measures of
    `limits_of`. In an annex the first picture may come late."""
    for width, name, most in limits_of(visit):
        measured = visit.reading[width][name]
        if measured > most and not (name == FIRST and visit.reading[1280]["annex"]):
            yield Violation(25, "main", f"{measured:.5g} {name} at {width} px", f"{most} or fewer")


def limits_of(visit: Visit) -> Iterator[tuple[int, str, int]]:
    """The limits on a page's measures, each as window width in px, name of the measure, and maximum: those of a chapter
    (any page that is no list and no brief), of the front page, or of the brief, which has none on words, since two
    printed pages limit it. Other lists of pages have the limit on words alone."""
    if visit.is_brief:
        limits = BRIEF
    elif visit.is_index:
        yield 1280, "words", MOST_FRONT_WORDS[visit.language]
        limits = FRONT if visit.reading[1280]["front"] else {}
    else:
        yield 1280, "words", MOST_WORDS[visit.language]
        limits = CHAPTER
    yield from ((width, *limit) for width in limits for limit in limits[width].items())
