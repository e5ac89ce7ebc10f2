"""A lower bound that needs no choice of model: Chao's, from the people on one list and on two."""

import numpy as np

from evaluation.methods.multiple_systems.design import design
from evaluation.methods.multiple_systems.loglinear import counts_of, fit_models
from evaluation.methods.multiple_systems.table import Overlap


def on_exactly(overlap: Overlap, lists: int) -> int:
    """People on exactly so many lists: f1, f2 and so on."""
    return sum(count for history, count in enumerate(overlap.counts, start=1) if history.bit_count() == lists)


def chao_1987(overlap: Overlap) -> float:
    """n + f1**2 / (2 f2), people who differ in how likely they are to be listed (Chao 1987, Biometrics 43, 783-791);
    n + f1 (f1 - 1) / 2 where nobody is on exactly two lists.

    It takes all lists to reach alike. Where some are much longer than others it is too high, and no lower bound:
    of independent lists it gives n + f0 (o1 + ... + ot)**2 / (2 (o1 o2 + o1 o3 + ...)), o being the lists' odds,
    which is at least t / (t - 1) of the f0 that nobody listed, and more the more the lists differ.
    """
    once, twice = on_exactly(overlap, 1), on_exactly(overlap, 2)
    return overlap.observed + (once**2 / (2 * twice) if twice else once * (once - 1) / 2)


def chao_lower_bound(overlap: Overlap) -> float | None:
    """Chao's lower bound for lists that reach differently (Rivest and Baillargeon 2007, Biometrics 63, 999-1006).

    The main effects of lists are fitted to the people on one list or two alone; by the inequality of Cauchy and
    Schwarz the number on none is at least what they give, if people differ by a factor in the odds of being on any
    list. Of two lists it is Lincoln and Petersen's estimate. Like every such bound it is void where lists keep people
    apart (negative dependence). None where these people identify nothing.
    """
    shared, counts = design(len(overlap.lists)), counts_of(overlap)
    few = shared.matrix[:, 1 : 1 + shared.lists].sum(1) <= 2
    fitted = fit_models(shared, counts, np.zeros((1, len(overlap.pairs)), dtype=bool), cells=few)
    return overlap.observed + float(fitted.dark_figure[0]) if fitted.usable[0] else None
