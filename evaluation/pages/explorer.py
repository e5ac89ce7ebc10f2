"""The interactive part of a page: a reader supposes detection in two years, and sees what follows for incidents.

Made from a record of `Chapter.explorer`; one script of the template's folder (``explorer.js``) moves the sentences,
the numbers and the mark. Without scripts the part stays hidden and the page is whole.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from ..charts.theme import INK, SIZE
from ..language import N_
from ..numbers.publication import Caveat
from ..records.prose import time_element
from . import care
from .model import Page

# The drawing: px of its sides and of the room for its axes; both axes run from 1/8 to 8.
SIDE, ROOM_LEFT, ROOM_ABOVE, ROOM_BELOW, FARTHEST = 288, 34, 26, 24, 8
BOLD = ' font-weight="bold"'
# What is entered first: no published share is detection, so the first suppositions are equal, and round.
FIRST_SHARE = 10
SECOND_SHARE, SHARES = 12, (5, 25)  # of the two sliders: what can be believed of a hidden crime

TRY = N_("Try it: suppose what the police know")
WORDS = {
    "told": N_(
        "If the police had known of {earlier} of the incidents {place} in {first} and of {later} in {last}: {each}."
    ),
    "person": N_("Per person: {each}."),
    "release": N_("within one release"),
    "first": N_("as first released"),
    "needed": N_("For the number of incidents to be unchanged, the police would have had to know, in {last}, {each}."),
    "known": N_("between {low} and {high} {way}"),
    "beyond": N_("more than all of them {way}"),
    "unlike": N_(
        "These two years were found neither in one release nor both as first released, so they are not compared."
    ),
    "method": N_(
        "The intervals count in rounding, and chance as the rest of this page does, at a confidence level of {level}."
    ),
    "rose": N_("trafficking would have risen by {low} to {high} {way}"),
    "fell": N_("trafficking would have fallen by {low} to {high} {way}"),
    "unknown": N_("trafficking would have changed by somewhere between a fall of {low} and a rise of {high} {way}"),
    "brief_told": N_("If police knew of {earlier} of incidents in {first} and of {later} in {last}, {change}."),
    "brief_doubled": N_("trafficking would have more than doubled"),
    "brief_unknown": N_(
        "no one could tell whether trafficking rose or fell: somewhere between a fall of {low} and a rise of {high}"
    ),
    "brief_dot": N_("One dot: {number} incidents; filled: reported to police."),
    "brief_counts": N_("{all} incidents, {known} reported"),
    "brief_small": N_("Chance is counted in; later revisions are not. Release of {releases}."),
    "bad_share": N_("A share must be a number above 0 and at most 100."),
    "bad_years": N_("The first year must come before the second."),
}

BRIEF = ["rose", "fell", *(key for key in WORDS if key.startswith("brief_"))]


def explorer_html(page: Page, record: dict[str, Any], level: int) -> str:
    """The part as a section that a script shows and moves; ``data-`` attributes hold its numbers and words. Its
    heading is of the ``level`` of its part of the page."""
    name, brief = record["explorer"], record["brief"]
    own = BRIEF if brief else [key for key in WORDS if not key.startswith("brief_")]
    words = {key: page.t(WORDS[key]) for key in own}
    inside = brief_part(page, name, record["first"]["years"]) if brief else full_part(page, name)
    caveats = care.beside(page, [Caveat(**caveat) for caveat in record["caveats"]])
    named = f'aria-label="{page.t(TRY)}"' if brief else f'aria-labelledby="title-{name}"'
    heading = "" if brief else f'<h{level} id="title-{name}">{page.t(TRY)}</h{level}>'
    return (
        f'<section data-explorer="{name}" id="{name}" {named} hidden '
        f'data-first="{attribute(record["first"])}" data-series="{attribute(series_in(page, record))}" '
        f'data-words="{attribute(words)}"{" data-brief" if brief else ""}>'
        f"{heading}{inside}{'' if brief else caveats}</section>"
    )


def full_part(page: Page, name: str) -> str:
    """Five fields, the drawing, and all that follows from them."""
    asked = N_("Choose a place, two years and the share of incidents that the police came to know in each.")
    warned = N_("No number that we found says what these shares are: they are yours to suppose.")
    return (
        f"<p>{page.t(asked)} {page.t(warned)}</p>"
        f'<div class="fields">{fields(page, name)}</div>{drawing(page)}{output(name)}'
    )


def brief_part(page: Page, name: str, years: Sequence[int]) -> str:
    """Two sliders, each with its share at the thumb and the incidents that follow as dots; one sentence, and in small
    what it leaves out."""
    asked = N_("Share known to police in {year}")
    least, most = SHARES
    sliders = "".join(
        f'<div class="field"><label for="{name}-{key}">{page.t(asked).format(year=time_element(str(year), str(year)))}'
        f'</label><svg data-thumb="{key}" role="img"><text y="17" text-anchor="middle" font-size="17" '
        f'font-weight="bold" fill="{INK}"></text></svg><input type="range" min="{least}" max="{most}" step="1" '
        f'value="{share}" id="{name}-{key}" data-field="{key}" aria-controls="{name}-told">'
        f'<svg data-dots="{key}" aria-hidden="true"></svg>'
        f'<span data-part="{key}-counts"></span></div>'
        for key, year, share in zip(("earlier", "later"), years, (FIRST_SHARE, SECOND_SHARE), strict=True)
    )
    return (
        f'<div class="fields">{sliders}</div><small data-part="dot"></small>'
        f'<output id="{name}-told" for="{name}-earlier {name}-later" aria-live="polite" aria-atomic="true">'
        '<span data-part="told"></span><small data-part="small"></small></output>'
    )


def attribute(value: Any) -> str:
    """JSON that can stand in an attribute."""
    return escape(json.dumps(value, ensure_ascii=False, separators=(",", ":")), quote=True)


def series_in(page: Page, record: dict[str, Any]) -> list[dict[str, Any]]:
    """The series of the record with their names in the page's language."""
    return [
        one
        | {key: page.t(one[key]) for key in ("label", "place")}
        | {
            "pairs": {
                years: [shown(page, way, record["brief"]) for way in ways] for years, ways in one["pairs"].items()
            }
        }
        for one in record["series"]
    ]


