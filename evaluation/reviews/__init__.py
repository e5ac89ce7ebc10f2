"""What may be asked of a review: its file in ``parameters/``, and the parameters of its chapters.

In come YAML and the cells tagged ``parameters``; out comes a `review.Review`, its runs with their values and slugs, or
every problem, each with its line.

>>> from evaluation.reviews.review import ascii_of
>>> ascii_of("Île-du-Prince-Édouard")
'ile-du-prince-edouard'
"""
