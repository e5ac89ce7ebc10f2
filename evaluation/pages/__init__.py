"""From the records of an executed notebook to a page, in one language, with its files.

In comes a notebook as it was executed; out come HTML that stands alone, SVG, CSV, the page's rows of ``numbers.json``
and its entry in the index. A page that would mislead is refused here, with its cell.

>>> from evaluation.pages.blocks import numerals
>>> numerals("more than 29,000 people and 345 organizations")
['29,000', '345']
"""
