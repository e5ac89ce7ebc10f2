"""The size of a hidden population from overlapping lists of people (multiple systems estimation).

Potential victims in a period are not incidents: an estimate from here is never the share of crime that
reaches the police. The choice of model is the larger part of the uncertainty, and the method has critics
(Whitehead, Jackson, Balch and Francis 2021): show the models not ruled out beside any single estimate.

`table` reads lists, `nesting` finds lists inside others, `loglinear` fits models and tests that an estimate exists,
`choice` chooses one, `estimate` says how far off it may be and where it says nothing, `bounds` what needs no model and
what no model can tell. Nothing here needs the review.

The same methods in R: MultipleSystemsEstimation, which took the place of SparseMSE (Silverman, Chan and Vincent).
"""
