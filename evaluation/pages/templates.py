"""The Jinja templates of pages: one environment for each language, with autoescaping; and the style sheet with its
fonts and the content security policy, which all pages share."""

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

from ..language import CALLED, NO_BREAK, TAGS, Text, translate
from ..language.formats import format_moment, format_period
from ..language.spaces import bind_words, with_french_spaces
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
    """The Jinja environment of a language, with globals (``t`` translates a text) and filters; one for each language
    and process."""
    jinja = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, bytecode_cache=template_cache())
    jinja.globals.update(
        t=partial(translate_into, language),
        language=language,
        tags=TAGS,
        called=CALLED,
        kinds=files.KINDS,
        style=style_sheet,
        policy=content_security_policy,
        script=lambda name: Markup((TEMPLATES / name).read_text(encoding="utf-8")),
        version=partial(version, DISTRIBUTION),
        headers=files.HEADERS,
        copied=partial(publications.copy_attribution, language=language),
        publisher=partial(publications.publisher_name_parts, language=language),
        by_publisher=partial(publications.group_by_publisher, language=language),
        read_in_copies=partial(publications.copies_statement, language=language),
        sources_of=publications.sources_of,
        without_source=publications.text_without_source,
        leads_to_its_publisher=leads_to_its_publisher,
        open_period=format_period("", "", language),
    )
    jinja.filters.update(
        dated=mark_times,
        dialled=link_telephones,
        shown=partial(show, language=language),
        data=lambda number: data_element(show(number, language)),
        element=data_element,
        day=lambda moment: time_element(format_moment(moment, language), moment),
        period=partial(period_element, language=language),
        filled=lambda text, **parts: Markup(escape(text)).format(**parts),
        quoted=partial(_mark_quotations, language),
        plain=plain_text,
        repeated=strip_links_and_anchors,
        runs=lambda numbers: [(name, [*run]) for name, run in groupby(numbers, lambda n: translate(n.label, language))],
        source=Source.of,
        base64=lambda content: base64.b64encode(content).decode(),
        compact=compact_json,
        block=json_for_script,
        size=lambda content: f"{max(1, round(len(content) / 1000))}{NO_BREAK}{'ko' if language == 'fr' else 'kB'}",
    )
    return jinja


class TemplateCache(FileSystemBytecodeCache):
    """Jinja's cache of compiled templates on disk; a damaged file is compiled again, and a full disk is ignored."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read a compiled template into ``bucket``; a damaged or unreadable file leaves it empty, which has Jinja
        compile the template again."""
        try:
            super().load_bytecode(bucket)
        except (UnpicklingError, LookupError, EOFError, ValueError, TypeError, AttributeError, ImportError, OSError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write the compiled template of ``bucket`` to disk; an error of the disk is ignored."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


@lru_cache
def template_cache() -> TemplateCache | None:
    """The cache of compiled templates, in __pycache__ next to them, which saves half a second of each build; None if
    that folder cannot be written."""
    folder = TEMPLATES / "__pycache__"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return TemplateCache(str(folder), "%s.pyc") if os.access(folder, os.W_OK) else None


@lru_cache
def style_sheet() -> Markup:
    """The style sheet without comments and whitespace, with its fonts embedded."""
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    for weight in ("regular", "bold"):
        font = (PACKAGE / "charts" / "fonts" / f"atkinson-hyperlegible-next-{weight}.woff2").read_bytes()
        css = css.replace(f"FONT-{weight}", base64.b64encode(font).decode())
    # minify: comments and whitespace
    return Markup(re.sub(r"/\*.*?\*/|\n\s*|(?<=[:;,{]) +| +(?={)", "", css))


def source_hash(content: str) -> str:
    """The source expression of an inline style sheet or script in a content security policy: its SHA-256 hash."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'"


@lru_cache
def content_security_policy(script: str = "") -> Markup:
    """The content security policy of a page, as the content of its meta element: nothing is loaded, except data: fonts
    and images, the project's style sheet and at most one script (its text), each by its hash."""
    scripts = source_hash(script) if script else "'none'"
    return Markup(
        f"default-src 'none'; style-src {source_hash(style_sheet())}; font-src data:; img-src data:; "
        f"script-src {scripts}; base-uri 'none'; form-action 'none'"
    )


def template(language: str, name: str) -> Template:
    """A template of pages in a language, by its file name without ``.j2``. Raises jinja2's TemplateNotFound."""
    return environment(language).get_template(f"{name}.j2")


def macro(language: str, file: str, name: str) -> Any:
    """The macro ``name`` of a template (``file`` without ``.j2``) in a language, as a function that returns markup.
    Raises AttributeError for an unknown macro."""
    return getattr(template(language, file).module, name)


def render_template(language: str, name: str, **about: Any) -> str:
    """Render a page by its template (file ``name`` without ``.j2``), with the no-break spaces of the language and with
    what must not break marked (`bind_words`); ``about`` are the template's variables."""
    html = template(language, name).render(about)
    return bind_words(with_french_spaces(html) if language == "fr" else html)


def translate_into(language: str, text: Text, other: str = "") -> str:
    """A text in ``language``, that of a template, or if given in the language ``other``."""
    return translate(text, other or language)


def period_element(number: Number, language: str) -> Markup | str:
    """A number's period in words, in a time element that states its start (else its end); "" without a period."""
    if not number.start and not number.end:
        return ""
    return time_element(format_period(number.start, number.end, language), number.start or number.end)


def _mark_quotations(language: str, words: str, source: Source) -> Markup:
    """A place in a source (``words``), escaped, in which text in parentheses is a quotation: it is marked as being in
    the source's language if that is not ``language``."""
    if source.title_language == language:
        return escape(words)
    tag = TAGS[source.title_language]
    return Markup(re.sub(r"\(([^()]+)\)", rf'(<span lang="{tag}">\1</span>)', str(escape(words))))


def link_telephones(text: str) -> Markup:
    """Escape a text and link its North American telephone numbers (1-833-900-1010)."""
    return Markup(TELEPHONE.sub(lambda m: f'<a href="tel:+{m[0].replace("-", "")}">{m[0]}</a>', str(escape(text))))


def strip_links_and_anchors(html: str) -> Markup:
    """HTML without links, whose words stay, and without the anchors of numbers, for a second place on the page."""
    return Markup(re.sub(r'<span id="use-[^"]*"></span>|</?a\b[^>]*>', "", str(html)))


def compact_json(value: Any) -> str:
    """Serialize a value as JSON without spaces, letters unescaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_for_script(value: Any) -> Markup:
    """Serialize a value as JSON for a script element: signs that HTML or a script could misread (<, >, &, line
    separators) are escaped."""
    signs = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
    return Markup(compact_json(value).translate(signs))


def plain_text(html: str) -> str:
    """The text of a piece of HTML without scripts: elements away, a space for a line break and the end of a block,
    entities decoded and whitespace collapsed; no-break spaces stay."""
    words = re.sub(r"<(?:br|/p|/div|/li|/h[1-6])\b[^>]*>", " ", str(html))
    words = re.sub(r"""<(?:"[^"]*"|'[^']*'|[^'">])+>""", "", words)
    return re.sub(r"[ \t\r\n]+", " ", Markup(words).unescape()).strip()
