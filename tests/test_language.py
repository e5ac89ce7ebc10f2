"""English and French as Canadians write them; a missing text is refused."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import altair as alt
import jinja2
import pandas as pd
import pytest
from jinja2 import nodes
from small import ROOT, Make, Recorded, job, prose_in, read_table, speak_from

from evaluation import language as lang
from evaluation.language import LANGUAGES, N_, formats
from evaluation.language.placeholders import NAME, typed_number
from evaluation.language.spaces import bind_words, with_french_spaces
from evaluation.language.texts import check_french, messages_in
from evaluation.numbers import measures
from evaluation.numbers.frames import FigureArray
from evaluation.numbers.quantity import Quantity
from evaluation.pages.notebook import read_executed
from evaluation.pages.text import check_headline
from evaluation.problems import control_characters
from evaluation.problems.foreign import read_catalogue
from evaluation.records.chapter import Chapter
from evaluation.runs.execute import executed_notebook

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TITLED = {"%%prose": re.compile(r"^# (.*)$", re.M), "%%chart": re.compile(r"^title: (.*)$", re.M)}  # in each wording


def messages() -> Iterator[str]:
    """Every message of the catalogue that the package, its templates and the chapters ask for."""
    for path in (ROOT / "evaluation").rglob("*.j2"):
        for call in jinja2.Environment().parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t" and isinstance(call.args[0], nodes.Const):
                yield str(call.args[0].value)
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "evaluation").rglob("*.py")]
    cells = [cell for path in NOTEBOOKS for cell in read_executed(path).cells]
    sources += [cell.source for cell in cells if cell.cell_type == "code" and not cell.source.startswith("%")]
    for node in (node for source in sources for node in ast.walk(ast.parse(source))):
        yield from messages_in(node)


@pytest.mark.slow
def test_every_message_has_its_french_and_no_french_stands_unused() -> None:
    used = set(messages())
    assert [problem for message in sorted(used) for problem in check_french(message)] == []
    assert len(used) > 100
    assert sorted(set(lang.catalogue_entries()) - used) == []
    assert [each for each, french in lang.catalogue().items() if french.count("{}") != each.count("{}")] == []


def test_a_message_has_its_french_in_one_catalogue() -> None:
    ids = [m.id for path in (lang.FOLDER / "fr").glob("*.po") for m in read_catalogue(path)]
    assert sorted(ids) == sorted(set(ids))


def test_no_wording_makes_a_title_too_long_to_build() -> None:
    """Which wording a title has is known from the numbers alone: another year must not stop the page."""
    cells = [cell.source for path in NOTEBOOKS for cell in read_executed(path).cells]
    titles = [
        title
        for kind in TITLED
        for source in cells
        if source.startswith(kind)
        for title in TITLED[kind].findall(source)
    ]
    for title in titles:
        check_headline(NAME.sub("2000", title))
    assert len(titles) > 50


def test_a_number_is_seen_however_it_is_typed_and_letters_that_are_none_stay() -> None:
    seen = {text: typed_number(text, "en") for text in ("World War I", "the letters V and X", "a mix of IVs", "double")}
    assert set(seen.values()) == {""}
    for typed in ("½", "３", "Ⅲ", "٣", "III", "dozen", "half", "doubled", "twofold", "thrice"):
        assert typed_number(f"About {typed} of them", "en") == typed


def test_a_missing_text_is_refused() -> None:
    with pytest.raises(lang.MissingText, match="no French"):
        lang.translate("A sentence that no catalogue has", "fr")
    with pytest.raises(lang.MissingText, match="both languages"):
        lang.translate({"en": "only", "fr": ""}, "fr")
    assert lang.translate("A sentence that no catalogue has", "en") == "A sentence that no catalogue has"


def own_words(folder: Path) -> Path:
    """A folder of the phrases, and of no catalogue."""
    (folder / "fr").mkdir()
    (folder / "phrases.csv").write_bytes((lang.FOLDER / "phrases.csv").read_bytes())
    return folder


def test_a_text_that_a_run_left_has_the_french_of_now(
    number: Make, recorded: Recorded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another French wording runs no notebook: of a phrase as a title or a cell, which no name asks for, and of what is
    joined or filled while a run is at work: labels, names at marks, methods, formulas."""

    def record_all() -> list[Any]:
        recorded.clear()
        four, five = (number(Quantity.exact(n), name=f"n{n}", label=N_("Place")) for n in (4, 5))
        shares = FigureArray([four.rounding() / five, five / four])
        frame = pd.DataFrame({"what": [N_("Place"), N_("Year")], "share": shares})
        chapter = Chapter()
        chapter.table("a_table", frame, title=N_("Place"), heads={"what": N_("Source"), "share": N_("Number")})
        drawn = alt.Chart(frame.assign(twice=frame.share * 2)).encode(y="what:N")
        both = drawn.mark_bar().encode(x="share:Q") + drawn.mark_point().encode(x="twice:Q")
        chapter.chart("a_chart", both, title=N_("Place"), subtitle=N_("Source"), description=N_("Number"))
        texts = [
            measures.with_words(N_("Place"), N_("Year")),
            measures.by_variance(2.5), four.with_period,
            lang.phrase("by_laws", "trafficking_1525"), lang.phrase("sign", "up"),
        ]  # fmt: skip
        return json.loads(json.dumps([*recorded, texts], default=str))

    results = [[1, [{"output_type": "display_data", "data": {"a chart": record_all()}}]]]
    french = {message: f"{words} (relu)" for message, words in lang.catalogue().items()}  # as somebody may reword it
    phrases = {key: words | {"fr": f"{words['fr']} (relu)"} for key, words in lang.phrases().items()}
    monkeypatch.setattr(lang, "catalogue", lambda: french)
    monkeypatch.setattr(lang, "phrases", lambda: phrases)
    now = record_all()
    assert all("(relu)" in text["fr"] for text in now[-1])
    (cell, *_) = executed_notebook(job(tmp_path, "one", "1"), results)["cells"]
    assert cell["outputs"][0]["data"]["a chart"] == now


