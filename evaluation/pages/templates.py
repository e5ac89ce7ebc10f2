"""Jinja's templates of pages: one environment a language, which escapes all that is not markup already; and what every
page carries: its style sheet with the font, its security policy, the version."""

import base64
import hashlib
import json
import os
import re
from contextlib import suppress
from functools import lru_cache, partial
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, Template
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from ..language import CALLED, NO_BREAK, TAGS, Text, format_moment, format_period, translate
from ..language.spaces import held_together, with_french_spaces
from ..numbers.notation import show
from ..numbers.number import Number
from ..numbers.publication import Source, leads_to_its_publisher
from ..problems.imports import DISTRIBUTION
from ..problems.paths import PACKAGE
from ..records.prose import data_element, mark_times, time_element
from . import files, publications

TEMPLATES = Path(__file__).parent / "templates"
TELEPHONE = re.compile(r"\b1(-[0-9]{3}){2}-[0-9]{4}\b")


@lru_cache
def environment(language: str) -> Environment:
    """The templates of pages in a language, with what they call: texts by ``t``, and the filters below."""
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, bytecode_cache=compiled())
    made.globals.update(
        t=partial(translated, language),
        language=language,
        tags=TAGS,
        called=CALLED,
        kinds=files.KINDS,
        style=style_sheet,
        policy=policy,
        script=lambda name: Markup((TEMPLATES / name).read_text(encoding="utf-8")),
        version=partial(version, DISTRIBUTION),
        headers=files.HEADERS,
        copied=partial(publications.copy_attribution, language=language),
        publisher=partial(publications.publisher, language=language),
        by_publisher=partial(publications.by_publisher, language=language),
        read_in_copies=partial(publications.read_in_copies, language=language),
        sources_of=publications.sources_of,
        without_source=publications.without_source,
        leads_to_its_publisher=leads_to_its_publisher,
        open_period=format_period("", "", language),
    )
    made.filters.update(
        dated=mark_times,
        dialled=link_telephones,
        shown=partial(show, language=language),
        data=lambda number: data_element(show(number, language)),
        element=data_element,
        day=lambda moment: time_element(format_moment(moment, language), moment),
        period=partial(period_element, language=language),
        filled=lambda text, **parts: Markup(escape(text)).format(**parts),
        quoted=partial(_quoted, language),
        plain=plain_text,
        repeated=without_links,
        runs=lambda numbers: [(name, [*run]) for name, run in groupby(numbers, lambda n: translate(n.label, language))],
        source=Source.of,
        base64=lambda content: base64.b64encode(content).decode(),
        compact=compact_json,
        block=data_block,
        size=lambda content: f"{max(1, round(len(content) / 1000))}{NO_BREAK}{'ko' if language == 'fr' else 'kB'}",
    )
    return made


class Compiled(FileSystemBytecodeCache):
    """Jinja's cache of compiled templates, but that one damaged by a power cut is compiled again, and a full disk keeps
    none."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read a template's code, where it is whole."""
        try:
            super().load_bytecode(bucket)
        except (UnpicklingError, LookupError, EOFError, ValueError, TypeError, AttributeError, ImportError, OSError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template's code, where that can be written."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


@lru_cache
def compiled() -> Compiled | None:
    """The templates as Python compiled them, beside them as its own modules are: half a second of each build. Nothing
    where the package is installed for others to change."""
    folder = TEMPLATES / "__pycache__"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return Compiled(str(folder), "%s.pyc") if os.access(folder, os.W_OK) else None


@lru_cache
def style_sheet() -> Markup:
    """The style sheet with the font embedded."""
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    for weight in ("regular", "bold"):
        font = (PACKAGE / "charts" / "fonts" / f"atkinson-hyperlegible-next-{weight}.woff2").read_bytes()
        css = css.replace(f"FONT-{weight}", base64.b64encode(font).decode())
    # comments and blanks weigh, and say nothing
    return Markup(re.sub(r"/\*.*?\*/|\n\s*|(?<=[:;,{]) +| +(?={)", "", css))


def source_hash(content: str) -> str:
    """How a security policy names an inline style sheet or script."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'"


@lru_cache
def policy(script: str = "") -> Markup:
    """The content security policy: nothing from anywhere, one style sheet and at most one script by their hashes."""
    scripts = source_hash(script) if script else "'none'"
    return Markup(
        f"default-src 'none'; style-src {source_hash(style_sheet())}; font-src data:; img-src data:; "
        f"script-src {scripts}; base-uri 'none'; form-action 'none'"
    )


def template(language: str, name: str) -> Template:
    """A page's template by its name without ``.j2``, in a language."""
    return environment(language).get_template(f"{name}.j2")


def macro(language: str, file: str, name: str) -> Any:
    """A macro of a template, called like a function; it gives markup."""
    return getattr(template(language, file).module, name)


def render_template(language: str, name: str, **about: Any) -> str:
    """A page by its template, in a language that has its spaces."""
    html = template(language, name).render(about)
    return held_together(with_french_spaces(html) if language == "fr" else html)


def translated(language: str, text: Text, other: str = "") -> str:
    """A text in a template's language, or in the ``other`` that is named."""
    return translate(text, other or language)


def period_element(number: Number, language: str) -> Markup | str:
    """A number's period, nothing where it has none."""
    if not number.start and not number.end:
        return ""
    return time_element(format_period(number.start, number.end, language), number.start or number.end)


def _quoted(language: str, words: str, source: Source) -> Markup:
    """What stands in parentheses in a place of a source is quoted from it, in the source's language."""
    if source.title_language == language:
        return escape(words)
    tag = TAGS[source.title_language]
    return Markup(re.sub(r"\(([^()]+)\)", rf'(<span lang="{tag}">\1</span>)', str(escape(words))))


def link_telephones(text: str) -> Markup:
    """A text whose telephone numbers of North America (1-833-900-1010) can be dialled."""
    return Markup(TELEPHONE.sub(lambda m: f'<a href="tel:+{m[0].replace("-", "")}">{m[0]}</a>', str(escape(text))))


def without_links(html: str) -> Markup:
    """A heading where it stands a second time: without links and places."""
    return Markup(re.sub(r'<span id="use-[^"]*"></span>|</?a\b[^>]*>', "", str(html)))


def compact_json(value: Any) -> str:
    """A value as JSON without blanks, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def data_block(value: Any) -> Markup:
    """JSON that may stand in an element: no sign of it can end one."""
    signs = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
    return Markup(compact_json(value).translate(signs))


def plain_text(html: str) -> str:
    """The words of a piece of HTML, as a reader sees them: tags are no spaces, and spaces are one."""
    words = re.sub(r"<[^>]+>", "", str(html))
    return re.sub(r"[ \t\r\n]+", " ", Markup(words).unescape()).strip()
