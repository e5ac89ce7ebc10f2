"""What every page needs, imported once by the process that those that publish fork from. It never draws: drawing starts
threads."""

from ..language import LANGUAGES
from ..problems.imports import import_quickly

import_quickly("nbformat", "evaluation.pages.publish", "evaluation.charts.drawing")
from .templates import template  # noqa: E402

for language in LANGUAGES:
    template(language, "page.html")  # a first page would wait for it