def test_fuzzy_french_counts_as_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fuzzy = 'msgid ""\nmsgstr ""\n\n#, fuzzy\nmsgid "Chart"\nmsgstr "Charte"\n'
    (own_words(tmp_path) / "fr" / "a.po").write_text(fuzzy)
    speak_from(tmp_path, monkeypatch)
    with pytest.raises(lang.MissingText):
        lang.translate("Chart", "fr")
    assert [message for message, _ in check_french("Chart")] == ["fuzzy French for 'Chart'"]


@pytest.mark.parametrize(
    ("start", "end", "en", "fr"),
    [
        ("2021/22", "2023/24", "2021-22 to 2023-24", "2021-2022 à 2023-2024"),
        ("1999/00", "1999/00", "1999-00", "1999-2000"),
        ("2021-12", "2023-02", "December 2021 to February 2023", "décembre 2021 à février 2023"),
        ("2005", "", "since 2005, end not stated", "depuis 2005, fin non précisée"),
        ("", "2023-02", "until February 2023, start not stated", "jusqu’en février 2023, début non précisé"),
        ("", "2021-12-15", "until December 15, 2021, start not stated", "jusqu’au 15 décembre 2021, début non précisé"),
        ("2022-03-01", "2022-03-01", "March 1, 2022", "1er mars 2022"),
        ("2024", "2024", "2024", "2024"),
        ("", "", "period not stated", "période non précisée"),
    ],
)
def test_periods(start: str, end: str, en: str, fr: str) -> None:
    assert (formats.format_period(start, end, "en"), formats.format_period(start, end, "fr")) == (en, fr)


def test_a_period_ends_with_its_last_day_and_not_before_it_starts() -> None:
    moments = {"2024": "2024-12-31", "2024-02": "2024-02-29", "2024-02-15": "2024-02-15", "2021/22": "2022-03-31"}
    assert {moment: formats.last_date_of(moment).isoformat() for moment in moments} == moments


@pytest.mark.parametrize("moment", ["2021/99", "2021/21", "2021/20", "2021/2", "2021/"])
def test_a_fiscal_year_of_two_years_that_do_not_follow_has_no_day(moment: str) -> None:
    assert not formats.is_moment(moment)
    with pytest.raises(ValueError, match="2021/"):
        formats.date_of(moment)
    turned = [("2013", "2010"), ("2022-10", "2022-03"), ("2021/22", "2020/21"), ("2023-02-22", "2023-02-21")]
    right = [("2022-10", "2022"), ("2021/22", "2021/22"), ("2023-02-22", "2023-02"), ("2005", ""), ("", "2005")]
    assert [period for period in turned + right if formats.is_reversed(*period)] == turned


