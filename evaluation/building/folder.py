"""A built folder as it is: its manifest, whether each file that it lists is as it was made, and what nobody's build
made. Read once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..problems import InputError
from ..problems.paths import Outside, is_plain_file, path_in
from . import manifest
from .inputs import hash_json, hash_of
from .manifest import Record
from .store import Store

INDEX = ("index.html", "glossary.html", "where-we-looked.html")
LITTER = (".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints")


@dataclass
class BuiltFolder:
    """What stands at a path. ``trusted``: nobody has touched it since it was noted in the store."""

    path: Path
    trusted: bool = False

    @classmethod
    def of(cls, path: Path, store: Store) -> BuiltFolder:
        found = cls(path)
        return cls(path, bool(found.noted(store)))

    @cached_property
    def manifest(self) -> Record:
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
        return set() if self.trusted else {path for path in self.listed if not os.path.lexists(self.path / path)}

    @cached_property
    def changed(self) -> list[str]:
        """What is listed and another file now, or none."""
        there = () if self.trusted else self.listed.keys() - self.missing
        return sorted(path for path in there if not self.as_made(path))

    def as_made(self, path: str) -> bool:
        """Whether a listed file is the one that was made."""
        try:
            found = path_in(self.path, path)
            return is_plain_file(found) and hash_of(found) == self.listed.get(path)
        except (OSError, Outside):
            return False

    @cached_property
    def foreign(self) -> list[str]:
        """What is there and not listed: files, links, empty folders. What systems leave wherever somebody looks is
        left where it is."""
        known = self.listed.keys() | {manifest.NAME}
        return [] if self.trusted else [path for path in self.entries() if path not in known and not is_litter(path)]

    @property
    def strange(self) -> str:
        """What no build made, or is no longer as one made it, in words; nothing where all is of a build, or the folder
        is empty or not there."""
        if not os.path.lexists(self.path):
            return ""
        if self.path.is_symlink() or not self.path.is_dir():
            return f"{kind_of(self.path)} in the folder's place"
        try:
            strange, words = self.foreign + self.changed, "which no build made so"
        except InputError as error:
            return error.problems[0].found
        if strange and not self.manifest:
            return "a folder without a manifest of a build"
        more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
        return f"{', '.join(strange[:3])}{more}, {words}" if strange else ""

    def entries(self) -> list[str]:
        """Every file, and each folder that holds nothing or is a link."""
        found = []
        for parent, folders, names in os.walk(self.path):
            links = [name for name in folders if os.path.islink(os.path.join(parent, name))]
            alone = [] if folders or names or Path(parent) == self.path else [parent]
            found += [os.path.join(parent, name) for name in (*names, *links)] + alone
        return sorted(Path(path).relative_to(self.path).as_posix() for path in found)

    def litter(self) -> list[str]:
        return [path for path in self.entries() if is_litter(path)]

    def runs(self) -> dict[str, Record]:
        """The pages by slug: each run's record, with the outputs that are missing."""
        found = {run["slug"]: run for run in self.manifest.get("runs", [])}
        return {slug: run | self.lacking(run) for slug, run in found.items()}

    def lacking(self, run: Record) -> dict[str, list[str]]:
        missing = [path for path in run["outputs"] if path in self.missing]
        return {"missing": missing} if missing else {}

    def is_made_of(self, key: str) -> bool:
        """Whether the folder was made from all that a key stands for, and has its ways in, its glossary and where
        we looked."""
        indexes = {path for path in self.manifest.get("outputs", {}) if path.endswith(INDEX)}
        return bool(self.manifest.get("key") == key and not indexes & self.missing)

    def signature(self) -> str:
        """The names, sizes and times of the files in one hash: equal where nobody has touched them."""
        found = [(path, os.lstat(self.path / path)) for path in self.entries()]
        return hash_json([(path, status.st_size, status.st_mtime_ns, status.st_ino) for path, status in found])

    def note(self, store: Store) -> None:
        """Note how the folder looks, and the key of all that it was made from."""
        store.put("folders", self.name(), {"key": self.manifest.get("key", ""), "signature": self.signature()})

    def noted(self, store: Store) -> str:
        """The key of all that the folder was made from, where nobody has touched it since it was noted."""
        if self.path.is_symlink() or not self.path.is_dir():
            return ""
        found = store.get("folders", self.name())
        return str(found["key"]) if found and found["signature"] == self.signature() else ""

    def name(self) -> str:
        return hash_json(str(self.path.resolve()))


def is_litter(path: str) -> bool:
    return bool({*LITTER} & {*path.split("/")})


def kind_of(path: Path) -> str:
    return "a link" if path.is_symlink() else "a file" if path.is_file() else "something else"
