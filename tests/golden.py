"""Texts that were read once and wanted, in files: what says something else is shown beside them."""

from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures"


def compare(text: str, name: str, folder: Path) -> None:
    """A text is that of a file, or stands in a folder, where it can be read and taken over."""
    golden, now = FIXTURES / name, folder / name
    now.write_text(text, encoding="utf-8")
    assert golden.is_file(), f"if this is wanted: cp {now} {golden}"
    assert text == golden.read_text(encoding="utf-8"), f"if each change is wanted: cp {now} {golden}"