# Choices between which numbers decide, so that a family with one of them has them all.
TOGETHER = ({"rose", "fell"}, {"rose-or-not", "fell-or-not", "unknown-above"}, {"up", "down"})


def test_every_wording_that_numbers_may_choose_is_there_in_both_languages_without_digits() -> None:
    rows, choices = read_table(lang.FOLDER / "phrases.csv"), dict[str, set[str]]()
    assert len(lang.phrases()) == len(rows)
    for row in rows:
        choices.setdefault(row["phrase"], set()).add(row["choice"])
        assert row["en"], row
        assert row["fr"], row
        assert not re.search(r"\d", NAME.sub("", row["en"] + row["fr"])), row
        assert not control_characters(row["en"] + row["fr"]), row
    for family, keys in choices.items():
        assert [group for group in TOGETHER if keys & group and not group <= keys] == [], family
        assert "rose" not in keys or {"unchanged", "unknown"} <= keys, family


# What a choice says by its name, and what each language says then; and the families whose words say it of no change.
WAYS = {
    "rose": {
        "en": r"\bros?e\b|\brisen\b|\brises?\b|\bup\b|\bhigher\b",
        "fr": r"augment|hausse|élevé|[Pp]lus d’affaires",
    },
    "fell": {
        "en": r"\bfell\b|\bfallen\b|\bfalls?\b|\bdown\b|\blower\b",
        "fr": r"diminu|baisse|plus bas|[Mm]oins d’affaires",
    },
}


def test_a_wording_of_one_way_says_that_way_and_not_the_other() -> None:
    count = 0
    for (family, choice), wording in lang.phrases().items():
        way = re.fullmatch(r"(rose|fell|up|down)(?:-or-not)?", choice)
        if way:
            count += 1
            wanted = {"up": "rose", "down": "fell"}.get(way[1], way[1])
            for language in LANGUAGES:
                words = NAME.sub("", wording[language])
                ways = [name for name, patterns in WAYS.items() if re.search(patterns[language], words)]
                assert ways == [wanted], (family, choice, words)
    assert count > 10


# Statistics Canada's own words for its series are others: affaires déclarées, pour 100 000 habitants, auteur présumé,
# affaires non classées, valeur de référence, intervalle de confiance à 95 %. An incident may be reported to a hotline.
# People are served as the French edition of the strategy has it: *servies*.
NO_TERMS = re.compile(
    r"incidents? (?:de traite )?(?:des personnes )?(?:déclaré|consigné|non résolu|avec accusation)|100\s000 personnes"
    r"|personnes? accusées? (?:de traite|connue|n’)|valeurs? de départ|fréquence réelle|personnes desservies"
    r"|(?:chez|de) l’éditeur|niveau de confiance|ligne d’urgence nationale|compte tenu du hasard|hasard compris",
    re.IGNORECASE,
)


def of_chapters() -> Iterator[tuple[str, str, str]]:
    """Every text of a chapter or of a catalogue: where, language, text."""
    for path in NOTEBOOKS:
        for language, prose in prose_in(json.loads(path.read_text(encoding="utf-8"))["cells"]).items():
            yield from ((path.stem, language, part) for text in prose for part in re.split(r"\n+", text))
    for path in sorted((lang.FOLDER / "fr").glob("*.po")):
        for message in read_catalogue(path):
            yield path.stem, "en", str(message.id)
            yield path.stem, "fr", str(message.string)


def every_text(language: str) -> Iterator[tuple[str, str]]:
    """Every text in a language: where, text. Also those of tables and wordings; titles of publications are theirs."""
    yield from ((where, text) for where, text_language, text in of_chapters() if text_language == language)
    tables = [path for path in sorted((ROOT / "data").glob("*.csv")) if path.stem not in ("sources", "editions")]
    for path in [*tables, lang.FOLDER / "phrases.csv"]:
        for row in read_table(path):
            yield from ((path.stem, row[name]) for name in row if name.rsplit("_")[-1] == language)


