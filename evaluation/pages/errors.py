"""The errors of a page that cannot be published, and their conversion to failures of its run."""

from collections.abc import Iterable, Sequence

from ..problems import Refused
from ..problems.refusals import Refusal
from ..records.unmet import Unmet
from ..runs.execute import Failure


class PageError(Refused):
    """A page cannot be published. ``failures`` are all reasons, one line each; by default ``words`` alone."""

    def __init__(self, words: str = "", failures: Sequence[Failure] = ()):
        """``words`` are the message, and the only failure where no ``failures`` are given; without ``words`` the
        message is a line for each failure."""
        self.failures = failures or [Failure("-", words, type(self).__name__, placed=True)]
        super().__init__(words or "\n".join(failure.error for failure in failures))


class UnmetClaim(Refused):
    """A claim of a page does not hold."""

    def __init__(self, unmet: Unmet):
        """The message names the sentence, its claim and the values compared."""
        self.unmet = unmet
        super().__init__(unmet.message())


def failures_of(slug: str, language: str, refusals: Iterable[Refusal]) -> list[Failure]:
    """The failures of a run for the refusals of its page in one language, in their order: each with its message after
    "SLUG:cell 3:en:" ("-" for no cell); the message of an unmet claim, which names its own line, stays as it is."""
    failures = list[Failure]()
    for cell, error, _ in refusals:
        if isinstance(error, UnmetClaim):
            failures.append(Failure(cell, str(error), "Claim", placed=True, unmet=error.unmet))
        else:
            where = "-" if cell == "-" else f"cell {cell}"
            message = f"{slug}:{where}:{language}: {error}"
            failures.append(Failure(cell, message, type(error).__name__, placed=True))
    return failures
