"""Models that fall into two groups, such as 11,000 to 16,000 and 17,000 to 29,000: the lists hardly choose."""

import numpy as np

from .loglinear import Floats, Models

# Two groups explain so much of the variance of the logarithm of the hidden number; two halves of an even spread explain
# 0.75 of theirs, of a normal one 0.64.
EXPLAINED = 0.85
# ... their means give half as many hidden again, and neither has less than a hundredth of the weight.
APART, WEIGHT_AT_LEAST = 1.5, 0.01


def weights(models: Models) -> Floats:
    """What each model weighs among these: exp(-BIC / 2), to a sum of one (Kass and Raftery 1995)."""
    weight: Floats = np.exp(-(models.bic - models.bic.min()) / 2)
    share: Floats = weight / weight.sum()
    return share


def grouped(hidden: Floats, weight: Floats) -> Floats:
    """The group of each model, 1 or 2, by the number of people that it has on no list; 1 for all where they are one.

    The split is the one that explains most of the weighted variance of the logarithm (Otsu 1979).
    """
    order = np.argsort(hidden, kind="stable")
    size, share = np.log(np.maximum(hidden[order], 1e-9)), weight[order]
    below, mass = np.cumsum(share)[:-1], np.cumsum(share * size)[:-1]
    mean = float((share * size).sum())
    variance = float((share * (size - mean) ** 2).sum())
    possible = (below >= WEIGHT_AT_LEAST) & (below <= 1 - WEIGHT_AT_LEAST)
    if variance <= 0 or not possible.any():
        return np.ones(len(hidden))
    with np.errstate(divide="ignore", invalid="ignore"):
        between = np.where(possible, (mean * below - mass) ** 2 / (below * (1 - below)), -np.inf)
        apart = np.exp((mean - mass) / (1 - below) - mass / below)
    split = int(np.argmax(between))
    two = between[split] >= EXPLAINED * variance and apart[split] >= APART
    return np.where(two & (hidden > hidden[order[split]]), 2.0, 1.0)
