"""A chapter's form: fields by their types, what is allowed at a wrong one, a run of its own; only in JupyterLab."""

import html
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import small

from evaluation.audit.browser import open_browser
from evaluation.language import translate
from evaluation.records.chapter import Chapter
from evaluation.records.form import NOTEBOOK_VARIABLE, Form, open_form
from evaluation.records.preview import NO_PREVIEW
from evaluation.reviews.parameters import read_chapter
from evaluation.start import new_project

DECLARED = """place: Place = "Ontario"
definition: Definition = "all_human_trafficking"
last_year: Year = 2024  # the last year shown
decimals: Decimals = 1
shown: bool = True"""


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    review = small.project(tmp_path / "project", monkeypatch, 1)
    monkeypatch.chdir(review.parents[1])
    path = review.parents[1] / "notebooks" / "one.ipynb"
    small.notebook(path, small.ANSWER, parameters=DECLARED)
    monkeypatch.setenv(NOTEBOOK_VARIABLE, str(path))
    monkeypatch.delenv(NO_PREVIEW, raising=False)
    return path


def made(notebook: Path, language: str = "en") -> Form:
    chapter = Chapter(notebook.parents[1] / "data")
    return Form(read_chapter(notebook), chapter.tables, chapter.names, language)


def test_fields_are_what_the_parameters_are_by_names_in_the_reader_s_language(notebook: Path) -> None:
    widget = made(notebook, "fr")
    assert [type(field).__name__ for field in widget.fields.values()] == [
        "Dropdown",
        "Dropdown",
        "Combobox",
        "Text",
        "Checkbox",
    ]
    named = {key: label for label, key in widget.fields["definition"].options}
    assert named["trafficking_1525"] == translate(
        Chapter(notebook.parents[1] / "data").names("definition", [])["trafficking_1525"], "fr"
    )
    assert "2024" in widget.fields["last_year"].options
    assert widget.fields["last_year"].description == "last year"
    assert widget.button.description == "Exécuter"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("decimals", "9", "9; allowed: int from 0 to 4"),
        ("last_year", "soon", "'soon'; allowed: "),
        ("decimals", "1.5", "allowed: int"),
    ],
)
def test_a_wrong_value_says_at_its_field_what_is_allowed(notebook: Path, name: str, value: str, message: str) -> None:
    widget = made(notebook)
    widget.fields[name].value = value
    assert message in html.unescape(widget.error_lines[name].value)
    assert 'role="alert"' in widget.error_lines[name].value
    assert [other for other, line in widget.error_lines.items() if line.value] == [name]
    widget.build_page()
    assert widget.status.value == f'<p role="alert">Not run: {name.replace("_", " ")}</p>'
    widget.fields[name].value = str(widget.chapter.parameters[name].default)
    assert widget.error_lines[name].value == ""


def test_a_rule_across_parameters_is_said_at_its_field(notebook: Path) -> None:
    widget = made(notebook)
    widget.fields["definition"].value, widget.fields["place"].value = "trafficking_1525", "Ontario"
    assert "which has no figures for trafficking_1525; allowed: Canada" in html.unescape(
        widget.error_lines["place"].value
    )


def test_what_runs_is_what_the_command_line_would_ask_for(notebook: Path) -> None:
    widget = made(notebook)
    widget.fields["place"].value, widget.fields["shown"].value = "Canada", False
    assert widget.command()[1:] == [
        "-m",
        "evaluation",
        "build",
        "--only",
        "one",
        "--set",
        "place=Canada",
        "--set",
        "shown=false",
    ]


@pytest.mark.long
def test_run_makes_a_page_of_its_own_and_shows_it(notebook: Path) -> None:
    small.notebook(notebook, small.ANSWER, parameters="decimals: Decimals = 1")
    review = notebook.parents[1] / "parameters"
    (review / "small.yml").rename(review / "review.yml")
    (review / "review.yml").write_text("title: {en: Small, fr: Petit}\nchapters: [one]\n", encoding="utf-8")
    widget = made(notebook, "fr")
    widget.fields["decimals"].value = "2"
    widget.build_page()
    assert "one--decimals-2.html" in widget.status.value, widget.status.value
    assert '<html lang="fr-CA">' in html.unescape(widget.frame.value)
    assert widget.frame.value.startswith('<iframe title="one--decimals-2"')


def test_outside_jupyterlab_there_is_no_form(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chapter = Chapter(notebook.parents[1] / "data")
    assert open_form(chapter.tables, chapter.names, "en") is not None
    monkeypatch.setenv(NO_PREVIEW, "1")
    assert chapter.form() is None
    monkeypatch.delenv(NO_PREVIEW)
    monkeypatch.delenv(NOTEBOOK_VARIABLE)
    assert chapter.form() is None


CELL = {"cell_type": "code", "id": "form", "execution_count": None, "metadata": {}, "outputs": []}
IDLE = "document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status == 'idle'"


@contextmanager
def jupyterlab(folder: Path, settings: Path) -> Iterator[str]:
    """JupyterLab in a folder, on this machine alone; gives its address with its token."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port, token = free.getsockname()[1], secrets.token_hex(16)
    options = [
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.root_dir=.",
        "--LabApp.news_url=",
    ]
    options += [f"--ServerApp.port={port}", f"--IdentityProvider.token={token}"]
    variables = {"JUPYTER_CONFIG_DIR": str(settings), "JUPYTER_DATA_DIR": str(settings / "data"), NO_PREVIEW: ""}
    command = [sys.executable, "-m", "jupyterlab", *options]
    with subprocess.Popen(command, cwd=folder, env=os.environ | variables, stderr=subprocess.DEVNULL) as server:
        try:
            address = f"http://127.0.0.1:{port}/lab/workspaces/w/tree/notebooks/riders.ipynb?token={token}&reset"
            for _ in range(240):
                with suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status?token={token}").close()
                    break
                time.sleep(0.5)
            yield address
        finally:
            server.terminate()


@pytest.mark.long
def test_the_keyboard_alone_runs_a_form_in_jupyterlab(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    new_project(folder)
    path = folder / "notebooks" / "riders.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    opens = next(n for n, cell in enumerate(notebook["cells"]) if "review.open()" in "".join(cell["source"]))
    notebook["cells"].insert(opens + 1, CELL | {"source": "chapter.form()"})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with jupyterlab(folder, tmp_path / "settings") as address, open_browser() as browser:
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        page.set_default_timeout(90_000)
        page.goto(address)
        page.wait_for_function(IDLE)
        page.focus(".jp-Notebook .jp-Cell:first-child .cm-content")
        page.keyboard.press("Escape")
        for _ in range(2 * opens + 4):  # the first of them may only choose the cell
            page.keyboard.press("Shift+Enter")
            page.wait_for_timeout(2_000)
            if page.query_selector(".jupyter-widgets input"):
                break
        page.wait_for_selector(".jupyter-widgets input")
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('.jupyter-widgets input')"):
                break
        for value, alerts in (("soon", 1), ("2023", 0)):
            page.keyboard.press("Control+A")
            page.keyboard.type(value)
            page.keyboard.press("Tab")
            page.wait_for_function(f"document.querySelectorAll('.jupyter-widgets [role=alert]').length == {alerts}")
            page.keyboard.press("Shift+Tab" if alerts else "Enter")  # back to the field; then on the button
        page.wait_for_selector("iframe[title]")
        assert "riders--since-2023.html" in page.inner_text(".jupyter-widgets [role=status]")
        assert page.frame_locator("iframe[title]").locator("h1").inner_text() == "How many ride?"
