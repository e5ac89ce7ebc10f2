"""Whole numbers in words, as running text has them."""

from __future__ import annotations

from decimal import Decimal

from . import format_number

UP_TO_TWENTY = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
    "dix-huit dix-neuf vingt",
}
BY_GENDER = {"en": (), "fr": (1,)}  # un, une: the noun decides, which a number does not know


def spelled(number: int, language: str) -> str:
    """A whole number in words up to twenty, where one word serves every noun; else in digits."""
    words = UP_TO_TWENTY[language].split()
    if 0 <= number < len(words) and number not in BY_GENDER[language]:
        return words[number]
    return format_number(Decimal(number), language)
