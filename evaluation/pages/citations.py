"""Metadata for search engines and reference managers: each page as a schema.org Dataset, and the sources of a review as
BibTeX."""

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from ..language import TAGS, translate
from ..language.formats import date_of, last_date_of
from ..numbers.number import Number
from ..problems.imports import DISTRIBUTION
from .back_matter import BackMatter
from .notebook import PageRun
from .text import PageText

LICENCE = "https://www.apache.org/licenses/LICENSE-2.0"
BIBTEX, REVIEW_KEY = "references.bib", "this_review"
SIGNS = {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {sign: f"\\{sign}" for sign in "&%$#_{}"}
LATEX = str.maketrans(SIGNS)  # escapes of LaTeX's special characters


def dataset_metadata(run: PageRun, text: PageText, back: BackMatter, files: Iterable[str]) -> dict[str, Any]:
    """A page as a schema.org Dataset (https://schema.org/Dataset) for JSON-LD: words, address, makers, licence, version
    and date; definitions, places and period of its numbers; addresses of its sources; its tables in ``files``. Without
    properties that have no value; empty for a confidential page or a draft."""
    if run.about.get("confidential") or run.is_draft:
        return {}
    language = run.language
    properties: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": text.plain_headline,
        "description": text.plain_answer,
        "url": page_address(run),
        "inLanguage": TAGS[language],
        "isPartOf": run.work,
        "creator": [{"@type": "Organization", "name": run.imprint["makers"]}] if "makers" in run.imprint else [],
        "license": LICENCE,
        "version": f"{run.imprint.get('edition', '')} {version(DISTRIBUTION)}".lstrip(),
        "datePublished": str(run.about.get("date", "")),
        "isBasedOn": _unique(filter(None, (source.edition(language)[2] for source in back.sources.values()))),
        "variableMeasured": _unique(translate(n.definition_label, language) for n in back.shown if n.definition_label),
        "spatialCoverage": _unique(translate(n.place_label, language) for n in back.shown if n.place_label),
        "temporalCoverage": temporal_coverage([number for number in back.shown if number.place]),
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": f"{run.slug}/{file}"}
            for file in files
        ],
    }
    return {name: value for name, value in properties.items() if value}


def page_address(run: PageRun) -> str:
    """The permanent address of a page on the web; "" if its review does not give one."""
    at = run.about.get("published_at", "")
    return f"{at}{run.language}/{run.file}.html" if at else ""


def _unique(texts: Iterable[str]) -> list[str]:
    """The texts in order, each once."""
    return list(dict.fromkeys(texts))


def temporal_coverage(numbers: Iterable[Number]) -> str:
    """The period from the first day of the numbers to the last, as an ISO 8601 interval; numbers without a start or an
    end do not count, and without any others it is ""."""
    spans = [(date_of(n.start), last_date_of(n.end)) for n in numbers if n.start and n.end]
    return f"{min(start for start, _ in spans)}/{max(end for _, end in spans)}" if spans else ""


def review_bibtex(context: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]) -> str:
    """The review and its sources as BibTeX, in the review's first language. ``context`` has the review's languages,
    title, imprint, date and address, ``sources`` are those in ``numbers.json`` by id, which is the key of each
    entry."""
    language = context["languages"][0]
    title, makers = context["review_title"][language], context["imprint"].get("makers", {}).get(language, "")
    edition = context["imprint"].get("edition", {}).get(language, "")
    fields = {"edition": edition and f"{{{_latex(edition)}}}", "url": context.get("published_at", "")}
    entry = bibtex_entry(REVIEW_KEY, makers, title, language, context["date"], version=version(DISTRIBUTION), **fields)
    entries = [entry]
    for name, source in sources.items():
        publisher, title, spoken = source["publisher"][language], source["title"], source["title_language"]
        entries.append(bibtex_entry(name, publisher, title, spoken, source["published"], url=source["address"]))
    return "\n".join(entries)


def bibtex_entry(key: str, author: str, title: str, language: str, published: str, **fields: str) -> str:
    """One BibTeX entry of type misc with its citation ``key``. ``author`` and ``title`` are escaped and set in a second
    pair of braces, which preserves capitals; ``published`` is an ISO date, or begins with a year; ``fields`` are
    further ones, written as they are. Empty fields are left out."""
    year = re.match(r"\d{4}", published)
    texts = {"author": author and f"{{{_latex(author)}}}", "title": f"{{{_latex(title)}}}", "year": year and year[0]}
    texts |= {"date": published, "langid": {"en": "english", "fr": "french"}[language]} | fields
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in texts.items() if value)
    return f"@misc{{{key},\n{lines}}}\n"


def _latex(text: str) -> str:
    """A text with LaTeX's special characters escaped; a backslash becomes a slash."""
    return text.replace("\\", "/").translate(LATEX)
