"""What a chapter's cells record for its page: values, prose, tables and charts, and the verdicts of claims on them.

In come figures, frames and charts of a cell, and the texts of ``%%prose`` cells; out come records: outputs of the
notebook from which pages are made, each with a preview for JupyterLab.

>>> from evaluation.records.serialization import cell_record
>>> cell_record("Ontario")
{'text': 'Ontario'}
"""
