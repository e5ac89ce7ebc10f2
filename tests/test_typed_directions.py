"""No word of direction is typed in a text: a rise or a fall is a phrase's work, which numbers choose."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator

from babel.messages.pofile import read_po
from small import ROOT, prose_in

DIRECTION = {
    "en": r"\b(?:rose|risen|ris(?:e|es|ing)|fell|fall(?:s|en|ing)?|increas\w*|decreas\w*|gr[eo]w(?:s|n|ing|th)?|"
    r"declin\w*|outpac\w*)\b",
    "fr": r"\b(?:hausse|baisse|augment\w*|diminu\w*|grandi\w*|croissan\w*|recul\w*|progress\w*|baiss\w*)\b",
}
# Sentences that say no direction of the data: with a condition or a doubt in them, as the checker of pages reads them;
# what a list gives as not safe to say; and these.
HEDGED = tomllib.loads((ROOT / "tests" / "truth_words.toml").read_text(encoding="utf-8"))["hedged"]
UNSAFE = re.compile(r"- (?:That|Qu[e’])")
ALLOWED = (
    # which the strategy states
    "A growing volume of cases.", "la finalité de faire reculer la traite",
    # which the model of `detection` derives for each story, whatever the data
    "Dans aucune elle ne fait diminuer ceux-ci",
    # which code chooses from an interval
    "Trafficking fell", "Trafficking rose", "La traite a diminué", "La traite a augmenté",
    # of an indicator: which way the evaluator would want it to move, or what would follow
    "à la hausse", "à la baisse", "la détection mesurée n’ayant pas baissé", "while calls to the hotline and people",
    "Interpréter une hausse", "Ce qui est dit d’une hausse",
)  # fmt: skip


def texts() -> Iterator[tuple[str, str, str]]:
    """Every text of a chapter or of a catalogue: where, language, sentence."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for language, told in prose_in(json.loads(path.read_text(encoding="utf-8"))["cells"]).items():
            yield from ((path.stem, language, part) for text in told for part in re.split(r"\n+", text))
    for path in sorted((ROOT / "evaluation" / "language" / "locale" / "fr").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="fr_CA"):
                yield path.name, "en", str(message.id)
                yield path.name, "fr", str(message.string)


def sentences(text: str) -> list[str]:
    """A text's sentences, without the names that are filled later and with plain spaces."""
    return re.split(r"(?<=[.!?;]) +", re.sub(r"\{[a-z0-9_.]+\}", "", text).replace("\u00a0", " "))


def says_direction(sentence: str, language: str) -> bool:
    told = re.search(DIRECTION[language], sentence, re.IGNORECASE)
    hedged = UNSAFE.match(sentence) or re.search(HEDGED[language], sentence, re.IGNORECASE)
    return bool(told and not hedged)


def test_words_of_direction_are_seen() -> None:
    said = {"en": "Reports rose. Prices {rise}.", "fr": "Les incidents ont augmenté; rien d’autre."}
    found = {lang: [s for s in sentences(text) if says_direction(s, lang)] for lang, text in said.items()}
    assert found == {"en": ["Reports rose."], "fr": ["Les incidents ont augmenté;"]}


def test_no_direction_is_typed_and_each_that_is_allowed_is_there() -> None:
    typed = [(w, s) for w, language, text in texts() for s in sentences(text) if says_direction(s, language)]
    assert [one for one in typed if not any(part in one[1] for part in ALLOWED)] == []
    assert [part for part in ALLOWED if not any(part in sentence for _, sentence in typed)] == []


def test_what_was_not_collected_is_typed_only_beside_a_number_that_is_absent_then() -> None:
    said = {
        "en": r"not collected|[Nn]either .* collected",
        "fr": r"pas été (?:réunis|recueillis)|[Nn]i .* été recueillis",
    }
    typed = [text for _, language, text in texts() if re.search(said[language], text)]
    assert len(typed) == 4  # two pages in two languages; an import of counts makes such a sentence false
    assert [text for text in typed if not re.search(r"\{(?:rounding_alone|person_alone)\.", text)] == []
