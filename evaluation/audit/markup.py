"""Rules as CSS selectors that must match nothing on a page, by number of the rule."""

CHART = ":is(main > section[data-chart], main > details.layer > section[data-chart])"
REVIEW = "main:not([data-part=plain], .brief)"  # the brief has no answer below its title
BOTH = ":has(> .chart-wide > svg[role=img]):has(> .chart-narrow > svg[role=img])"
PICTURE = f"{CHART} > :is(.chart-wide, .chart-narrow) > svg"
HIDDEN = "[aria-hidden='true'], [aria-hidden='true'] *"
APART = ":is(section[data-explorer], nav, header, .cards, .brief) *"  # in the brief they link to their pages
FOREIGN = ":not([src^='data:'], [href^='data:'], [href^='#'], [rel~='canonical'], [rel~='alternate'])"

# (rule, selector, actual, allowed)
EVERY_PAGE = (
    (1, "[style]", "a style attribute", "a rule in the page's style sheet"),
    (1, f":is([src], [srcset], object, link, image, use){FOREIGN}", "a part outside the file", "a data: address"),
    (3, f"main svg:has(text):is({HIDDEN}):not(a *, [data-thumb])", "a hidden picture", "role=img"),
    (3, f"{CHART}:not({BOTH})", "not both drawings", "svg[role=img] in div.chart-wide and in div.chart-narrow"),
    (3, f"{CHART}:not(:has(p.description:not(:empty)))", "no description", "p.description with words"),
    (4, f"{CHART}:not(:has(details table))", "no data table", "details with a table"),
    (5, f"{CHART}:not(:has(a[download$='.csv']))", "no CSV to download", "a[download$='.csv']"),
    (6, "[title], svg title:not(svg[role=img] > title:first-child)", "a tooltip", "its words on the page"),
    (15, f"{CHART}:not(:has(:is(h2, h3):not(:empty)))", "no title", "h2 with words"),
    (15, f"{CHART}:not(:has(p.subtitle:not(:empty)))", "no subtitle", "p.subtitle with words"),
    (16, f"{CHART}:not(:has(p.source:not(:empty)))", "no source", "p.source with words"),
    (16, "[id^='from-']:not(tr)", "an origin that is no row", "tr[id^='from-']"),
    (21, "main pre:not(details *)", "code in the way", "code inside details"),
    (22, "h1 ~ h1, h1 ~ * h1, :has(h1) ~ h1, :has(h1) ~ * h1", "another h1", "one h1"),
    (22, "body:not(.door):not(:has(nav))", "no nav", "at least one nav"),
    (
        22,
        "body > :is(:first-child:not(.confidential), .confidential + *):not(a[href^='#'])",
        "no skip link",
        "one first",
    ),
    (22, "table:not(:has(> caption:not(:empty)))", "a table without caption", "a caption with words"),
    (22, "table:not(:has(th))", "a table without th", "header cells"),
    (22, "th:not([scope])", "th without scope", "scope: col, row, colgroup or rowgroup"),
    (22, "span > :is(div, p, ul, ol, table, section)", "a block in running text", "phrasing content"),
    (22, ":is(h1, h2, h3, h4) :is(div, p, ul, ol, table, section)", "a block in a heading", "phrasing content"),
    (
        22,
        "details:not(:has(> summary:first-child)), :not(details) > summary",
        "a fold without summary",
        "summary first",
    ),
    (22, ":is(center, font, strike, tt, [align]:not(svg *), [bgcolor], [border])", "an obsolete look", "a style sheet"),
)
CHAPTERS = (  # not for lists of pages, whose pictures and values link to the pages with their origins
    (3, f"main svg:has(text):not({PICTURE}, {APART})", "a chart outside section[data-chart]", "one inside"),
    (
        16,
        "main:not(.brief) data:not(:is(details, table, footer, h1, h2, h3, a[href^='#from-']) *)",
        "an unlinked value",
        "a link",
    ),
    (
        19,
        f"{REVIEW} > h1:not(:has(+ p.answer:not(:empty), + p.signed + p.answer:not(:empty)))",
        "no answer under the title",
        "p.answer right after h1, or after its one line of edition and citation",
    ),
    (25, "main details :is(.answer, .care)", "folded", "in view"),
)
