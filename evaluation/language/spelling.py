"""Numbers spelt out: small whole numbers, those that must not be typed, since a typed word stays when its number
changes; and letters without accents.
"""

import re
import unicodedata
from decimal import Decimal

from .formats import format_number


def without_accents(text: str) -> str:
    """A text in lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).lower()


UP_TO_TWENTY = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
    "dix-huit dix-neuf vingt",
}
BY_GENDER = {"en": (), "fr": (1,)}  # un, une: depends on the noun, which is unknown here


def spell_number(number: int, language: str) -> str:
    """A whole number from zero to twenty in words, if one word serves every noun (not French *un*, *une*); others in
    digits."""
    words = UP_TO_TWENTY[language].split()
    if 0 <= number < len(words) and number not in BY_GENDER[language]:
        return words[number]
    return format_number(Decimal(number), language)


# Words for three and more and for parts of a whole. What is grammar stays: one, two, both, once, twice, first, third.
# So do homographs that are no numbers: *un tiers*, a third party; *pour cent* and "in millions", units.
TYPED = {
    "en": [
        r"three|four|five|six|seven|eight|nine|tens?|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen",
        r"nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|(?<!in )[mb]illions?",
        r"dozens?|half|halves|halved|quarters?|thrice|doubled|doubling|tripled?s?|quadrupled?s?",
        r"\w*(?:two|ree|our|ive|six|[etv]en|ight|ine|lve|ty|red)fold",
        r"(?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)s|(?:one|two)-(?:thirds?|fourths?|fifths?|tenths?)",
        r"(?:a|one) (?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)(?= of\b|[.,;:)]|$)",
    ],
    "fr": [
        r"trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante",
        r"cinquante|soixante|(?<!pour )cents?|mille|milliers?|(?<!en )(?:millions?|milliards?)|moitiés?|demie?s?",
        r"quarts?|(?:diz|douz|quinz|vingt|trent|quarant|cinquant|soixant|cent)aines?|(?:tripl|quadrupl|décupl)\w+",
        r"(?:le|au|du) double(?= d[eu'’]|[.,;:)]|$)|doublée?s?|doublait|doublement",
        r"deux[- ]tiers|tiers(?= des? | du | d[’'])|(?:un|deux) (?:cinqu|six|sept|huit|neuv|dix)ièmes?",
    ],
}
ROMAN = r"(?-i:(?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3}))"  # III; not I, and not a single V or X
A_NAME = r"(?-i:-[A-ZÀ-Ý])"  # Trois-Rivières
NUMBER_WORDS = {
    language: re.compile(rf"(?<![\w-])(?:{'|'.join([*kinds, ROMAN])})(?![^\W_])(?!{A_NAME})", re.IGNORECASE)
    for language, kinds in TYPED.items()
}


def first_number_word(text: str, language: str) -> str:
    """The first spelt-out number of three or more, fraction, multiple or Roman numeral in a text (see `TYPED`), as it
    stands; empty if there is none."""
    match = NUMBER_WORDS[language].search(text)
    return match[0].strip() if match else ""
