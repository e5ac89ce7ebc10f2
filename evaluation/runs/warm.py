"""The imports of every run, made once by the process that runs fork from (see `pool`). It never draws or starts a
thread.
"""

import gc
from typing import Any

from ..problems.imports import import_quickly

import_quickly("ipykernel.debugger", "papermill", "nbformat")
import nbformat  # noqa: E402
from papermill.engines import papermill_engines  # noqa: E402

from ..language import LANGUAGES  # noqa: E402
from ..language.formats import format_period  # noqa: E402
from .engine import WarmEngine, kernel  # noqa: E402

papermill_engines.register("evaluation", WarmEngine)
shell: Any = kernel().shell
with shell.builtin_trap:  # as in a cell: pandas shows frames as in a terminal where it is imported outside one
    import_quickly(
        "pandas", "evaluation.charts", "altair", "scipy.special", "evaluation.records.chapter",
        "evaluation.numbers.measures", "evaluation.chapters.rules", "babel.messages.pofile",
    )  # fmt: skip
    import altair
    import pandas

    altair.Chart(pandas.DataFrame({"a": [1]})).mark_point().encode(x="a").to_dict()  # what reads pandas, and channels
nbformat.validate(nbformat.v4.new_notebook())  # compiles its schema
for language in LANGUAGES:
    format_period("2021-01", "2021-02", language)  # reads the names of months
gc.collect()
gc.freeze()  # keeps memory shared after a fork: the collector does not write into it
