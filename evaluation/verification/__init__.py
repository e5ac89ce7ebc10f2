r"""Whether what was built is what its inputs make, whether one page is that of its address, what a release changes.

In come a built review or a page and what it is compared with: the same review built anew, the publisher's listing,
another release of the data. Out come differences, file by file and sentence by sentence, each with its cause.

>>> from evaluation.verification.file_comparison import compare_files
>>> str(compare_files("a.csv", b"n\n1\n", b"n\n2\n"))
"a.csv: another number: row 2, n: found '1'; expected '2' (by -1)"
"""
