// Facts about what the page says: read once a page, judged in Python.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const text = (element) => (element ? element.textContent.replace(/[ \t\r\n]+/g, " ").trim() : "");
  const inside = (element, selector) => element.closest(selector) !== null;

  const describe = (element) => {
    const chart = element.closest("section[data-chart]");
    const place = chart && chart !== element ? `section[data-chart=${chart.dataset.chart}] ` : "";
    const id = element.id ? `#${element.id}` : "";
    const kind = element.classList.length ? `.${element.classList[0]}` : "";
    const words = text(element).slice(0, 40);
    return `${place}${element.localName}${id || kind}${words ? ` "${words}"` : ""}`;
  };

  const visible = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true });

  const PROSE = "p, li, h1, h2, h3, figcaption";
  const NOT_PROSE = "details, table, footer";
  const isProse = (element) => inside(element, "main") && inside(element, PROSE) && !inside(element, NOT_PROSE);

  const place = (element) => {
    if (inside(element, "pre, code, kbd, samp")) return "code";
    if (element.parentElement?.localName === "head") return "title";
    if (inside(element, "svg")) return "chart";
    if (inside(element, "td, th, caption")) return "table";
    return isProse(element) ? "prose" : "other";
  };

  const language = (element) => {
    const marked = element.closest("[lang]");
    return marked ? marked.lang.toLowerCase().slice(0, 2) : "";
  };

  const textRuns = () => {
    const runs = [];
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      const words = walker.currentNode.data;
      if (!words.trim() || inside(parent, "script, style, template")) continue;
      runs.push({ element: describe(parent), text: words, language: language(parent), place: place(parent),
        named: inside(parent, "[data-name]") });
    }
    for (const element of all("[aria-label], [title], [alt], [placeholder], [aria-description]"))
      for (const name of ["aria-label", "title", "alt", "placeholder", "aria-description"])
        if (element.getAttribute(name))
          runs.push({ element: `${describe(element)} @${name}`, text: element.getAttribute(name),
            language: language(element), place: "attribute", named: false });
    return runs;
  };

  const untracedDigits = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const traced = "data, time, [data-name], .chart-number, a[download], svg, script, style";
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (/\d/.test(walker.currentNode.data) && isProse(parent) && !inside(parent, traced))
        found.push({ element: describe(parent.closest(PROSE)), text: walker.currentNode.data.trim() });
    }
    return found;
  };

  const dataElements = () =>
    all("main data").filter((element) => !inside(element, `${NOT_PROSE}, h1, h2, h3`)).map((element) => {
      const link = element.closest("a[href^='#from-']");
      const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
      return { element: describe(element), link: link ? link.getAttribute("href") : null,
        target: target ? target.localName : null, value: element.getAttribute("value"),
        bound: element.dataset.bound ?? null, low: element.dataset.low ?? null, high: element.dataset.high ?? null };
    });

  const numberOf = (element) =>
    ["value", "data-bound", "data-low", "data-high"].map((name) => element.getAttribute(name) ?? "").join(" ");

  const titledNumbers = () =>
    all("main :is(h1, h2, h3, caption) data").filter((element) => !inside(element, ".cards, a"))
      .map((element) => ({ element: describe(element), number: numberOf(element) }));

  const headingWords = (heading) => {
    const copy = heading.cloneNode(true);
    all(".chart-number", copy).forEach((number) => number.remove());
    all("[lang]", copy).filter((part) => part.lang.slice(0, 2) !== language(heading)).forEach((part) => part.remove());
    return text(copy);
  };

  const headings = () =>
    all("h1, h2, h3, h4, h5, h6").map((heading) => ({
      element: describe(heading), level: Number(heading.localName[1]), text: headingWords(heading),
      headline: heading.localName === "h1" || heading.matches("section[data-chart] :is(h2, h3)") }));

  const afterTitle = () => {
    const title = document.querySelector("h1");
    const next = title && all("main *").find((element) =>
      title.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING && !title.contains(element));
    return next ? { element: describe(next), answer: next.matches("p.answer"), text: text(next) } : null;
  };

  const tables = () =>
    all("table").map((table) => ({
      element: describe(table), caption: text(table.querySelector(":scope > caption")),
      headers: all("th", table).length,
      unscoped: all("th", table).filter((th) => !["col", "row", "colgroup", "rowgroup"].includes(th.scope)).map(describe),
      first_column: all("tbody tr", table).map((row) => text(row.cells[0])) }));

  const links = () =>
    all("a[href], area[href]").map((link) => ({
      element: describe(link), href: link.getAttribute("href"), text: text(link),
      hreflang: link.getAttribute("hreflang"), lang: link.closest("[lang]")?.lang ?? null, download: link.getAttribute("download") }));

  const skipLink = () => {
    const first = document.querySelector("body a[href], body button, body input, body summary, body [tabindex]");
    const href = first?.getAttribute("href") ?? "";
    const target = href.startsWith("#") ? document.getElementById(href.slice(1)) : null;
    return { element: first ? describe(first) : "body",
      works: Boolean(target && (target.matches("main") || inside(target, "main"))) };
  };

  const references = () => {
    const found = [];
    const attributes = ["aria-labelledby", "aria-describedby", "aria-controls", "for", "headers"];
    for (const element of all(attributes.map((name) => `[${name}]`).join(",")))
      for (const name of attributes)
        for (const id of (element.getAttribute(name) ?? "").split(/\s+/).filter(Boolean))
          found.push({ element: describe(element), reference: `${name}=${id}`, id });
    for (const element of all("svg *"))
      for (const attribute of element.attributes) {
        const linked = /^url\(["']?#([^"')]+)["']?\)$/.exec(attribute.value)
          ?? (attribute.localName === "href" ? /^#(.+)$/.exec(attribute.value) : null);
        if (linked && !inside(element, "a"))
          found.push({ element: describe(element), reference: `${attribute.name}=${attribute.value}`, id: linked[1] });
      }
    return found.filter((reference) => !document.getElementById(reference.id));
  };

  const duplicateIds = () => {
    const counts = new Map();
    all("[id]").forEach((element) => counts.set(element.id, (counts.get(element.id) ?? 0) + 1));
    return [...counts].filter(([, count]) => count > 1).map(([id, count]) => ({ id, count }));
  };

  // What html5lib's parser accepts although the content models of HTML forbid it.
  const MISPLACED = {
    "ul > :not(li, script, template), ol > :not(li, script, template)": "li in a list",
    "dl > :not(dt, dd, div, script, template)": "dt and dd in a dl",
    ":not(ul, ol, menu) > li": "li in ul, ol or menu",
    "a a, a button, button a, button button, summary a, summary button, a summary": "no control inside a control",
    "span > :is(div, p, ul, ol, table, section, h1, h2, h3), :is(h1, h2, h3, h4, h5, h6) :is(div, p, ul, ol, table, section)": "phrasing content",
    "details:not(:has(> summary:first-child)), :not(details) > summary": "summary first in details",
    "img:not([alt])": "img with alt",
    "data:not([value])": "data with value",
    "table:not(:has(tr)), tr:not(:has(td, th))": "a table with rows and cells",
    "main main, main ~ main": "one main",
    "center, font, big, strike, tt, marquee, acronym, frame, frameset": "no obsolete element",
    "table[border], table[cellpadding], table[cellspacing], [align]:not(svg *), [bgcolor], [valign]": "no obsolete attribute",
  };
  const misplaced = () =>
    Object.entries(MISPLACED).flatMap(([selector, allowed]) =>
      all(selector).filter((element) => !element.matches("svg *"))
        .map((element) => ({ element: describe(element), allowed })));

  const LOADS = "[src], [srcset], [poster], object[data], link[href], image, use, feImage";
  const subresources = () => {
    const found = [];
    for (const element of all(LOADS)) {
      const passive = element.localName === "link" && /^(canonical|alternate|license|author|help|next|prev)$/i.test(element.rel);
      for (const name of ["src", "srcset", "poster", "data", "href", "xlink:href"]) {
        const address = element.getAttribute(name);
        if (address && !passive && !/^(data:|#)/i.test(address)) found.push({ element: describe(element), address });
      }
    }
    for (const style of all("style"))
      for (const [, address] of style.textContent.matchAll(/(?:url\(\s*|@import\s+)["']?([^"')\s;]+)/g))
        if (!/^(data:|#)/i.test(address) && address !== "url(") found.push({ element: describe(style).slice(0, 20), address });
    return found;
  };

  const tooltips = () => {
    const spoken = all("svg[role=img] > title:first-child").filter((title) => text(title) === title.parentElement.getAttribute("aria-label"));
    return [...all("[title]").map((element) => [element, element.title.trim()]),
            ...all("svg title").filter((title) => !spoken.includes(title)).map((title) => [title, text(title)])]
      .filter(([element, words]) => words && !shownElsewhere(element, words))
      .map(([element, words]) => ({ element: describe(element), text: words }));
  };
  const shownElsewhere = (element, words) => {
    if (element.localName !== "title") return document.body.innerText.includes(words) || text(document.body).includes(words);
    return all("text, p, td, th, h2, li", element.closest("section") ?? document.body)
      .some((other) => text(other).includes(words));
  };

  const numberLabel = (section) => {
    const before = section.previousElementSibling;
    const outside = before && (before.matches(".chart-number") ? before : before.querySelector(".chart-number"));
    return text(section.querySelector(".chart-number") ?? outside);
  };
  const rows = (table) => (table ? all("tbody tr, :scope > tr", table).map((row) => [...row.cells].map((cell) => text(cell))) : []);
  // Every text of a drawing: its lines as one, whether an axis or a title has it, with whom and where it stands.
  const GUIDES = "[class*='role-axis'], [class*='role-title'], [pointer-events='none']";
  const linesOf = (label) => {
    const lines = all("tspan", label);
    return (lines.length ? lines : [label]).map(text).join(" ");
  };
  const drawnTexts = (svg) => {
    const groups = [];
    return all("text", svg).map((label) => {
      if (!groups.includes(label.parentElement)) groups.push(label.parentElement);
      const moved = label.transform.baseVal.consolidate()?.matrix;
      return { text: linesOf(label), guide: inside(label, GUIDES), group: groups.indexOf(label.parentElement),
        x: (moved?.e ?? 0) + Number(label.getAttribute("x")), y: (moved?.f ?? 0) + Number(label.getAttribute("y")) };
    });
  };
  const CHART = "main > section[data-chart], main > details.layer > section[data-chart]";
  const PICTURE = ["wide", "narrow"].flatMap((size) => CHART.split(", ").map((chart) => `${chart} > .chart-${size}`));
  const chartSections = () =>
    all(CHART).map((section) => {
      const table = section.querySelector(":scope details > table");
      const download = section.querySelector("a[download$='.csv']");
      return {
        element: `section[data-chart=${section.dataset.chart}]`, id: section.dataset.chart,
        number: numberLabel(section), series: section.dataset.series ? Number(section.dataset.series) : null,
        title: [...all("h2, h3", section)].map(headingWords)[0] ?? "",
        subtitle: text(section.querySelector("p.subtitle")), description: text(section.querySelector("p.description")),
        caveats: all("p.caveat", section).map((caveat) => ({ id: caveat.dataset.caveat ?? "", text: text(caveat) })),
        source: text(section.querySelector("p.source")),
        wide: all("div.chart-wide > svg[role=img]", section).length,
        narrow: all("div.chart-narrow > svg[role=img]", section).length,
        numbers: all("div.chart-wide > svg text", section).some((label) => /\d/.test(label.textContent)),
        table: table !== null, rows: rows(table),
        drawn: all("div.chart-wide > svg, div.chart-narrow > svg", section).map(drawnTexts),
        download: download && { text: text(download), href: download.getAttribute("href") },
      };
    });
  const strayCharts = () =>
    all("main svg").filter((svg) => svg.querySelector("text") && !inside(svg, `${PICTURE.join()}, section[data-explorer], nav, header, .cards`))
      .map(describe);

  const hiddenPictures = () =>
    all("main svg").filter((svg) => svg.querySelector("text") && !inside(svg, "a") && inside(svg, "[aria-hidden='true']"))
      .map(describe);

  const policies = () =>
    all("meta[http-equiv='Content-Security-Policy' i]").map((meta) => ({
      content: meta.content, inHead: inside(meta, "head"),
      late: all("style, script, link").some((element) =>
        element.compareDocumentPosition(meta) & Node.DOCUMENT_POSITION_FOLLOWING) }));

  globalThis.__audit = { all, text, inside, describe, visible, CHART };

  // What everybody reads: as opened, with every fold closed.
  const NOT_READ = "details, table, footer, nav, svg, .cards, h2:has(+ .cards), .skip, .unseen";
  const APART = ".key-numbers, ul, ol, section";
  const wordsOf = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    let words = 0;
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (!inside(parent, NOT_READ) && visible(parent)) words += walker.currentNode.data.split(/[ \n\t]+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
    }
    return words;
  };
  globalThis.__audit.reading = () => {
    const main = document.querySelector("main");
    const pictures = all("section[data-chart]", main).filter((chart) => !inside(chart, "details"));
    const answer = document.querySelector("main > .answer"), underlined = (link) => {
      const { top, bottom } = link.getBoundingClientRect();
      return visible(link) && top < innerHeight && bottom > 0 && getComputedStyle(link).textDecorationLine.includes("underline");
    };
    const shown = pictures[0] && all(".chart-wide svg, .chart-narrow svg", pictures[0]).find((svg) => svg.getBoundingClientRect().height);
    return {
      words: wordsOf(main), pictures: pictures.length,
      numbers: all("a[href^='#from-']", main).filter((link) => !inside(link, `${NOT_READ}, ${APART}`)).length,
      height: document.documentElement.scrollHeight,
      first: shown ? shown.getBoundingClientRect().top + scrollY : null,
      annex: main.dataset.part === "annex", front: main.classList.contains("front"),
      answer: answer && { bottom: answer.getBoundingClientRect().bottom + scrollY, size: parseFloat(getComputedStyle(answer).fontSize) },
      links: all("a[href]").filter(underlined).length,
      folded: all("details .answer, details .care", main).map(describe),
    };
  };

  globalThis.__audit.imageFacts = (image) => {
    const chart = image.closest(".chart-wide, .chart-narrow")?.closest("section[data-chart]");
    return { element: describe(image).split(' "')[0], chart: chart ? chart.dataset.chart : null, id: image.id };
  };
  globalThis.__audit.structure = () => ({
    title: document.title.trim(), language: document.documentElement.lang,
    policies: policies(), subresources: subresources(), styled: all("[style]").map(describe),
    handlers: all("*").filter((element) => [...element.attributes].some((attribute) => /^on/.test(attribute.name))).map(describe),
    headings: headings(), after_title: afterTitle(), mains: all("main").length, navs: all("nav").length,
    skip: skipLink(), tables: tables(), links: links(), references: references(), duplicates: duplicateIds(),
    misplaced: misplaced(), tooltips: tooltips(), data: dataElements(), digits: untracedDigits(), runs: textRuns(),
    charts: chartSections(), stray_charts: strayCharts(), hidden_pictures: hiddenPictures(),
    titled: titledNumbers(), linked: all("a[href^='#from-'] data, tr[id^='from-'] data").map(numberOf),
    values: all("data").flatMap((value) => ["value", "data-low", "data-high"].map((name) => value.getAttribute(name) ?? "")),
    scripts: all("script").length, code_in_the_way: all("main pre").filter((pre) => !inside(pre, "details")).map(describe),
    ids: all("[id]").map((element) => element.id),
  });
})();
