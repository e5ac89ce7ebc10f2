"""The names of publications on a page and in its files: the publisher, and for a copy who copied it and where its
numbers can be checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..language import N_, translate
from ..numbers.number import INVENTED, Number
from ..numbers.publication import Source

IN_COPY, BY_COPY = N_("{publisher}, as copied in the {copy}"), N_("{publisher}, as given by {copy}")
YEARS_COPIED, COPIED = N_("{copied} of {all} years read in copies"), N_("{copied} of {all} numbers read in copies")
TO_CHECK = N_("to check: {title}")
OF_REVIEW = N_("this review’s own count")
MODEL = N_("a model of this review, not data")
MADE_UP = N_("invented numbers, not data")


def sources_of(numbers: Iterable[Number]) -> dict[str, Source]:
    """The publications that numbers rest on, through their inputs, by id in order of first use."""
    return {figure.source.source: figure.source for number in numbers for figure in number.figures()}


def text_without_source(numbers: Sequence[Number]) -> str:
    """The text (to be translated) in place of a source for numbers without one: that all are invented, that all are
    estimates of a model, else, also for no numbers, that the review counted them."""
    kinds = {number.kind for number in numbers}
    return MADE_UP if kinds == {INVENTED} else MODEL if kinds == {"estimate"} else OF_REVIEW


def source_line(source: Source, language: str) -> str:
    """A publication as plain text: its publisher, its title in the language's edition, and for a copy the publisher of
    the original, the copy, and where to check it."""
    publisher, quotes = translate(source.publisher, language), translate(source.quotes, language)
    who = copy_attribution(source, language).format(publisher=quotes, copy=publisher) if quotes else publisher
    words = f"{who}, {source.edition(language)[0]}"
    if not source.check_at:
        return words
    title = source.check_at.edition(language)[0].strip("[]")
    return f"{words} ({translate(TO_CHECK, language).format(title=title)})"


def copy_attribution(source: Source, language: str) -> str:
    """The phrase, with placeholders {publisher} and {copy}, that names the publisher of a number and the copy in which
    it was read, which ``source`` is."""
    return translate(IN_COPY if source.is_repository else BY_COPY, language)


class PublisherGroup(NamedTuple):
    """The publications with content of one publisher: its own, and copies by others."""

    publisher: str
    originals: list[Source]
    copies: list[Source]


def group_by_publisher(published: Iterable[Source], language: str) -> Iterator[PublisherGroup]:
    """Publications grouped by the publisher of their content, groups in order of first use: of its originals the first
    of each year of publication, by year, and all copies, those in repositories first. A copy of two publishers is in
    both groups."""
    sources: dict[str, dict[str, Source]] = {}
    copies: dict[str, list[Source]] = {}
    for source in published:
        quotes = translate(source.quotes, language)
        for publisher in quotes.split("; ") if quotes else [translate(source.publisher, language)]:
            sources.setdefault(publisher, {})
            copies.setdefault(publisher, []).extend([source] if quotes else [])
            if not quotes:
                sources[publisher].setdefault(source.published[:4], source)
    for publisher, years in sources.items():
        yield PublisherGroup(
            publisher,
            [years[year] for year in sorted(years)],
            sorted(copies[publisher], key=lambda source: not source.is_repository),
        )


def copies_statement(numbers: Iterable[Number], language: str) -> tuple[str, str]:
    """The statement of how many of the figures behind a chart's numbers were read in copies ("3 of 8 numbers", "years"
    if each figure is of another year), and the id of the first copy's source. Two empty strings if none was."""
    figures = [*{figure.name: figure for number in numbers for figure in number.figures()}.values()]
    copied = [figure.source.source for figure in figures if translate(figure.source.quotes, language)]
    if not copied:
        return "", ""
    by_year = len({figure.start for figure in figures if figure.start == figure.end}) == len(figures)
    words = translate(YEARS_COPIED if by_year else COPIED, language)
    return words.format(copied=len(copied), all=len(figures)), copied[0]


class PublisherName(NamedTuple):
    """A publisher's name: the kind of a repository before it, with a space ("" for others), the name itself, and
    whether that is in the other language."""

    kind: str
    name: str
    is_in_other_language: bool


def publisher_name_parts(source: Source, language: str) -> PublisherName:
    """The name of a publication's publisher in a language, in its parts. For a repository, and for a publisher with one
    name in both languages, the name counts as in the language of the title."""
    words = translate(source.publisher, language)
    in_repository = source.is_repository and "/" in words
    kind, space, name = words.rpartition(" ") if in_repository else ("", "", words)
    has_one_name = isinstance(source.publisher, dict) and len(set(source.publisher.values())) == 1
    is_foreign = source.title_language != language and (has_one_name or in_repository)
    return PublisherName(kind + space, name, is_foreign)