def shown(page: Page, way: dict[str, Any], brief: bool) -> list[Any]:
    """One comparison of two years as the script reads it: basis, releases, ends, and for dots the reports."""
    return [way["basis"], page.t(way["releases"]), *way["ends"], *(way["reports"] if brief else [])]


def fields(page: Page, name: str) -> str:
    """Place and definition, two years, two shares: each with its label."""
    outputs = f"{name}-told"
    limits = f'type="number" min="0.1" max="100" step="any" value="{FIRST_SHARE}" inputmode="decimal"'
    share = f'{limits} aria-describedby="{name}-allowed"'
    asked = (
        ("series", N_("Place and what is counted"), "<select {}></select>"),
        ("first-year", N_("Earlier year"), "<select {}></select>"),
        ("last-year", N_("Later year"), "<select {}></select>"),
        ("earlier", N_("Known to the police in the earlier year, per cent"), f"<input {share} {{}}>"),
        ("later", N_("Known to the police in the later year, per cent"), f"<input {share} {{}}>"),
    )
    controls = "".join(
        f'<div class="field"><label for="{name}-{key}">{page.t(label)}</label>'
        + control.format(f'id="{name}-{key}" data-field="{key}" aria-controls="{outputs}"')
        + "</div>"
        for key, label, control in asked
    )
    return controls + f'<div class="allowed" id="{name}-allowed">{page.t(WORDS["bad_share"])}</div>'


def output(name: str) -> str:
    """Where the sentences stand; a screen reader says them when they change."""
    ids = " ".join(f"{name}-{key}" for key in ("series", "first-year", "last-year", "earlier", "later"))
    parts = "".join(f'<span data-part="{part}"></span>' for part in ("told", "person", "needed", "method"))
    return f'<output id="{name}-told" for="{ids}" aria-live="polite" aria-atomic="true">{parts}</output>'


def drawing(page: Page) -> str:
    """The plane of change, with a mark that the script moves; its name says what it is, the sentences what it shows."""
    width, height = SIDE - ROOM_LEFT, SIDE - ROOM_BELOW
    ticks = [(power + 3) / 6 for power in (-3, -2, -1, 0, 1, 2, 3)]
    labels = ["1/8", "1/4", "1/2", "1", "2", "4", "8"]
    lines = "".join(grid_line(share, label, width, height) for share, label in zip(ticks, labels, strict=True))
    said = "".join(
        f'<text x="{x}" y="{y}" font-size="{SIZE}" fill="{INK}" text-anchor="{anchor}"{weight}>{page.t(text)}</text>'
        for text, x, y, anchor, weight in (
            (N_("Trafficking fell"), ROOM_LEFT + 6, ROOM_ABOVE + 18, "start", BOLD),
            (N_("Trafficking rose"), SIDE - 6, height - 8, "end", BOLD),
            (N_("Detection: later year ÷ earlier year"), 0, 14, "start", ""),
            (N_("Reports: later year ÷ earlier"), SIDE, SIDE + 12, "end", ""),
        )
    )
    called = escape(page.t(N_("Plane of change: reports across, detection up, and a mark where what you suppose lies")))
    return (
        f'<svg role="img" aria-label="{called}" width="{SIDE}" height="{SIDE + 20}" '
        f'viewBox="0 0 {SIDE} {SIDE + 20}" data-left="{ROOM_LEFT}" data-top="{ROOM_ABOVE}" data-width="{width}" '
        f'data-height="{height - ROOM_ABOVE}" data-farthest="{FARTHEST}"><title>{called}</title>{lines}'
        f'<path d="M{ROOM_LEFT} {height}L{SIDE} {ROOM_ABOVE}" fill="none" stroke="{INK}" stroke-width="1.5"/>{said}'
        '<line data-mark="interval" stroke="#0b5fa5" stroke-width="3"/>'
        + "".join(
            f'<rect data-mark="{mark}" width="11" height="11" fill="#ffffff" stroke="#0b5fa5" stroke-width="3"/>'
            for mark in ("beside", "dot")
        )
        + "</svg>"
    )


def grid_line(share: float, label: str, width: int, height: int) -> str:
    """One value of both axes: two faint lines and two labels."""
    x, y = ROOM_LEFT + share * width, ROOM_ABOVE + (1 - share) * (height - ROOM_ABOVE)
    text = f'font-size="12" fill="{INK}"'
    edge = "end" if share == 1 else "start" if share == 0 else "middle"
    return (
        f'<path d="M{x:g} {ROOM_ABOVE}V{height}M{ROOM_LEFT} {y:g}H{SIDE}" fill="none" stroke="#e3e3e3"/>'
        f'<text x="{x:g}" y="{height + 16}" {text} text-anchor="{edge}">{label}</text>'
        f'<text x="{ROOM_LEFT - 5}" y="{y + 4:g}" {text} text-anchor="end">{label}</text>'
    )
