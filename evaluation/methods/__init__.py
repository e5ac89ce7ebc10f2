"""Formulas with a reference, in numpy and scipy."""
