"""Returns of organizations into publishable tables of ranges: no number in them, nor any computed from all of them and
all earlier releases together, leaves fewer than ``base`` possible counts of a group.

Counts are rounded to multiples of the base, all tables of a release as one system, and published as ranges (Bacharach
1966, "Matrix rounding problems", Management Science 12; Cox 1987, "A constructive procedure for unbiased controlled
rounding", JASA 82). The proof of a release is an invented population: see `certificate`.

In come returns as CSV and the rules of a release; out come tables of ranges, or what is refused of the returns.

>>> import numpy as np
>>> from evaluation.protection.rounding import row_costs
>>> row_costs(np.array([3]), np.array([2]), np.array([4]), np.array([3])).tolist()
[0.0]
"""
