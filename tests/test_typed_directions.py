"""No word of direction is typed in a text: a rise or a fall is a phrase's work, which numbers choose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from babel.messages.pofile import read_po
from small import ROOT, prose_in

DIRECTION = {
    "en": r"\b(?:rose|risen|ris(?:e|es|ing)|fell|fall(?:s|en|ing)?|increas\w*|decreas\w*|gr[eo]w(?:s|n|ing|th)?|"
    r"declin\w*|outpac\w*)\b",
    "fr": r"\b(?:hausse|baisse|augment\w*|diminu\w*|grandi\w*|croissan\w*|recul\w*|progress\w*|baiss\w*)\b",
}
# Sentences that say no direction of the data, by a part of them, under the reason. Anything else is a phrase's work.
REASONS: dict[str, tuple[str, ...]] = {
    "says that the direction is not known": (
        "That a count has risen or fallen, from two numbers", "On ignore si la traite recule",
        "**Si la traite recule.**", "si la traite a augmenté ou diminué", "Ils ne diraient pas si la traite a reculé",
        "Whether trafficking grew",
    ),
    "says what a rise or a fall would mean, or what would follow if there were one": (
        "reports rise although trafficking does not", "So a rise can be a sign of success, or of failure",
        "les affaires déclarées augmentent même si la traite n’augmente pas",
        "Une hausse peut donc être signe de réussite ou d’échec", "trafficking more likely rose",
        "if by more, it more likely fell", "la traite a plus probablement augmenté",
        "la traite a plus probablement diminué", "elle a plus probablement diminué",
        "Une baisse ne prouve donc pas davantage la réussite", "Interpréter une hausse", "trafficking would have",
        "la traite aurait", "if it was more, trafficking fell", "if less, it rose",
        "s’il est plus grand, elle a diminué", "s’il est plus petit, elle a augmenté",
        "Rising reports can be success, falling reports failure",
        "Une hausse peut être un succès, une baisse un échec", "reports can fall while trafficking holds or grows",
        "A fall is no proof of success either", "Une baisse ne prouve donc pas non plus la réussite",
        "tell a working strategy from a growing problem", "Une hausse peut être une bonne ou une mauvaise nouvelle",
        "how probable a fall in incidents then is", "If calls lay near their bounds, they grew",
        "robabilité que la traite ait diminué", "la probabilité que les affaires aient diminué",
        "Si les appels étaient proches de leurs bornes, ils auraient augmenté",
        "Une hausse des affaires déclarées peut être", "les affaires déclarées peuvent diminuer alors que la traite",
        "Reports can also rise because", "Figures such as these can rise because",
        "Les cas signalés peuvent aussi augmenter parce que", "De tels chiffres peuvent augmenter parce que",
        "la détection mesurée n’ayant pas baissé", "while calls to the hotline and people served hold or grow",
        "se maintiennent ou augmentent", "What it says of a rise", "Ce qui est dit d’une hausse",
        "Ce que signifie une hausse", "Une baisse des affaires déclarées n’est pas une preuve",
        "une baisse n’est pas une preuve de réussite",
    ),
    "a sign that the model of `detection` derives for each story, whatever the data": (
        "Police reports rise in", "so that effort for each falls",
        "Where trafficking grows and police keep pace", "Si la traite augmente et que la police suit",
        "where police are stretched, several of them rise", "l’effort par affaire diminue",
        "une traite plus répandue fait augmenter les indicateurs suivants",
        "Dans aucune elle ne fait diminuer ceux-ci", "Les affaires déclarées augmentent dans tous les scénarios",
        "that share can rise too", "cette part peut aussi augmenter",
        "si la police est débordée, plusieurs augmentent",
    ),
    "reports what the strategy states": (
        "speaks of a growing volume of cases", "A growing volume of cases.", "Un volume croissant de cas.",
        "la finalité de faire reculer la traite", "one of the fastest-growing crimes",
        "parmi les crimes qui progressent le plus vite", "fait état d’une augmentation du nombre de cas",
        "une hausse des cas signalés",
    ),
    "left out by `earlier_limit` where detection need not have risen": (
        "detection could not have risen enough", "la détection n’aurait pu augmenter assez",
    ),
    "what a ratio of detection means": (
        "Where detection grew more than reports, trafficking fell", "where it grew less, it rose",
        "Si la détection a augmenté plus que les affaires déclarées, la traite a diminué",
    ),
    "one of the conclusions that code chooses from an interval": (
        "rafficking fell", "rafficking rose", "a traite a diminué", "a traite a augmenté",
    ),
    "which way the evaluator would want an indicator to move, from data/indicators.csv": (
        "à la hausse", "à la baisse",
    ),
    "stands among what is not safe to say": (
        "Trafficking is growing in Ontario", "Que la traite augmente", "That charges grew or fell since then",
        "Que la part autochtone a diminué", "Que les accusations ont augmenté ou diminué depuis",
        "Que la stratégie fonctionne puisque", "Qu’une hausse ou une baisse des affaires déclarées prouve",
        "A rise in reports alone will show",
    ),
}  # fmt: skip
ALLOWED = [part for parts in REASONS.values() for part in parts]


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


def typed_directions() -> list[tuple[str, str]]:
    return [
        (where, sentence)
        for where, language, text in texts()
        for sentence in sentences(text)
        if re.search(DIRECTION[language], sentence, re.IGNORECASE)
    ]


def test_words_of_direction_are_seen() -> None:
    said = {"en": "Reports rose. Prices {rise}.", "fr": "Les incidents ont augmenté; rien d’autre."}
    found = {lang: [s for s in sentences(text) if re.search(DIRECTION[lang], s)] for lang, text in said.items()}
    assert found == {"en": ["Reports rose."], "fr": ["Les incidents ont augmenté;"]}


def test_no_direction_is_typed() -> None:
    wrong = [(where, s) for where, s in typed_directions() if not any(part in s for part in ALLOWED)]
    assert wrong == []


def test_the_list_of_allowed_sentences_is_in_use() -> None:
    typed = [sentence for _, sentence in typed_directions()]
    assert [part for part in ALLOWED if not any(part in sentence for sentence in typed)] == []
