"""Imports shared by all pages, done once in the process that publishing processes are forked from. It never draws,
since drawing starts threads, which do not survive a fork."""

from ..language import LANGUAGES
from ..problems.imports import import_quickly

import_quickly("nbformat", "evaluation.pages.publish", "evaluation.charts.drawing")
from .templates import template  # noqa: E402

for language in LANGUAGES:
    template(language, "page.html")  # a first page would wait for it
