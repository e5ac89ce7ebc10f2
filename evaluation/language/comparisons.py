"""Words of direction, comparison, rank and amount, which mark sentences that depend on numbers."""

import re

from .placeholders import NAME

GENERAL = "general"  # marks a text with such a word as independent of data
# A short list on purpose: a broad one named two sentences of five, most of them wrongly.
COMPARISON_WORDS = {
    "en": r"rose|risen|rises?|rising|fell|fallen|falls?|falling|grew|grown|doubled|halved|more|fewer|most|none|same"
    r"|first|twice|half|higher|lower|highest|lowest|up|down",
    "fr": r"augmenté\w*|augmente\w*|hausse|baissé\w*|baisse\w*|diminué\w*|diminue\w*|doublé\w*|plus|moins|davantage"
    r"|aucune?s?|mêmes?|premi(?:er|ère)s?|deux fois|moitié|plupart",
}
# Where these words compare nothing: more than once, no longer, a question after whether.
NO_COMPARISON = {
    "en": r"whether (?:\S+ ){1,4}(?:rose|fell)|more than once|no more than|more or less|first[- ]hand|make up"
    r"|up to date|look(?:ed)? up|add(?:s|ed)? up|set up|broken down",
    "fr": r"ne (?:\S+ ){1,4}plus(?! (?:de|que|grand|petit|haut|bas))|n’\S+ (?:\S+ ){0,3}plus(?! (?:de|que))"
    r"|non plus|plus d’une fois|de plus|au plus tard|du moins|à moins|quand même"
    r"|(?:lui|elles?|eux)-mêmes?|première main",
}
SEARCHED = re.compile(r"\[[^\]]*\]\(#search-[^)]*\)")  # "not found" depends on a search
LINK = re.compile(r"\]\([^)]*\)")


def comparison_word(text: str, language: str) -> str:
    """The first word of comparison in a text, as it stands, by the list of its language (`COMPARISON_WORDS`);
    placeholders, links to searches with their words, addresses of other links, and the idioms of `NO_COMPARISON` do not
    count. Empty if there is none."""
    bare = re.sub(
        NO_COMPARISON[language], " ", LINK.sub("]", SEARCHED.sub(" ", NAME.sub(" ", text))), flags=re.IGNORECASE
    )
    match = re.search(rf"(?<![\w’-])(?:{COMPARISON_WORDS[language]})(?![\w-])", bare, re.IGNORECASE)
    return match[0] if match else ""
