"""What this review needs beyond its cells: this room alone knows its tables, places and definitions.

Its rules of parameters and of the contract stand in `rules`.
"""

from .. import data

data.ADDED.append(f"{__name__}.rules")
