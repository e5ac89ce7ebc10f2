"""A chart of an estimate: its range, interval, models and bound, on people seen. Altair is imported here alone."""

from typing import TYPE_CHECKING

import pandas as pd

from .words import about

if TYPE_CHECKING:
    import altair

    from .result import Estimate

RANGE, MODELS, BOUND = "Half to twice as many hidden", "Models not ruled out", "At least (Chao’s bound)"
GROUPS = {1: "#0b5fa5", 2: "#b4540a"}
WIDTH, BEYOND = 460, 1.06


def drawn(found: "Estimate") -> "altair.LayerChart | altair.FacetChart":
    """Lines from end to end, an arrow where no upper end can be given, a point a model. Raises ValueError where there
    is no estimate, ImportError without Altair."""
    if found.estimate is None:
        raise ValueError(f"nothing to draw: {'; '.join(found.refused)}")
    try:
        import altair as alt
    except ImportError:
        raise ImportError("plot: found no Altair; allowed: an environment with it (pip install altair)") from None
    lines, edge = _lines(found)
    x = alt.X("low:Q", title="People, on a list or on none").scale(zero=True)
    y = alt.Y("what:N", title=None, sort=None).axis(labelLimit=260)
    base = alt.Chart(lines).encode(y=y)
    rules = base.mark_rule(size=3, color="#444").encode(x=x, x2="high:Q")
    arrows = [
        alt.Chart(lines[lines[f"no_{end}"]])
        .mark_point(shape=shape, filled=True, size=90, color="#444")
        .encode(y=y, x=f"{end}:Q")
        for end, shape in (("low", "triangle-left"), ("high", "triangle-right"))
    ]
    models = found.models.assign(what=MODELS)
    points = alt.Chart(models).mark_point(filled=True, opacity=0.7).encode(
        y=y, x="estimate:Q", tooltip=["pairs:N", "estimate:Q", "weight:Q"],
        shape=alt.Shape("group:N", legend=None),
        color=alt.Color("group:N", legend=None).scale(domain=list(GROUPS), range=list(GROUPS.values())),
    )  # fmt: skip
    seen = alt.Chart(pd.DataFrame({"seen": [found.observed]})).mark_rule(strokeDash=[4, 3]).encode(x="seen:Q")
    title = alt.Title(f"{found.observed:,} people seen (dashed line) on {len(found.lists)} lists")
    layers = alt.layer(rules, *arrows, points, seen)
    return layers.properties(width=WIDTH, height=150, title=title, description=_description(found, edge))


def _lines(found: "Estimate") -> tuple[pd.DataFrame, float]:
    """Each line with its ends, one that is not given at the people seen or at the edge of the chart; and that edge."""
    assert found.range is not None  # an estimate has both
    assert found.interval is not None
    least = float(found.observed)
    interval = f"{found.level:.0%} interval, lowest BIC"
    ends = {RANGE: found.range, interval: found.interval}
    known = [end.high for end in ends.values() if end.high is not None]
    edge = BEYOND * max(*known, found.models.estimate.max(), found.observed)
    rows = [(what, end.low or least, end.high or edge, end.low is None, end.high is None) for what, end in ends.items()]
    rows.append((MODELS, float("nan"), float("nan"), False, False))
    if found.bound is not None:
        rows.append((BOUND, found.bound.low, edge, False, True))
    return pd.DataFrame(rows, columns=["what", "low", "high", "no_low", "no_high"]), float(edge)


def _description(found: "Estimate", edge: float) -> str:
    """What the chart shows, for those who do not see it."""
    groups = found.models.groupby("group").estimate.agg(["min", "max"])
    models = " and ".join(
        f"{about(low)} to {about(high)}" for low, high in zip(groups["min"], groups["max"], strict=True)
    )
    return (
        f"Lines on an axis of people from 0 to {about(edge)}: half to twice as many hidden, {found.range}; interval of "
        f"the lowest BIC, {found.interval}; points: {len(found.models)} models, {models}."
    )
