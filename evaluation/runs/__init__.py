"""One chapter executed, once, in a process of its own that may read what its run key covers and nothing else.

In comes a job: a notebook, its parameters, its data; out comes the executed notebook with its records, or failures,
each with its cell. Papermill runs it (`execute`); `pool` keeps the processes and their time limit.

>>> from evaluation.runs.execute import failures_in
>>> list(failures_in([]))
[]
"""
