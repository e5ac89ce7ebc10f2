"""Cells of prose: both languages in one, filled in place in a kernel, laid between a run's results by a build."""

import asyncio
import json
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import altair as alt
import IPython.display
import nbformat
import pandas as pd
import pytest
import small
from by_hand import CAVEAT
from golden import compare
from ipykernel.ipkernel import IPythonKernel
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.kernelspec import KernelSpecManager
from small import DATA, ROOT, Make
from traitlets.utils.importstring import import_item

from evaluation.building import inputs
from evaluation.chapters.more_reports import invented_counts
from evaluation.language.prose_cells import is_analysis, is_prose, parse_words, texts_by_language
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Quantity
from evaluation.records.chapter import Chapter
from evaluation.records.kernel import SESSION, ProseMagic
from evaluation.records.preview import NO_PREVIEW, publications_line
from evaluation.records.serialization import Cited, number_record
from evaluation.reviews.parameters import ChapterFile

pytestmark = pytest.mark.sampled

STRIP = [sys.executable, str(ROOT / "tools" / "without_outputs.py")]


def cell(source: Any, kind: str = "code") -> dict[str, Any]:
    return {"cell_type": kind, "id": "a", "metadata": {}, "source": source}


@pytest.mark.parametrize("source", [["%%prose\n", "A\n", "%%fr\n", "B"], "\n%%prose \nA\n%%fr \nB\n"])
def test_a_cell_of_prose_is_in_both_languages(source: Any) -> None:
    assert is_prose(cell(source))
    assert not is_analysis(cell(source))
    assert texts_by_language("".join(source)) == {"en": "A", "fr": "B"}


@pytest.mark.parametrize("source", ["a = 1", "# %%prose", "%%proseful\nA", ""])
def test_code_is_no_prose(source: str) -> None:
    assert not is_prose(cell(source))
    assert is_analysis(cell(source))
    assert not is_prose(cell("%%prose\nA\n%%fr\nB", "markdown"))


class Shown:
    """What a front end shows of a display, and shows anew."""

    def __init__(self) -> None:
        self.shown: list[dict[str, str]] = []

    def __call__(self, data: dict[str, str], **_: Any) -> Self:
        self.shown.append(data)
        return self

    update = __call__

    @property
    def html(self) -> str:
        return self.shown[-1]["text/html"]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    displayed = Shown()
    monkeypatch.setattr("IPython.display.display", displayed)
    return displayed


@pytest.fixture
def magic() -> ProseMagic:
    for names in (SESSION.numbers, SESSION.others, SESSION.absent):
        names.clear()
    return ProseMagic(InteractiveShell())


def keep(name: str, number: Number) -> None:
    SESSION.take({"schema": 1, "name": name, "number": number_record(number)})


@pytest.mark.parametrize(
    ("magic", "line", "words"),
    [
        ("chart a", "title: The rate by police: little changed", "The rate by police: little changed"),
        ("table a", "column place: Where: a city", "Where: a city"),
        ("numbers", "served: people: all of them", "people: all of them"),
        ("prose", "- title: as written", "- title: as written"),
    ],
)
def test_only_the_name_of_a_part_is_taken_from_its_line(magic: str, line: str, words: str) -> None:
    assert parse_words(f"%%{magic}\n{line}", ("en",)).line_text("en", 0) == words


def test_prose_shows_both_languages_with_origins(magic: ProseMagic, shown: Shown, number: Make) -> None:
    keep("served", number(Quantity.of("more-than", 29000)))
    magic.run_cell(
        "", "# {served} people\n\nNot *all*: {served}.\n%%fr\n# {served} personnes\n\nPas *toutes* : {served}."
    )
    english, french = shown.html.split('<div lang="fr"')
    assert '<h1><abbr title="' in english
    assert ">More than 29,000</abbr> people</h1>" in english.replace(">more", ">More", 1)
    assert "<em>all</em>" in english
    assert "<h1" not in french
    assert "plus de 29\u00a0000</abbr> personnes</strong>" in french.lower()


def test_prose_waits_for_what_is_not_recorded_yet(magic: ProseMagic, shown: Shown, number: Make) -> None:
    magic.run_cell("", "There were {served} of {served.unit}.\n%%fr\nIl y en a {served}.")
    assert "Not recorded yet: <code>{served}</code>, <code>{served.unit}</code>" in shown.html
    assert "There were {served}" in shown.html
    keep("served", number(Quantity.exact(5)))
    magic.fill_waiting()
    assert "Not recorded" not in shown.html
    assert ">5</abbr>" in shown.html
    before = len(shown.shown)
    magic.fill_waiting()
    assert len(shown.shown) == before


@pytest.mark.parametrize(
    ("source", "message"),
    [("A", "found no line %%fr"), ("28 people\n%%fr\nB", "a typed number"), ("![a](b)\n%%fr\nB", "a picture")],
)
def test_prose_that_no_page_could_show_says_so_in_one_line(
    source: str, message: str, magic: ProseMagic, shown: Shown, capsys: pytest.CaptureFixture[str]
) -> None:
    magic.run_cell("", source)
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert shown.shown == []


