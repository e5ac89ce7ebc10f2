"""The rules of counting that changed between two years, as charts draw and pages say them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ..charts import RULE
from ..language import N_
from ..numbers.frames import FigureArray

if TYPE_CHECKING:
    from ..records.chapter import Chapter

FOUNDED = "founded_rule_2018"
WIDENED, CHANGED = N_("counting rule widened"), N_("counting rule changed")


def changed(chapter: Chapter, after: int | None, until: int | None) -> pd.DataFrame:
    """Each rule that changed after a year and no later than another, oldest first: its ``event``, its ``year``, and
    ``when``, the same as a figure. No rows without two years."""
    events = chapter.frame("events").query("event_kind == 'counting-rule'").sort_values("date", kind="stable")
    when = [chapter.event(event) for event in events.event]
    rules = pd.DataFrame({"event": [*events.event], "year": [int(period.start[:4]) for period in when]})
    rules["when"] = FigureArray(when)
    return rules[rules.year.gt(after) & rules.year.le(until)] if after and until else rules[:0]


def lines(rules: pd.DataFrame) -> Any:
    """Upright lines at the years of these rules, each with its name, as a layer under a chart over years."""
    import altair as alt

    name = WIDENED if rules.event.eq(FOUNDED).all() else CHANGED
    upright = alt.Chart(rules).mark_rule(color=RULE, strokeDash=[4, 4])
    return upright.encode(x="year:O", detail=alt.Detail("when:Q", title=name))
