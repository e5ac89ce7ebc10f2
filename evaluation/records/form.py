"""A form in JupyterLab for a chapter's parameters: `chapter.form()`, in a cell after `chapter = review.open()`.

Its fields follow from the annotated parameters: a choice of labels, a year of the series, a number in its range. *Run*
builds a page with these values, as ``evaluation build --only CHAPTER --set NAME=VALUE`` does, and shows it. It needs
ipywidgets; outside JupyterLab (Papermill, a build) there is no form, so that no page contains one.
"""

from __future__ import annotations

import html
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ..data.contract import project_folder
from ..data.sources import Tables
from ..language import NO_BREAK, translate
from ..numbers.labels import Labels
from ..problems.imports import require_extra
from ..reviews import choices
from ..reviews.parameters import ChapterFile, Parameter, Scalar, check_value, convert, read_chapter
from .preview import NO_PREVIEW

NOTEBOOK_VARIABLE = "JPY_SESSION_NAME"  # which Jupyter's server sets for a kernel: the notebook's path
FORM_WORDS = {
    "run": {"en": "Run", "fr": "Exécuter"},
    "running": {"en": "Running: some seconds.", "fr": "Exécution en cours."},
    "done": {"en": "Done:", "fr": "Terminé."},
    "allowed": {"en": "allowed", "fr": "permis"},
    "failed": {"en": "Not run:", "fr": "Refusé."},
}
WIDE = {"description_width": "12rem"}


def open_form(tables: Tables, labels: Labels, language: str) -> Any:
    """The form of the notebook that this kernel runs in JupyterLab; None elsewhere. Raises Refused if ipywidgets is not
    installed."""
    notebook = os.environ.get(NOTEBOOK_VARIABLE, "")
    if not notebook or os.environ.get(NO_PREVIEW):
        return None
    require_extra("chapter.form", "form", "ipywidgets")
    return Form(read_chapter(Path(notebook), tables.names), tables, labels, language).box


