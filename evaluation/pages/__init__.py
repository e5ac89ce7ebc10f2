"""From the records of an executed notebook to a page in one language, with its files.

Input: a notebook as executed. Output: standalone HTML, SVG, CSV, the page's rows of ``numbers.json`` and its index
entry. A page that would mislead is refused here, with its cell.

A page is built in one direction; each step is a function that returns a frozen value, built from those before it:

1. `notebook`: the run's metadata, the values, and the contents of the cells in order, with claims decided;
2. `chart` and `table`: models in plain text, with drawings, numbers, caveats and CSV (`files`, `publications`);
3. `text`: headline, answer, prose, key numbers, and the words of charts and tables, with linked numbers;
4. `caveats`: the caveats in the box and next to each part;
5. `page`: the parts as HTML, by `templates`;
6. `back_matter`: origins, caveats in full, sources, searches, glossary entries (`glossary`);
7. `page` again: the whole HTML, with metadata for search engines (`citations`), after the gate of `caveats`.

`publish` writes the files of a run's pages, and the pages that open a review; `book`, `brief`, `workbook` and
`standalone` are other forms of the same pages; `plain` builds the page of a notebook outside a review.

>>> from evaluation.pages.blocks import numerals
>>> numerals("more than 29,000 people and 345 organizations")
['29,000', '345']
"""
