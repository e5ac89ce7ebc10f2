"""What may be asked of a review: its file, the parameters of its chapters, and the values that these may have."""

# Modules of rooms above with types of parameters, and SERIES and RULES as in `choices`; read when a review is.
ADDED: list[str] = []
