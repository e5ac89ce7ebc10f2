"""What is published: tables read and checked against their contract."""

# Modules of rooms above that know a review's tables, read at first use. Their CHECKS are rules of a contract, as
# `rules.RULES`, each by its place ("package.module:function"); types and rules of parameters are in `reviews.choices`.
ADDED: list[str] = []
