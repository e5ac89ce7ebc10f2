"""In JupyterLab a chart shows with its title, subtitle, source and caveats, as a picture that needs no trust."""

import re
from base64 import b64decode
from typing import Any

import altair as alt
import IPython.display
import pytest

from evaluation.records.chapter import Chapter
from evaluation.records.preview import NO_PREVIEW

TEXTS: dict[str, Any] = {
    "title": {"en": "From {first} on {later}", "fr": "De {first} {later}"},
    "subtitle": {"en": "A subtitle", "fr": "Un sous-titre"},
    "description": {"en": "A & B", "fr": "A et B"},
}


def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a front end is given of a chart."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(IPython.display, "display", lambda data, raw: found.append(data))
    chapter = Chapter()
    frame = chapter.frame("police_reported").query("place == 'Canada' and definition == 'all_human_trafficking'")
    frame = frame.drop_duplicates("year", keep="last").dropna(subset=["rate_per_100k"])
    chapter.record(first=frame.rate_per_100k.iloc[0])
    chapter.chart("c", alt.Chart(frame).mark_line().encode(x="year:O", y="rate_per_100k:Q"), **TEXTS)
    return found[-1]


def test_a_chart_shows_whole_without_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NO_PREVIEW, raising=False)
    data = shown(monkeypatch)
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


def test_outside_jupyter_a_record_prints_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    chapter = Chapter()
    chapter.record(served=chapter.figure("people_served"))
    chapter.key_numbers("served")
    assert capsys.readouterr().out == "served\nrecord\n"


def test_a_build_draws_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NO_PREVIEW, "1")
    assert set(shown(monkeypatch)) == {"application/vnd.evaluation.chart+json", "text/plain"}


def test_a_number_shows_with_what_a_page_says_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(IPython.display, "display", lambda data, raw: found.append(data))
    chapter = Chapter()
    chapter.record(served=chapter.figure("people_served"), nobody=None)
    html, absent = (data["text/html"] for data in found)
    assert html.startswith("<details><summary><code>{served}</code> more than 29,000</summary><small>")
    assert "Government of Ontario" in html
    assert "people-may-be-counted-twice" in html
    assert absent == "<p><code>{nobody}</code> \N{EM DASH}</p>"
