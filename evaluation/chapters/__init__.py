"""What this review needs beyond its notebooks' cells: this room alone knows its tables, places and definitions.

In come frames of figures and tables of ``data/``; out come series, detection, verdicts, the explorer, and rules of
parameters and of the contract (`rules`). The import of a Statistics Canada table into ``data/`` stands here too.

>>> from evaluation.chapters.agreement import relation
>>> from evaluation.numbers.quantity import Quantity
>>> str(relation(Quantity.exact(5), Quantity.of("more-than", 3)))
'within'
"""

from .. import data

data.ADDED.append(f"{__name__}.rules")
