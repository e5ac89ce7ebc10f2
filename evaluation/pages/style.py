"""What every page carries: its style sheet with the font, its security policy and its version."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from ..problems.paths import PACKAGE

TEMPLATES = Path(__file__).parent / "templates"


@lru_cache
def style_sheet() -> str:
    """The style sheet with the font embedded."""
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    for weight in ("regular", "bold"):
        font = (PACKAGE / "charts" / "fonts" / f"atkinson-hyperlegible-next-{weight}.woff2").read_bytes()
        css = css.replace(f"FONT-{weight}", base64.b64encode(font).decode())
    return re.sub(r"/\*.*?\*/|\n\s*|(?<=[:;,{]) +| +(?={)", "", css)  # comments and blanks weigh, and say nothing


def script(name: str) -> str:
    """A script of the template's folder, to stand in a page that is whole without it."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def source_hash(content: str) -> str:
    """How a security policy names an inline style sheet or script."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'"


@lru_cache
def policy(script: str = "") -> str:
    """The content security policy: nothing from anywhere, one style sheet and at most one script by their hashes."""
    scripts = source_hash(script) if script else "'none'"
    return (
        f"default-src 'none'; style-src {source_hash(style_sheet())}; font-src data:; img-src data:; "
        f"script-src {scripts}; base-uri 'none'; form-action 'none'"
    )


def project_version() -> str:
    """The version of the installed package, which pages name."""
    return version("evaluation")
