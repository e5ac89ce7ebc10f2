"""Pages made by hand: a notebook with prose and with what a chapter's functions record, without a kernel."""

import copy
import csv
import io
from functools import cache
from typing import Any

import nbformat
import pytest
import small
from small import DATA, Make

from evaluation import language as languages
from evaluation.numbers.publication import Caveat
from evaluation.numbers.quantity import Quantity
from evaluation.pages.exporter import EvaluationPageExporter
from evaluation.records import chapter as records
from evaluation.records.chapter import Chapter

CAVEAT = Caveat("a-caveat", {"en": "Mind this.", "fr": "Attention à ceci."})
EN = "# More than {served} people\n\nThe answer is {served} people, {period}.\n\nWhat is asked?"
FR = "# Plus de {served} personnes\n\nLa réponse : {served} personnes, {period}.\n\nQuelle est la question?"


class Notebook:
    """An executed notebook made by hand: prose, and what a chapter's functions record."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.notebook = nbformat.v4.new_notebook()
        about = {"review": "r", "chapter": "c", "slug": "c", "parameters": {"place": "Ontario"}, "run_key": "0" * 64}
        self.notebook.metadata["evaluation"] = about | {"title": {"en": "A page", "fr": "Une page"}, "differing": {}}
        self.chapter = Chapter(DATA)
        self.use(monkeypatch)

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have what a chapter's functions record from here on stand in this notebook."""
        monkeypatch.setattr(records, "output_record", self.output)
        monkeypatch.setenv(records.NO_PREVIEW, "1")

    def copied(self) -> "Notebook":
        """The same notebook, to be changed; its chapter has read its tables already."""
        other = copy.copy(self)
        other.notebook, other.chapter = copy.deepcopy(self.notebook), copy.copy(self.chapter)
        other.chapter.known = copy.deepcopy(self.chapter.known)
        return other

    def output(self, kind: str, record: dict[str, Any], preview: str = "", svg: str = "") -> None:
        output = nbformat.v4.new_output("display_data", {kind: record, "text/plain": "record"})
        self.notebook.cells.append(nbformat.v4.new_code_cell("a = 1", outputs=[output]))

    def prose(self, en: str, fr: str) -> None:
        self.notebook.cells.append(nbformat.v4.new_code_cell(small.prose_source({"en": en, "fr": fr})))

    def page(self, language: str = "en") -> str:
        html, _ = EvaluationPageExporter(language=language).from_notebook_node(self.notebook)
        return html


SERVED = {
    "{served} people served": "{served} personnes servies",
    "A bar for {served} people.": "Une barre : {served} personnes.",
}


def whole(monkeypatch: pytest.MonkeyPatch, number: Make) -> Notebook:
    """A small whole page: answer, key number, chart, table."""
    book = made_once(number).copied()
    messages = languages.catalogue() | SERVED
    monkeypatch.setattr(languages, "catalogue", lambda: messages)
    book.use(monkeypatch)
    return book


@cache
def made_once(number: Make) -> Notebook:
    with pytest.MonkeyPatch.context() as patched:
        messages = languages.catalogue() | SERVED
        patched.setattr(languages, "catalogue", lambda: messages)
        return made(Notebook(patched), number)


def made(book: Notebook, number: Make) -> Notebook:
    served = number(Quantity.of("more-than", 29000), name="served", caveats=(CAVEAT,))
    a_year = number(Quantity.of("more-than", 9666), "derived", name="a_year", inputs=(served,), caveats=(CAVEAT,))
    book.chapter.say(period=("2021/22", "2023/24"))
    book.chapter.record(served=served, a_year=a_year)
    book.chapter.key_numbers("served")
    book.prose(EN, FR)
    title, text = SERVED
    names = [{"en": "All", "fr": "Toutes"}, {"en": "A year", "fr": "Par an"}]
    bars = small.bars(served, a_year, name=names)
    book.chapter.chart("served_bars", bars, title=title, subtitle=text, description=text)
    rows = [[{"en": "Served", "fr": "Servies"}, served]]
    book.chapter.table("served_table", **small.table([text, text], rows), title=title)
    return book


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
