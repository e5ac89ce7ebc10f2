"""What a chapter's cells leave for its page: values, prose, tables and charts, and what claims say of them.

In come figures, frames and charts of a cell, and the texts of ``%%prose`` cells; out come records, outputs of the
notebook that a page is made of, beside a preview for JupyterLab.

>>> from evaluation.records.serialization import cell_record
>>> cell_record("Ontario")
{'text': 'Ontario'}
"""
