"""Rules of a contract (``checks``) that a room above brings: they are named when the package is imported, and their
modules are read where a contract first asks for one."""

from __future__ import annotations

from typing import Any

# By name: where the rule is ("package.module:function"), and what it must be told, as in `rules.RULES`.
ADDED: dict[str, tuple[str, dict[str, Any]]] = {}
