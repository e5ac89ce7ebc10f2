"""Changes of counting rules between two years, for charts and texts."""

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


def changed(chapter: Chapter, place: str, after: int | None, until: int | None) -> pd.DataFrame:
    """The changes of counting rules in a place or in all of Canada, in years later than ``after`` and up to ``until``,
    included, oldest first: ``event`` (its id), ``year``, and ``when``, the year as a figure. No rows unless both years
    are given."""
    events = chapter.frame("events").sort_values("date", kind="stable")
    events = events[events.event_kind.eq("counting-rule") & events.place.isin(["Canada", place])]
    when = [chapter.event(event) for event in events.event]
    rules = pd.DataFrame({"event": [*events.event], "year": [int(period.start[:4]) for period in when]})
    rules["when"] = FigureArray(when)
    return rules[rules.year.gt(after) & rules.year.le(until)] if after and until else rules[:0]


def lines(rules: pd.DataFrame) -> Any:
    """A chart layer of vertical dashed lines at the years of `changed`, with one name for all: the rule of what is
    founded was widened, or rules changed."""
    import altair as alt

    name = WIDENED if rules.event.eq(FOUNDED).all() else CHANGED
    upright = alt.Chart(rules).mark_rule(color=RULE, strokeDash=[4, 4])
    return upright.encode(x="year:O", detail=alt.Detail("when:Q", title=name))
