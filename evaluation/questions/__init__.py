"""Questions to a built review: where a number comes from, and what would make a sentence untrue.

In comes ``numbers.json`` of a built review and what a person asks (a number, a name, words of a sentence); out come the
number's operands down to cells of ``data/``, and of claims the ranges in which they hold.

>>> from evaluation.questions.trace import number_in
>>> number_in("29,000 people")
(29000.0, ' people')
"""
