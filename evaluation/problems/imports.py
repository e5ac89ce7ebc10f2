"""Imports without slow unused dependencies, checks for optional extras, and temporary values of a mapping such as the
environment.
"""

import gc
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import Any

from . import refuse

DISTRIBUTION = "strategy-review-notebooks"  # on the package index, where `evaluation` is somebody else's

# What jsonschema checks formats by, which no schema here asks for: four fifths of the time to import Altair are the
# grammar of international addresses, a fifth of that to import this package is the rest.
FORMATS = (
    "rfc3987_syntax",
    "rfc3986_validator",
    "rfc3339_validator",
    "fqdn",
    "isoduration",
    "uri_template",
    "webcolors",
)


def without_modules(*names: str) -> AbstractContextManager[None]:
    """Within the block, importing these modules, unless loaded already, fails."""
    return temporary_values(sys.modules, dict.fromkeys(set(names) - sys.modules.keys()))  # None: not to be imported


def import_quickly(*modules: str) -> None:
    """Import modules without two unused, slow dependencies, jsonschema's formats and the kernel's debugger, and without
    collecting garbage meanwhile."""
    collecting = gc.isenabled()
    gc.disable()  # imports create no garbage
    try:
        with without_modules(*FORMATS, "debugpy"):
            for module in modules:
                import_module(module)
    finally:
        if collecting:
            gc.enable()


def require_extra(what: str, extra: str, *modules: str) -> None:
    """Import the modules that a command or option (``what``) needs. Raises InputError, naming the extra to install, if
    one is missing."""
    try:
        for module in modules:
            import_module(module)
    except ModuleNotFoundError as error:
        allowed = f'an environment with it: pip install "{DISTRIBUTION}[{extra}]"'
        raise refuse(what, actual=f"no module {error.name}", allowed=allowed) from None


@contextmanager
def temporary_values(mapping: MutableMapping[str, Any], values: dict[str, Any]) -> Iterator[None]:
    """Within the block, set values of a mapping, in place; after it they are as before, or gone, whatever happens."""
    before = {name: mapping[name] for name in values if name in mapping}
    mapping.update(values)
    try:
        yield
    finally:
        for name in values.keys() - before.keys():
            del mapping[name]
        mapping.update(before)
