"""Tables of ``data/``, read and checked against their contract, ``datapackage.json``.

In comes a folder of CSV files; `sources.Tables` reads each table once, `checking.check_data` holds it to the types and
keys of its contract and to the `rules` that it names. Out come rows of text, or problems, each with file, row and
column.

>>> from evaluation.data.rules import all_rules
>>> [name for name in sorted(all_rules()) if name.startswith("caveat-when")]
['caveat-when-copy', 'caveat-when-few', 'caveat-when-filled']
"""

# Modules of rooms above that know a review's tables, read at first use: their CHECKS are rules of a contract, as
# `rules.RULES`; of types and rules of parameters see `reviews.choices`.
ADDED: list[str] = []
