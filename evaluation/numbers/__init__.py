"""Quantities, figures and measures, and the pandas dtype that holds them."""
