// Facts of the page for the rules in Python, and measures of its reading layer.
globalThis.audit = (() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const text = (element) => (element ? element.textContent.replace(/[ \t\r\n]+/g, " ").trim() : "");
  const inside = (element, selector) => element.closest(selector) !== null;
  const visible = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });

  const describe = (element) => {
    const chart = element.closest("section[data-chart]");
    if (chart === element) return `section[data-chart=${chart.dataset.chart}]`;
    const place = chart ? `section[data-chart=${chart.dataset.chart}] ` : "";
    const kind = element.id ? `#${element.id}` : element.classList.length ? `.${element.classList[0]}` : "";
    const words = text(element).slice(0, 40);
    return `${place}${element.localName}${kind}${words ? ` "${words}"` : ""}`;
  };

  const textNodes = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    return nodes.filter((node) => node.data.trim() && !inside(node.parentElement, "script, style, template"));
  };

  // Texts with their language, and whether they are running text, in which digits need an origin.
  const PROSE = "main :is(p, li, h1, h2, h3, figcaption)";
  const NOT_PROSE = "details, table, footer";
  const TRACED = "data, time, [data-name], .chart-number, .copies, a[download], svg"; // copies: its link lists them
  const ATTRIBUTES = ["aria-label", "title", "alt", "placeholder", "aria-description"];
  const language = (element) => (element.closest("[lang]")?.lang ?? "").toLowerCase().slice(0, 2);
  const place = (element) => {
    if (inside(element, "pre, code, kbd, samp")) return "code";
    if (inside(element, "head")) return "title";
    if (inside(element, "svg")) return "chart";
    if (inside(element, "td, th, caption")) return "table";
    return inside(element, PROSE) && !inside(element, NOT_PROSE) ? "prose" : "other";
  };
  const texts = () => {
    const nodes = textNodes(document.documentElement).map(({ data, parentElement: parent }) => ({
      element: describe(parent), text: data, language: language(parent), place: place(parent),
      named: inside(parent, "[data-name]"), traced: inside(parent, TRACED) }));
    const attributes = ATTRIBUTES.flatMap((name) => all(`[${name}]`).map((element) => ({
      element: `${describe(element)} @${name}`, text: element.getAttribute(name), language: language(element),
      place: "attribute" })));
    return [...nodes, ...attributes];
  };

  const numberOf = (element) =>
    ["value", "data-bound", "data-low", "data-high"].map((name) => element.getAttribute(name) ?? "").join(" ");
  const numbersInTitlesAlone = () => {
    const linked = new Set(all("a[href*='#from-'] data, tr[id^='from-'] data").map(numberOf)); // of a brief, elsewhere
    return all("main :is(h1, h2, h3, caption) data")
      .filter((element) => !inside(element, ".cards, a") && !linked.has(numberOf(element))).map(describe);
  };
  const titleWords = (heading) => {
    const copy = heading.cloneNode(true);
    const other = (part) => part.matches(".chart-number") || language(part) !== language(heading);
    all(".chart-number, [lang]", copy).filter(other).forEach((part) => part.remove());
    return text(copy);
  };

  // Charts: the rows of the table, and the texts of drawings with their axis or title.
  const CHART = "main > section[data-chart], main > details.layer > section[data-chart]";
  const GUIDES = "[class*='role-axis'], [class*='role-legend'], [class*='role-title'], g[pointer-events='none']";
  const rows = (table) => all("tbody tr", table).map((row) => [...row.cells].map(text));
  const counts = (lines) => lines.length > 1 && lines.every((cells, index) => cells[0] === String(index));
  const drawnTexts = (svg) =>
    [...Map.groupBy(all("text", svg), (label) => label.parentElement).values()].map((labels) => labels.map((label) => {
      const moved = label.transform.baseVal.consolidate()?.matrix, lines = all("tspan", label);
      return { text: (lines.length ? lines : [label]).map(text).join(" "), guide: inside(label, GUIDES),
        x: (moved?.e ?? 0) + Number(label.getAttribute("x")), y: (moved?.f ?? 0) + Number(label.getAttribute("y")) };
    }));
  const charts = () =>
    all(CHART).map((section) => {
      const download = section.querySelector("a[download$='.csv']");
      const drawings = all("div.chart-wide > svg, div.chart-narrow > svg", section);
      return { element: describe(section), id: section.dataset.chart, title: all("h2, h3", section).map(titleWords)[0],
        number: text(section.querySelector(".chart-number")), subtitle: text(section.querySelector(".subtitle")),
        folded: section.closest("details") !== null, rows: all("details table", section).flatMap(rows), drawn: drawings.flatMap(drawnTexts),
        names: drawings.map((svg) => svg.getAttribute("aria-label") ?? text(svg.querySelector("title"))),
        download: download && { text: text(download), href: download.getAttribute("href") } };
    });

  const facts = () => ({
    language: document.documentElement.lang,
    headlines: all(`h1, :is(${CHART}) :is(h2, h3)`).map((title) => (
      { element: describe(title), text: titleWords(title) })),
    answer: text(document.querySelector("main .answer")), texts: texts(), charts: charts(),
    counted: all("table").filter((table) => counts(rows(table))).map(describe), titled: numbersInTitlesAlone(),
    values: all("data").flatMap((number) => numberOf(number).split(" ")),
    links: all("a[href], area[href]").map((link) => ({ element: describe(link), href: link.getAttribute("href"),
      hreflang: link.hreflang, lang: link.closest("[lang]")?.lang, download: link.download })),
  });

  // The reading layer: the page with all folds closed.
  const NOT_READ = "details, table, footer, nav, svg, .cards, h2:has(+ .cards), .skip, .unseen, [inert]";
  const APART = `${NOT_READ}, .key-numbers, ul, ol, section`;
  const wordsOf = (root) =>
    textNodes(root).filter(({ parentElement: parent }) => !inside(parent, NOT_READ) && visible(parent))
      .flatMap((node) => node.data.split(/[ \n\t]+/)).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  const reading = () => {
    const main = document.querySelector("main") ?? document.body, answer = document.querySelector("main > .answer");
    const pictures = all("section[data-chart]", main).filter((chart) => !inside(chart, "details"));
    const drawings = pictures[0] ? all(".chart-wide svg, .chart-narrow svg", pictures[0]) : [];
    const first = drawings.map((svg) => svg.getBoundingClientRect()).find((box) => box.height);
    const underlined = all("a[href]").filter((link) => {
      const { top, bottom } = link.getBoundingClientRect();
      const lined = getComputedStyle(link).textDecorationLine.includes("underline");
      return visible(link) && top < innerHeight && bottom > 0 && lined;
    });
    return {
      words: wordsOf(main), pictures: pictures.length, "px high": document.documentElement.scrollHeight,
      "numbers in running text": all("a[href^='#from-']", main).filter((link) => !inside(link, APART)).length,
      "px above the first picture": first ? first.top + scrollY : 0,
      "underlined links in the first screen": underlined.length,
      "px to the end of the answer": answer ? answer.getBoundingClientRect().bottom + scrollY : 0,
      "px that the answer's letters lack": answer ? 16 - parseFloat(getComputedStyle(answer).fontSize) : 0,
      annex: main.dataset.part === "annex", front: main.classList.contains("front"),
    };
  };

  return { all, text, inside, visible, describe, textNodes, CHART, GUIDES, facts, reading };
})();
