"""What this review needs beyond its cells: this room alone knows its tables, places and definitions.

The rules of its contract that hold what data/ says against the numbers are named here, and those of its parameters.
"""

from .. import reviews
from ..data.added_rules import ADDED

reviews.ADDED.append(f"{__name__}.parameter_rules")
ADDED |= {
    "rests-on": (f"{__name__}.verdicts:rests_on", {"field": str}),
    "conflicts": (f"{__name__}.verdicts:conflicts", {"caveat": str}),
    "copies": (f"{__name__}.verdicts:copies", {"caveat": str}),
    "verdicts": (f"{__name__}.verdicts:verdicts", {}),
}
COMMANDS = (f"{__name__}.hidden_population_command:hidden_population",)  # of `evaluation`
