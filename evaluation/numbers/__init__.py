"""Quantities with bounds, figures, measures, and the pandas dtype that holds them.

In come published numbers with their bound, unit, definition, place, period and source; arithmetic keeps the bound or is
refused. Out come measures that know their operands, words for them in both languages, and the truth of claims.

>>> from evaluation.numbers.quantity import Quantity
>>> (Quantity.of("more-than", 29_000) * Quantity.exact(2)).in_english()
'more than 58000'
"""
