"""A worker process that draws for a publisher: vl-convert and nothing else, so that it is ready soon and draws while
the publisher makes the rest of a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import vl_convert

from ..runs.workers import serve


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """A drawing, or why vl-convert cannot draw it."""
    try:
        return {"svg": vl_convert.vegalite_to_svg(request["specification"], **request["options"])}
    except ValueError as error:
        return {"error": str(error)}


if __name__ == "__main__":
    vl_convert.register_font_directory(str(Path(__file__).parents[1] / "charts" / "fonts"))
    vl_convert.vegalite_to_svg({"mark": "text", "data": {"values": []}})  # the first drawing takes half a second
    serve(answer)
