"""What pandas gives of a column of figures, cell by cell: the table of docs/numbers.md, which this module writes when
it is run: python tests/test_pandas.py"""

import io
import json
import math
import re
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evaluation import figure
from evaluation.numbers.notation import show
from evaluation.numbers.number import Number

PAGE = Path(__file__).parent.parent / "docs" / "numbers.md"
TABLE = re.compile(r"(?<=\| a cell \| gives \|\n\| --- \| --- \|\n).*?(?=\n\n)", re.DOTALL)
CSV = """place,year,people,bound
North,2023,100,exact
North,2024,120,more-than
South,2023,40,exact
South,2024,50,exact
"""
CELLS = [
    "n.sum()",
    "n.mean()",
    "n.median()",
    "n.max()",
    "n.describe()",
    "n.cumsum()",
    "n.rolling(2).sum()",
    "n.expanding().max()",
    "n.diff()",
    "n.pct_change()",
    "n * 1.5",
    "n * (1 / 3)",
    "n.clip(upper=110)",
    "n.rank()",
    "n.nlargest(2)",
    "n.idxmin()",
    "n.idxmax()",
    "n.sort_values()",
    "n[n > 45]",
    "n[n > 130]",
    "n[n.between(45, 110)]",
    "n.shift().fillna(0)",
    "(n > 130).sum()",
    'np.where(n > 130, "many", "few")',
    "n.where(n > 130)",
    'np.where(n > 45, "many", "few")',
    "(n > 45).sum()",
    "n.std()",
    "n.astype(float)",
    "pd.cut(n, [0, 50, 200])",
    "np.log(n)",
    "np.histogram(n)",
    "np.percentile(n, 25)",
    "np.sqrt(n.iloc[1])",
    "sum(n)",
    "sorted(n)[0]",
    "max(n)",
    "statistics.median(n)",
    "statistics.mean(n)",
    "statistics.stdev(n)",
    "math.sqrt(n.iloc[0])",
    "math.log(n.iloc[1])",
    "divmod(n.iloc[0], 7)",
    "n // 2",
    "n.iloc[1] ** 2",
    "round(n.iloc[1] / 7, 1)",
    "n.iloc[1] + pd.NA",
    'n.iloc[1] + "3"',
    'n.iloc[1] < "3"',
    "n.iloc[1].value",
    "range(n.iloc[2])",
    "json.dumps(n.iloc[1])",
    'df.eval("twice = people * 2").twice',
    'f"{n.sum():,}"',
    'f"{n.iloc[2] / n.iloc[0]:.1%}"',
    'f"{n.sum():>9}"',
    'df.groupby("place").people.idxmax()',
    'df.groupby("place").people.std()',
    'df.groupby("place").people.transform("sum")',
    'df.query("people > 45 and year == 2024").place',
    'df.pivot(index="year", columns="place", values="people").idxmax()',
    'df.groupby("place").people.agg(["first", "sum"])',
    'df.groupby("place").people.cumsum()',
    'df.groupby("place").people.expanding().sum()',
    'df.groupby("place").people.quantile(0.25)',
    'df[["people"]].rolling(2).sum()',
    "n.plot()",
    'df.to_parquet("people.parquet")',
    'df.pivot_table(index="year", columns="place", values="people", aggfunc="sum")',
    '(m := df.merge(pd.DataFrame({"year": [2024], "homes": [12]}), on="year")).people / m.homes',
    "pd.concat([n, n]).sum()",
    'figure.read_csv(io.StringIO(df.to_csv()), "people", unit="people").people.sum()',
]


MODULES = {"pd": pd, "np": np, "io": io, "json": json, "math": math, "statistics": statistics}


def outcome(cell: str) -> str:
    """What a cell gives in words, or the line that refuses it."""
    df = figure.read_csv(io.StringIO(CSV), "people", unit="people")
    try:
        return in_words(eval(cell, MODULES | {"df": df, "n": df.people, "figure": figure}))
    except (ValueError, TypeError, AttributeError) as error:
        (line,) = str(error).splitlines()
        assert "allowed: " in line, f"{cell}: {line}"
        return f"refused: {line}"


def in_words(result: Any) -> str:
    if isinstance(result, Number):
        return show(result, "en").words
    if isinstance(result, pd.DataFrame):
        return "; ".join(f"{name}: {in_words(column)}" for name, column in result.items())
    if isinstance(result, np.ndarray):
        return ", ".join(map(in_words, result))
    if isinstance(result, pd.Series):
        named = result.index.dtype == "str" and result.dtype == object
        cells = [f"{name} {in_words(cell)}" if named else in_words(cell) for name, cell in result.items()]
        return ", ".join(cells)
    return "missing" if result is pd.NA else str(result)


def table() -> str:
    return "\n".join(f"| `{cell.replace('|', chr(92) + '|')}` | {outcome(cell)} |" for cell in CELLS)


def test_the_table_of_the_page_is_what_pandas_gives() -> None:
    (printed,) = TABLE.findall(PAGE.read_text(encoding="utf-8"))
    assert printed == table(), "allowed: python tests/test_pandas.py"


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(TABLE.sub(lambda _: table(), page), encoding="utf-8")
