"""A built folder as it is: its manifest, whether each file that it lists is as it was made, and what nobody's build
made. Read once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..problems import InputError, listed
from ..problems.paths import Outside, is_plain_file, path_in
from . import manifest
from .inputs import hash_of
from .manifest import Manifest

NO_FOLDER = "something that is no folder"
LITTER = {".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints"}


@dataclass
class BuiltFolder:
    """What stands at a path."""

    path: Path

    @cached_property
    def manifest(self) -> Manifest:
        """Empty where there is none. Raises InputError for one that no build wrote."""
        return manifest.read(self.path)

    @cached_property
    def listed(self) -> dict[str, str]:
        """Every file that the manifest lists, with its hash."""
        rows = [*(run["outputs"] for run in self.manifest.get("runs", [])), self.manifest.get("outputs", {})]
        return {path: value for outputs in rows for path, value in outputs.items()}

    @cached_property
    def missing(self) -> set[str]:
        """What is listed and not there."""
        return {path for path in self.listed if not os.path.lexists(self.path / path)}

    @cached_property
    def changed(self) -> list[str]:
        """What is listed and another file now."""
        return sorted(path for path in self.listed.keys() - self.missing if not self.as_made(path))

    def as_made(self, path: str) -> bool:
        """Whether a listed file is the one that was made."""
        try:
            found = path_in(self.path, path)
            return is_plain_file(found) and hash_of(found) == self.listed.get(path)
        except (OSError, Outside):
            return False

    @cached_property
    def foreign(self) -> list[str]:
        """What is there and not listed: files, links, empty folders; but for what systems leave wherever somebody
        looks, which goes with the folder."""
        known = self.listed.keys() | {manifest.NAME}
        return [path for path in self.entries() if path not in known and LITTER.isdisjoint(path.split("/"))]

    @property
    def strange(self) -> str:
        """What no build made, or is no longer as one made it, in words; nothing where all is of a build, or the folder
        is empty or not there."""
        if not os.path.lexists(self.path):
            return ""
        if self.path.is_symlink() or not self.path.is_dir():
            return NO_FOLDER
        try:
            strange = self.foreign + self.changed
        except InputError as error:
            return error.problems[0].found
        if strange and not self.manifest:
            return "a folder without a manifest of a build"
        return f"{listed(strange, 3)}, which no build made so" if strange else ""

    def entries(self) -> list[str]:
        """Every file, and each folder that holds nothing or is a link."""
        found = []
        for parent, folders, names in os.walk(self.path):
            links = [name for name in folders if os.path.islink(os.path.join(parent, name))]
            alone = [] if folders or names or Path(parent) == self.path else [parent]
            found += [os.path.join(parent, name) for name in (*names, *links)] + alone
        return sorted(Path(path).relative_to(self.path).as_posix() for path in found)