def test_what_is_recorded_again_is_shown_as_it_was_last(number: Make, magic: ProseMagic, shown: Shown) -> None:
    for value in (5, 7):
        keep("served", number(Quantity.exact(value)))
        magic.run_cell("", "{served}\n%%fr\n{served}")
        assert f">{value}</abbr>" in shown.html


TEXTS: dict[str, Any] = {
    "title": {"en": "From {first} on {later}", "fr": "De {first} {later}"},
    "subtitle": {"en": "A subtitle", "fr": "Un sous-titre"},
    "description": {"en": "A & B", "fr": "A et B"},
}


def chart_shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a front end is given of a chart."""
    bundles: list[dict[str, Any]] = []
    monkeypatch.setattr(IPython.display, "display", lambda data, **_: bundles.append(data))
    chapter = Chapter()
    frame = chapter.frame("police_reported").query("place == 'Canada' and definition == 'all_human_trafficking'")
    frame = frame.drop_duplicates("year", keep="last").dropna(subset=["rate_per_100k"])
    chapter.record(first=frame.rate_per_100k.iloc[0])
    chapter.chart("c", alt.Chart(frame).mark_line().encode(x="year:O", y="rate_per_100k:Q"), **TEXTS)
    return bundles[-1]


def test_what_each_record_shows_in_a_notebook(monkeypatch: pytest.MonkeyPatch, number: Make, tmp_path: Path) -> None:
    """As text for terminals and screen readers, and as HTML; a chart with its picture, where pictures are asked for."""
    for names in (SESSION.numbers, SESSION.others, SESSION.absent):
        names.clear()
    bundles: list[dict[str, Any]] = []
    monkeypatch.setattr(IPython.display, "display", lambda data, **more: bundles.append(dict(data) | more))
    monkeypatch.setattr("vl_convert.svg_to_png", lambda svg, scale: f"{svg[:4]} times {scale}".encode())
    monkeypatch.delenv(NO_PREVIEW, raising=False)
    served = number(Quantity.of("more-than", 29000), name="served", caveats=(CAVEAT,))
    chapter = Chapter(DATA)
    figure = chapter.figure("people_served")
    chapter.record(first=figure, served=served, lost=None)
    chapter.say(place={"en": "here & there", "fr": "ici"}, when=("2021", "2022"))
    chapter.key_numbers("first", "served")
    title = {"en": "A table", "fr": "Un tableau"}
    row = [{"en": "Served", "fr": "Servies"}, served, Cited((served, figure), (figure.source,))]
    chapter.table("served_table", **small.table([title, title, title], [row]), title=title)
    chapter.chart("served_bars", small.bars(served, figure), **TEXTS)
    lines = []
    for bundle in bundles:
        lines += [f"== {', '.join(bundle)}", bundle["text/plain"], re.sub(r"\n\s*", " ", bundle.get("text/html", ""))]
        lines += [str(bundle["metadata"])] * bool(bundle["metadata"])
    compare("\n".join(lines) + "\n", "previews.txt", tmp_path)


@pytest.mark.slow
def test_a_chart_shows_whole_without_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NO_PREVIEW, raising=False)
    data = chart_shown(monkeypatch)
    assert data["image/svg+xml"].startswith("<svg")
    html = data["text/html"]
    assert b64decode(re.search(r'src="data:image/png;base64,([^"]+)"', html)[1]).startswith(b"\x89PNG")  # type: ignore[index]
    assert "<h3>From " in html
    assert "{first}" not in html
    assert "on {later}" in html  # not recorded yet
    assert "A subtitle" in html
    assert 'alt="A &amp; B"' in html
    assert re.search(r"<small>Source: [^<]+\(release of ", html)
    assert "Based on small counts" in html
    assert publications_line(list(invented_counts([5]))) == ""  # of no publication


def test_outside_jupyter_a_record_prints_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(InteractiveShell, "initialized", lambda: False)  # another test may have left a kernel here
    chapter = Chapter()
    chapter.record(served=chapter.figure("people_served"))
    chapter.key_numbers("served")
    assert capsys.readouterr().out == "served\nrecord\n"


def test_a_build_draws_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NO_PREVIEW, "1")
    shown = chart_shown(monkeypatch)
    assert set(shown) == {"application/vnd.evaluation.chart+json", "text/plain"}
    assert shown["text/plain"].startswith("From ")
    assert shown["text/plain"].endswith("A & B")  # its description


def test_a_number_shows_with_what_a_page_says_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bundles: list[dict[str, Any]] = []
    monkeypatch.setattr(IPython.display, "display", lambda data, **_: bundles.append(data))
    chapter = Chapter()
    chapter.record(served=chapter.figure("people_served"), nobody=None)
    html, absent = (data["text/html"] for data in bundles)
    assert html.startswith("<details><summary><code>{served}</code> more than 29,000</summary><small>")
    assert "Government of Ontario" in html
    assert "people-may-be-counted-twice" in html
    assert absent == "<p><code>{nobody}</code> \N{EM DASH}</p>"
    plain = [data["text/plain"] for data in bundles]
    assert plain[0].startswith("served: more than 29,000; 2021-22 to 2023-24; Government of Ontario")
    assert plain[1] == "nobody: \N{EM DASH}"


def keys(path: Path) -> dict[str, str]:
    parts = inputs.chapter_hashes(ChapterFile(path.stem, path, {}, {}))
    return {name: parts[name] for name in (inputs.CODE, inputs.TEXT)}


MORE = {"cell_type": "code", "id": "more", "metadata": {}, "source": small.prose_source({"en": "A.", "fr": "B."})}
CHANGES: dict[str, Callable[[list[Any], Any], list[Any]]] = {
    "added": lambda others, prose: [*others[:2], prose, *others[2:], MORE],
    "added first": lambda others, prose: [MORE, *others[:2], prose, *others[2:]],
    "moved": lambda others, prose: [*others, prose],
    "broken": lambda others, prose: [*others, prose | {"source": "%%prose\nAlone."}],
    "deleted": lambda others, prose: others,
}


@pytest.mark.parametrize("change", CHANGES)
def test_prose_is_no_part_of_what_a_run_comes_from(change: str, tmp_path: Path) -> None:
    path = small.notebook(tmp_path / "one.ipynb", small.ANSWER)
    before, content = keys(path), json.loads(path.read_text(encoding="utf-8"))
    (prose,) = filter(is_prose, content["cells"])
    content["cells"] = CHANGES[change](
        [source_cell for source_cell in content["cells"] if source_cell is not prose], prose
    )
    path.write_text(json.dumps(content), encoding="utf-8")
    assert keys(path)[inputs.CODE] == before[inputs.CODE]
    assert keys(path)[inputs.TEXT] != before[inputs.TEXT]


def stripped(text: str) -> str:
    return subprocess.run(STRIP, input=text, capture_output=True, text=True, check=True).stdout


def test_the_filter_leaves_nothing_of_a_run(tmp_path: Path) -> None:
    path = small.notebook(tmp_path / "one.ipynb", "1 + 1")
    clean = stripped(path.read_text(encoding="utf-8"))
    ran = json.loads(clean)
    for number, source_cell in enumerate(ran["cells"], start=1):
        output = {"output_type": "stream", "name": "stdout", "text": "é"}
        source_cell |= {"execution_count": number, "outputs": [output]}
        source_cell["metadata"] |= {"execution": {"iopub.status.busy": "now"}}
    ran["metadata"] |= {"widgets": {}, "language_info": {"name": "python", "version": "3.12"}}
    assert stripped(json.dumps(ran)) == clean
    assert stripped(clean) == clean
    assert stripped("<<<<<<< no notebook") == "<<<<<<< no notebook"


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_chapter_is_stored_as_the_filter_leaves_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert stripped(text) == text


@pytest.mark.long
def test_plain_nbconvert_leaves_the_source_of_prose_out(tmp_path: Path) -> None:
    config = ROOT / "tools" / "jupyter_nbconvert_config.json"
    assert str(config.relative_to(ROOT)) in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    source = small.prose_source({"en": "Whither.", "fr": "Où donc."})
    cells = [nbformat.v4.new_code_cell(source, metadata={"tags": ["prose"]}), nbformat.v4.new_code_cell("kept = 1")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "one.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "html", f"--config={config}", str(tmp_path / "one.ipynb")]
    subprocess.run(command, check=True, capture_output=True)
    html = (tmp_path / "one.html").read_text(encoding="utf-8")
    assert "kept" in html
    assert "Whither" not in html


def test_jupyterlab_is_given_a_chapter_as_its_kernel_would_save_it(tmp_path: Path) -> None:
    config = ROOT / "tools" / "jupyter_server_config.json"
    assert str(config.relative_to(ROOT)) in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    files = import_item(json.loads(config.read_bytes())["ServerApp"]["contents_manager_class"])(root_dir=str(tmp_path))
    small.notebook(tmp_path / "one.ipynb", "1")
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "other.ipynb")
    chapter, other = (asyncio.run(files.get(f"{name}.ipynb"))["content"]["metadata"] for name in ("one", "other"))
    assert chapter["language_info"] == IPythonKernel.language_info
    kernel = KernelSpecManager().get_kernel_spec("python3")
    assert chapter["kernelspec"] == {"display_name": kernel.display_name, "language": "python", "name": "python3"}
    assert other == {}


def test_a_change_of_one_frame_of_a_table_is_in_no_other() -> None:
    chapter = Chapter()
    frame = chapter.frame("police_reported")
    place, count = frame.place.iloc[0], frame.incidents.dropna().index[0]
    frame.loc[0, "place"] = "Elsewhere"
    frame.loc[count, "incidents"] = pd.NA
    again = chapter.frame("police_reported")
    assert (again.place.iloc[0], bool(pd.isna(again.incidents[count]))) == (place, False)
