"""The shipped reviews, whole: built, and audited in a browser."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluation.audit import audit, format_finding

ROOT = Path(__file__).parent.parent
NAMES = [path.stem for path in sorted((ROOT / "parameters").glob("*.yml"))]
pytestmark = pytest.mark.slow


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_every_page_passes_every_rule(name: str, built_review: Callable[[str], Path]) -> None:
    findings = audit(built_review(name), jobs=2)
    assert "\n".join(map(format_finding, findings)) == ""


@pytest.mark.parametrize("path", ["fr/people_served"])
def test_a_page_passes_every_rule(path: str, built_review: Callable[[str], Path]) -> None:
    """One page of each kind, while somebody works; `make long` looks at all of them."""
    findings = audit(built_review("review") / f"{path}.html")
    assert "\n".join(map(format_finding, findings)) == ""


@pytest.mark.parametrize("name", [pytest.param("places", marks=pytest.mark.long), "review"])
def test_outputs_are_what_the_manifest_lists(name: str, built_review: Callable[[str], Path]) -> None:
    folder = built_review(name)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    listed = dict(manifest["outputs"])
    for run in manifest["runs"]:
        listed |= run["outputs"]
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    found.pop("manifest.json")
    assert {path: hashlib.sha256(p.read_bytes()).hexdigest() for path, p in found.items()} == listed