def test_french_has_the_terms_of_art() -> None:
    chapters = {path.stem for path in NOTEBOOKS}  # where a sentence may need another word
    assert [located for located in every_text("fr") if located[0] not in chapters and NO_TERMS.search(located[1])] == []
    assert NO_TERMS.search("Incidents de traite déclarés")
    assert NO_TERMS.search("pour 100\N{NO-BREAK SPACE}000 personnes")


# What was looked for and not found is said so, not that there is none.
NOWHERE = re.compile(
    r"\bnothing (says|tells|published)|\bno (published|public|later|such)\b|\bno (number|source)\b.* (says?|gives)"
    r"|\bno one (says|gives)|\bno one can\b(?! say)|\bthere (is|are) no\b",
    re.IGNORECASE,
)
# Of what no data can tell; of what the package says of itself, and wordings of what numbers show.
APART = ("reported_incidents", "evaluation", "phrases")


def test_what_was_not_found_is_not_said_to_be_nowhere() -> None:
    located = [(where, part) for where, text in every_text("en") for part in re.split(r"(?<=[.;:])\s", text)]
    nowhere = [item for item in located if item[0] not in APART and NOWHERE.search(item[1])]
    assert [item for item in nowhere if not re.search(r"\bfound\b", item[1])] == []


def test_zero_is_singular_in_french_only() -> None:
    words = [formats.plural(Decimal(n), "one", "other", code) for code in ("en", "fr") for n in (0, 1, 2)]
    assert words == ["other", "one", "other", "one", "one", "other"]


def test_no_french_line_begins_with_a_colon_or_a_quotation_mark() -> None:
    html = '<p title="a : b">Un signe : « oui » <b>non</b> : fin</p><pre>a : b</pre><script>a ? b : c</script>'
    spaced = '<p title="a : b">Un signe\u00a0: «\u00a0oui\u00a0» <b>non</b>\u00a0: fin</p><pre>a : b</pre>'
    assert with_french_spaces(html) == spaced + "<script>a ? b : c</script>"


@pytest.mark.parametrize(
    "words",
    ["2023-24", "26 novembre", "35-10-0177-01", "1-833-900-1010", "a-t-elle", "sous-jacent", "urgence\u00a0: 911"],
)
def test_no_line_breaks_in_a_year_a_day_a_table_a_compound_or_a_phone(words: str) -> None:
    assert bind_words(f"<p>Voir {words}.</p>") == f'<p>Voir <span class="whole">{words}</span>.</p>'


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
    # which code chooses from an interval
    "Trafficking fell", "Trafficking rose", "La traite a diminué", "La traite a augmenté",
)  # fmt: skip


def sentences(text: str) -> list[str]:
    """A text's sentences, without the names that are filled later and with plain spaces."""
    return re.split(r"(?<=[.!?;]) +", re.sub(r"\{[a-z0-9_.]+\}", "", text).replace("\u00a0", " "))


def says_direction(sentence: str, language: str) -> bool:
    match = re.search(DIRECTION[language], sentence, re.IGNORECASE)
    hedged = UNSAFE.match(sentence) or re.search(HEDGED[language], sentence, re.IGNORECASE)
    return bool(match and not hedged)


def test_words_of_direction_are_seen() -> None:
    texts = {"en": "Reports rose. Prices {rise}.", "fr": "Les incidents ont augmenté; rien d’autre."}
    seen = {lang: [s for s in sentences(text) if says_direction(s, lang)] for lang, text in texts.items()}
    assert seen == {"en": ["Reports rose."], "fr": ["Les incidents ont augmenté;"]}


def test_no_direction_is_typed_and_each_that_is_allowed_is_there() -> None:
    chapters = {path.stem for path in NOTEBOOKS}  # whose sentences `evaluation check` holds to their claims
    texts = [(language, text) for where, language, text in of_chapters() if where not in chapters]
    typed = [(text, s) for language, text in texts for s in sentences(text) if says_direction(s, language)]
    assert [pair for pair in typed if not any(part in pair[1] for part in ALLOWED)] == []
    assert [part for part in ALLOWED if not any(part in sentence for _, sentence in typed)] == []
