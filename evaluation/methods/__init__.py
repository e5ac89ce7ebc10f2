"""Formulas of statistics, each with its reference, in numpy and scipy alone.

In come counts, populations, levels; out come ratios with their intervals (`counts`). A formula that a chapter uses
stands here, where it can be checked against published examples.

>>> from evaluation.methods.counts import ratio_of_counts
>>> ratio = ratio_of_counts(100, 120)
>>> round(ratio.low, 2), round(ratio.high, 2)
(0.91, 1.58)
"""