class Form:
    """Fields for a chapter's parameters, each with a line for its error, a button, and the page built last."""

    def __init__(self, chapter: ChapterFile, tables: Tables, labels: Labels, language: str):
        """Build the widgets (all in ``box``), which check on a change and run on a click, in the reader's
        ``language``."""
        from ipywidgets import HTML, Button, VBox

        self.chapter, self.tables, self.labels = chapter, tables, labels
        self.words = {name: pair[language] for name, pair in FORM_WORDS.items()}
        self.language, self.frame = language, HTML()
        self.fields = {name: self.widget_of(parameter) for name, parameter in chapter.parameters.items()}
        self.error_lines = {name: HTML() for name in self.fields}
        self.button, self.status = Button(description=self.words["run"], button_style="primary"), HTML()
        self.button.on_click(lambda _: self.build_page())
        for field in self.fields.values():
            field.observe(lambda _: self.check_fields(), names="value")
        rows = [part for name in self.fields for part in (self.fields[name], self.error_lines[name])]
        self.box = VBox([*rows, self.button, self.status, self.frame])

    def widget_of(self, parameter: Parameter) -> Any:
        """The widget of a parameter, with its default: a list of labels, a checkbox, years of the series to choose
        from, or a text."""
        from ipywidgets import Checkbox, Combobox, Dropdown, Layout, Text

        base, rule = choices.parameter_types()[parameter.type]
        common = {"description": parameter.name.replace("_", " "), "style": WIDE, "layout": Layout(width="32rem")}
        if callable(rule):
            return Dropdown(
                options=self.labelled_choices(parameter, rule(self.tables)), value=parameter.default, **common
            )
        if base is bool:
            return Checkbox(value=parameter.default, indent=False, **common)
        values = {name: other.default for name, other in self.chapter.parameters.items()}
        years = choices.years_of_series(self.tables, parameter.name, values) if parameter.type == "Year" else []
        text = {"value": setting_text(parameter.default), "continuous_update": False} | common
        return Combobox(options=[str(year) for year in years], ensure_option=False, **text) if years else Text(**text)

    def labelled_choices(self, parameter: Parameter, keys: list[str]) -> list[tuple[str, str]]:
        """The choices of a parameter as pairs of label and key, in the reader's language, sorted by label; a key
        without a label is its own."""
        names = self.labels(parameter.type.lower(), keys)
        return sorted((translate(names[key], self.language) if key in names else key, key) for key in keys)

    def values(self) -> dict[str, Scalar]:
        """The values of the fields by parameter, converted to its type; text that cannot be converted stays text."""
        values = dict[str, Scalar]()
        for name, parameter in self.chapter.parameters.items():
            value = self.fields[name].value
            values[name] = convert(value.strip(), parameter, quoted=False) if isinstance(value, str) else bool(value)
        return values

    def check_fields(self) -> bool:
        """Show the error of each invalid field, with what is allowed, and clear those of the others; return whether all
        are valid. The rules across parameters are checked only if each value is allowed."""
        values, refused = self.values(), dict[str, tuple[str, str]]()
        for name, parameter in self.chapter.parameters.items():
            if refusal := check_value(parameter, values[name], self.tables):
                refused[name] = refusal[1:]
        for name, actual, allowed in choices.rule_violations(self.tables, values) if not refused else ():
            refused[name] = (actual, allowed)
        for name, line in self.error_lines.items():
            line.value = self.alert(*refused[name]) if name in refused else ""
        return not refused

    def alert(self, actual: str, allowed: str) -> str:
        """An error as HTML that screen readers announce: what was found and, in the reader's language, "allowed" with
        what is."""
        colon = f"{NO_BREAK}: " if self.language == "fr" else ": "
        return f'<p role="alert">{html.escape(actual)}; {self.words["allowed"]}{colon}{html.escape(allowed)}</p>'

    def build_page(self) -> None:
        """Build the page with these values, in a process of its own that is waited for, and show it, or show why it
        failed. The button is never disabled: Tab would pass it by while a value that was just corrected is checked."""
        if not self.check_fields():
            invalid = ", ".join(self.fields[name].description for name, line in self.error_lines.items() if line.value)
            self.status.value = f'<p role="alert">{self.words["failed"]} {html.escape(invalid)}</p>'
            return
        self.status.value = f'<p role="status">{self.words["running"]}</p>'
        environment = {name: value for name, value in os.environ.items() if name != NOTEBOOK_VARIABLE}
        done = subprocess.run(self.command(), cwd=project_folder(), env=environment, capture_output=True, text=True)
        if done.returncode:
            message = (done.stderr.strip().splitlines() or ["?"])[-1]
            self.status.value = f'<p role="alert">{self.words["failed"]} {html.escape(message)}</p>'
            return
        self.show_page(project_folder() / done.stdout.strip().splitlines()[-1])

    def command(self) -> list[str]:
        """The command line of the build, with ``--set`` for values that differ from the chapter's defaults."""
        declared = self.chapter.parameters
        changed = {name: value for name, value in self.values().items() if value != declared[name].default}
        settings = [part for name, value in changed.items() for part in ("--set", f"{name}={setting_text(value)}")]
        return [sys.executable, "-m", "evaluation", "build", "--only", self.chapter.name, *settings]

    def show_page(self, path: Path) -> None:
        """Show a page that was built, or if there is one that of the reader's language, in an iframe under the form,
        and its path."""
        translated = path.parent.parent / self.language / path.name
        page = translated if translated.is_file() else path
        self.status.value = f'<p role="status">{self.words["done"]} <code>{html.escape(str(page))}</code></p>'
        source = html.escape(page.read_text(encoding="utf-8"), quote=True)
        frame = f'<iframe title="{html.escape(page.stem)}" srcdoc="{source}" width="100%" height="900"></iframe>'
        self.frame.value = frame


def setting_text(value: Scalar) -> str:
    """A value in the notation of ``--set``: true and false in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)
