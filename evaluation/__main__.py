"""``python -m evaluation``, the same as the command."""

from .cli import main

main()
