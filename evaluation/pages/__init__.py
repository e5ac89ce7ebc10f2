"""From the records of an executed notebook to a page, in one language, with its files.

In comes a notebook as it was executed; out come HTML that stands alone, SVG, CSV, the page's rows of ``numbers.json``
and its entry in the index. A page that would mislead is refused here, with its cell.

A page is made in one direction, each step a frozen value that one function makes of those before:

1. `notebook`: what the build says of the run, the values, and the contents of the cells in order, with claims decided;
2. `chart` and `table`: the models, in plain words, with drawings, numbers, caveats and CSV (`files`, `publications`);
3. `text`: headline, answer, prose, key numbers, the words around charts and tables, with linked numbers;
4. `caveats`: what must be said, in the box and beside each part;
5. `page`: the parts as HTML, by `templates`;
6. `back_matter`: origins, cautions in full, sources, searches, words (`glossary`);
7. `page` again: the HTML whole, with what search engines read (`citations`); the gate of `caveats` asks it before.

`publish` writes the files of a run's pages, and what opens the review; `book`, `brief`, `workbook` and `standalone` are
other forms of the same pages; `plain` makes the page of a notebook that is of no review.

>>> from evaluation.pages.blocks import numerals
>>> numerals("more than 29,000 people and 345 organizations")
['29,000', '345']
"""
