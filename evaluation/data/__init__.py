"""What is published: tables read and checked against their contract."""

# Modules of rooms above that know a review's tables, read at first use: their CHECKS are rules of a contract, as
# `rules.RULES`; of types and rules of parameters see `reviews.choices`.
ADDED: list[str] = []
