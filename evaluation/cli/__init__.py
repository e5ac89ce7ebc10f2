"""The command ``evaluation``, for evaluators and scripts.

In come arguments, a project and its folders; out come results on stdout, progress and errors on stderr, and exit status
0 (done), 1 (something in the review failed) or 2 (the request or an input is not valid). What a command does is in the
rooms below.

>>> sorted(main.commands)[:3]
['audit', 'build', 'check']
"""

from . import build, editions, start, publishers, returns, answers  # noqa: I001, in the order of docs/reference.md
from .group import main

__all__ = ["answers", "build", "editions", "main", "publishers", "returns", "start"]
