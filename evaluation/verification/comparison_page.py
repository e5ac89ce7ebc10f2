"""The changes between two releases as one page to read and sign: what was and what is, both charts side by side."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from ..building.checks import Request
from ..building.inputs import digest
from ..building.manifest import NAME as MANIFEST
from ..data.contract import CONTRACT
from ..language import CALLED, N_, TAGS, translate
from ..pages.templates import source_hash, style_sheet, translated
from ..problems import refuse
from .comparison import Change, ComparedReview, because, causes_of
from .review_check import built_anew

HEADINGS = {
    "claim": N_("Sentences that are no longer true"),
    "page": N_("Pages"), "verdict": N_("Verdicts"), "number": N_("Numbers"), "sentence": N_("Sentences"),
    "chart": N_("Charts"), "table": N_("Tables"),
}  # fmt: skip
SHEET = """
.before-after { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin: 0 }
.before-after img { max-width: 100%; background: #fff }
td { white-space: pre-line; vertical-align: top }
"""


@contextmanager
def opened_review(folder: Path, review: Path, seconds: int = Request.seconds) -> Iterator[ComparedReview]:
    """A built review, or a data folder with which a review is built first, as a draft: sentences that are no longer
    true are changes as well. Raises InputError for anything else."""
    if (folder / MANIFEST).exists():
        yield ComparedReview(folder)
        return
    if not (folder / CONTRACT).is_file():
        raise refuse(folder, found="neither", allowed="the folder of a built review, or a folder of data")
    click.echo(f"building with {folder}", err=True)
    with built_anew(Request(review, data=folder, seconds=seconds, draft=True)) as made:
        yield ComparedReview(made)


def changes_page(pages: Mapping[str, Sequence[Change]], old: ComparedReview, new: ComparedReview) -> str:
    """The page in each language of the new review, whole in one file."""
    sheet, causes = style_sheet() + Markup(SHEET), causes_of(pages)
    environment = Environment(loader=PackageLoader("evaluation.verification"), autoescape=True, trim_blocks=True)
    parts = [
        (language, TAGS[language], environment.from_string(
            "{% include 'changes.html.j2' %}", {"t": partial(translated, language), "drawn": _drawn, "because": because}
        ).render(pages=pages, causes=causes, kinds=HEADINGS, old=old, new=new, language=language))
        for language in new.languages
    ]  # fmt: skip
    whole = environment.get_template("changes_frame.html.j2")
    return whole.render(
        parts=[(tag, CALLED[language], Markup(part)) for language, tag, part in parts],
        title=" / ".join(translate(N_("What the new release changes"), language) for language in new.languages),
        sheet=sheet,
        hash=Markup(source_hash(sheet)),
        keys=[digest((one.folder / MANIFEST).read_bytes())[:16] for one in (old, new)],
    )


def _drawn(built: ComparedReview, language: str, slug: str, chart: str) -> str:
    """A chart's own file as an address that needs no other file; nothing where there is none."""
    path = built.folder / language / slug / f"{chart}.svg"
    return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode() if path.is_file() else ""
