// Rules of how a page looks in the state (width, colours, medium, the reader's own settings) that it is in when asked.
(() => {
  const { all, text, inside, visible, describe, textNodes, CHART, GUIDES } = globalThis.audit;
  const TEXT_CONTRAST = 4.5, MARK_CONTRAST = 3, SMALLEST_TYPE = 12, MOST_SERIES = 4, NARROW = 760;

  const styleOf = (element) => getComputedStyle(element);
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

  // Colours, by axe's own arithmetic
  const { Color, flattenColors: over, getContrast: contrast } = globalThis.axe.commons.color;
  const parse = (colour) => new Color().parseString(colour);
  const hex = (colour) => colour.toHexString();
  const backgroundOf = (element) => {
    const layers = [];
    for (let node = element; node; node = node.parentElement) layers.unshift(parse(styleOf(node).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), new Color(255, 255, 255));
  };

  // Shapes of a drawing. Vega's parts are known by class or, where a publisher strips classes, by what Vega always
  // writes: guides do not react to a pointer, a group's first path is its background and an empty path its foreground.
  const SHAPES = ":is(path, rect, circle, ellipse, line, polyline, polygon):not(:is(defs, clipPath, mask, marker) *)";
  const BACKGROUND = ".background, .foreground, g > path:first-child:has(+ g)";
  const LEGENDS = "[class*='role-legend'], g[pointer-events='none'] > :is(path, rect, circle):not(:has(+ g))";
  const paint = (colour, opacity) => {
    if (colour === "none" || colour.startsWith("url(")) return null;
    const { red, green, blue, alpha } = parse(colour);
    return alpha * opacity > 0.01 ? new Color(red, green, blue, alpha * opacity) : null;
  };
  const opacityOf = (element) => {
    let opacity = 1;
    for (let node = element; node && node.localName !== "div"; node = node.parentElement)
      opacity *= Number(styleOf(node).opacity);
    return opacity;
  };
  const shapeOf = (element) => {
    const style = styleOf(element), opacity = opacityOf(element), box = element.getBoundingClientRect();
    const filled = box.width > 0 && box.height > 0 && element.localName !== "line";
    const drawn = parseFloat(style.strokeWidth) > 0 && (box.width > 0 || box.height > 0);
    return { element, box, dash: style.strokeDasharray, mark: !inside(element, GUIDES) && !element.matches(BACKGROUND),
      fill: filled ? paint(style.fill, opacity * Number(style.fillOpacity)) : null,
      stroke: drawn ? paint(style.stroke, opacity * Number(style.strokeOpacity)) : null };
  };
  const shapesOf = (svg) => all(SHAPES, svg).filter(visible).map(shapeOf).filter((shape) => shape.fill || shape.stroke);

  const covers = ({ box, element, fill }, { x, y }) =>
    fill && x >= box.left && x <= box.right && y >= box.top && y <= box.bottom
    && element.isPointInFill(new DOMPoint(x, y).matrixTransform(element.getScreenCTM().inverse()));
  const colourAt = (point, shapes, below) =>
    shapes.filter((shape) => covers(shape, point)).reduce((colour, shape) => over(shape.fill, colour), below);
  const pointsOf = (shape) => {
    const { box, element } = shape;
    const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    if (covers(shape, middle)) return [middle];
    const length = element.getTotalLength(), matrix = element.getScreenCTM();
    return [0.05, 0.25, 0.5, 0.75, 0.95].map((part) => element.getPointAtLength(part * length).matrixTransform(matrix));
  };
  // The least contrast, over some points, of the best of some colours with what lies behind it.
  const leastContrast = (points, paints, shapes, below) => {
    const measured = points.map((point) => {
      const behind = colourAt(point, shapes, below);
      const seen = paints.map((colour) => over(colour, behind));
      const best = seen.sort((a, b) => contrast(b, behind) - contrast(a, behind))[0];
      return { ratio: contrast(best, behind), colours: `${hex(best)} on ${hex(behind)}` };
    });
    return measured.sort((a, b) => a.ratio - b.ratio)[0];
  };

  const isBox = ({ element }) =>
    element.localName === "rect" || /^M[^MLCQAZ]*(h|H)[^LCQA]*[zZ]$/.test(element.getAttribute("d") ?? "");
  const touch = ({ box: one }, { box: other }) => {
    const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    return (across > -0.5 && down > 1) || (across > 1 && down > -0.5);
  };
  const pairs = (things) => things.flatMap((one, index) => things.slice(index + 1).map((other) => [one, other]));
  const neighbours = (shapes) => {
    const outlined = ({ stroke, fill }) => stroke && hex(stroke) !== hex(fill);
    const boxes = shapes.filter((shape) => shape.mark && shape.fill && isBox(shape) && !outlined(shape));
    return pairs(boxes).filter(([one, other]) => hex(one.fill) !== hex(other.fill) && touch(one, other));
  };

  // Series: the marks of one frame, by colour. A line in the colour of the paper parts the pieces of a bar, a fill in
  // it makes a mark hollow: the other is its colour. A straight grey or black rule, as at zero, is no series.
  const isGrey = ({ red, green, blue }) => Math.max(red, green, blue) - Math.min(red, green, blue) < 40;
  const isRule = ({ element, stroke }) => element.localName === "line" && isGrey(stroke);
  const frameOf = ({ element }, svg) => {
    for (let node = element.parentElement; node !== svg; node = node.parentElement)
      if (node.querySelector(":scope > .background, :scope > path:first-child + g")) return node;
    return svg;
  };
  const frames = (svg, shapes) =>
    [...Map.groupBy(shapes.filter((shape) => shape.mark && !isRule(shape)), (shape) => frameOf(shape, svg))];
  const coloursOf = (marks, paper) => {
    const colours = marks.map((mark) => [mark.stroke, mark.fill].filter(Boolean).map(hex).find((one) => one !== paper));
    return new Set(colours.filter(Boolean));
  };

  const judgeSeries = ({ svg, chart, shapes, below }, report) => {
    if (all(LEGENDS, svg).some((part) => part.localName === "g" || part.getBoundingClientRect().width > 0))
      report(9, chart, "a legend", "labels at the marks");
    for (const [part, marks] of frames(svg, shapes)) {
      const lines = marks.filter((mark) => mark.stroke && !mark.fill);
      const colours = coloursOf(lines, null).size, dashes = new Set(lines.map((mark) => mark.dash)).size;
      const named = all("text", part).filter((label) => !inside(label, GUIDES) && /\p{L}/u.test(text(label))).length;
      if (colours > 1 && Math.max(named, dashes) < colours)
        report(9, chart, `${colours} colours of lines, ${named} labels, ${dashes} dashes`, "a sign for each");
      const series = Number(chart.dataset.series ?? coloursOf(marks, hex(below)).size);
      if (series > MOST_SERIES)
        report(10, chart, `${series} series`, `${MOST_SERIES} or fewer; more are small multiples`);
    }
  };

  const judgeLabels = ({ svg, labels, frame }, report, state) => {
    const cuts = !state.spaced || styleOf(svg).overflow !== "visible"; // spaced text may leave a picture that shows it
    for (const { label, box } of labels) {
      const matrix = label.getScreenCTM(), size = parseFloat(styleOf(label).fontSize) * Math.hypot(matrix.a, matrix.b);
      if (size < SMALLEST_TYPE - 0.05)
        report(state.rule(12), label, `${size.toFixed(1)} px`, `${SMALLEST_TYPE} px or more`);
      const across = Math.max(frame.left - box.left, box.right - frame.right);
      const down = Math.max(frame.top - box.top, box.bottom - frame.bottom);
      const beyond = Math.max(-box.left, box.right - document.documentElement.clientWidth);
      if (Math.max(cuts ? Math.max(across, down) : 0, beyond) > 1)
        report(state.rule(12), label, "text that leaves its picture or the window", "text inside");
      if (Math.abs(matrix.b) > 0.01 || matrix.a <= 0 || styleOf(label).writingMode !== "horizontal-tb")
        report(14, label, "text turned on its side", "horizontal text");
    }
    for (const [one, other] of pairs(labels)) {
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (across > 0.5 && down > Math.min(one.box.height, other.box.height) * 0.25)
        report(state.rule(12), one.label, `it lies on ${describe(other.label)}`, "no overlap");
    }
  };

  const judgeContrast = ({ shapes, marks, labels, below }, report, state) => {
    const judge = (element, { ratio, colours }, allowed) => {
      if (ratio < allowed - 0.005)
        report(state.rule(8), element, `contrast ${ratio.toFixed(2)} (${colours})`, `${allowed}:1`);
    };
    const before = (element) =>
      shapes.filter((shape) => shape.element.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
    for (const { label, box } of labels) {
      const style = styleOf(label), y = box.top + box.height / 2;
      const ink = paint(style.fill, opacityOf(label) * Number(style.fillOpacity)) ?? new Color(0, 0, 0, 0);
      const points = [box.left + 2, box.left + box.width / 2, box.right - 2].map((x) => ({ x, y }));
      judge(label, leastContrast(points, [ink], before(label), below), TEXT_CONTRAST);
    }
    for (const mark of marks) {
      const paints = [mark.fill, mark.stroke].filter(Boolean), behind = shapes.slice(0, shapes.indexOf(mark));
      judge(mark.element, leastContrast(pointsOf(mark), paints, behind, below), MARK_CONTRAST);
    }
    for (const [one, other] of state.own ? [] : neighbours(shapes)) {
      const [a, b] = [over(one.fill, below), over(other.fill, below)];
      judge(other.element, { ratio: contrast(a, b), colours: `${hex(a)} beside ${hex(b)}` }, MARK_CONTRAST);
    }
  };

  const judgeDrawing = (svg, chart, report, state) => {
    const shapes = shapesOf(svg), marks = shapes.filter((shape) => shape.mark), frame = svg.getBoundingClientRect();
    const labels = all("text", svg).filter((label) => text(label) && visible(label))
      .map((label) => ({ label, box: label.getBoundingClientRect() }));
    const drawing = { svg, chart, shapes, marks, labels, frame, below: backgroundOf(svg) };
    judgeSeries(drawing, report);
    judgeLabels(drawing, report, state);
    if (!state.spaced && !state.still) judgeContrast(drawing, report, state);
    return marks.length > 0 && frame.width > 40;
  };

  const judgeCharts = (report, state) => {
    const wanted = innerWidth >= NARROW || state.printed ? "chart-wide" : "chart-narrow";
    for (const chart of all(CHART)) {
      const shown = all(":scope > :is(.chart-wide, .chart-narrow)", chart).filter(visible).map((box) => box.className);
      if (shown.join() !== wanted && visible(chart))
        report(12, chart, shown.join(" and ") || "neither drawing shown", wanted);
      if (!chart.querySelector("details > table")) report(4, chart, "no data table", "details > table");
      const drawings = all(":scope > div > svg", chart)
        .filter((svg) => visible(svg) && svg.getBoundingClientRect().width);
      const painted = drawings.map((svg) => judgeDrawing(svg, chart, report, state));
      if (!painted.includes(true)) report(state.rule(2), chart, "no mark is painted", "a chart with marks");
    }
  };

  // Layout
  const scrolls = (element) => /auto|scroll/.test(styleOf(element).overflowX);
  const clips = (element) => /hidden|clip/.test(styleOf(element).overflowX + styleOf(element).overflowY);
  const forEarsOnly = (element) => element.clientWidth <= 2 && element.clientHeight <= 2;
  const within = (element, test) => {
    for (let node = element; node; node = node.parentElement) if (test(node)) return true;
    return false;
  };
  const linesOf = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
  };
  const textsThatOverlap = (report, rule) => {
    const apart = (node) => scrolls(node) || (forEarsOnly(node) && clips(node));
    const nodes = textNodes(document.body).filter(({ parentElement: parent }) =>
      !inside(parent, "svg") && visible(parent) && !within(parent, apart));
    const lines = nodes.flatMap((node) => linesOf(node).map((box) => ({ element: node.parentElement, box })))
      .sort((a, b) => a.box.top - b.box.top);
    lines.forEach(({ element, box }, index) => {
      for (let next = index + 1; next < lines.length && lines[next].box.top <= box.bottom; next += 1) {
        const other = lines[next].box;
        const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
        if (across > 2 && box.bottom - other.top > Math.min(box.height, other.height) * 0.4)
          report(rule, element, `it lies on ${describe(lines[next].element)}`, "no overlap");
      }
    });
  };
  const judgeLayout = (report, state) => {
    const elements = all("body, body *:not(svg *)").filter(visible), rule = state.rule(13);
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
      const wide = elements.filter((element) => element.getBoundingClientRect().right > clientWidth + 1
        && !within(element.parentElement, (node) => node !== document.body && (scrolls(node) || clips(node))));
      for (const element of wide.slice(-3)) report(rule, element, "it is wider than the window", `${clientWidth} px`);
      if (!wide.length) report(rule, document.body, `${scrollWidth} px`, `${clientWidth} px`);
    }
    for (const element of elements) {
      const across = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
      const down = element.scrollHeight > element.clientHeight + 1;
      const style = styleOf(element);
      if (across && scrolls(element)) {
        if (state.printed) report(24, element, "a box that scrolls", "all of it on paper");
        else if (!element.matches("[tabindex='0'][role]:is([aria-label], [aria-labelledby])"))
          report(rule, element, "a scroll box without name or focus", "tabindex=0, a role and a name");
      }
      const cut = (across && /hidden|clip/.test(style.overflowX)) || (down && /hidden|clip/.test(style.overflowY));
      if (cut && !forEarsOnly(element) && text(element) && element.localName !== "svg")
        report(rule, element, "some of it is cut off", "all of the text");
    }
    textsThatOverlap(report, rule);
    for (const table of state.printed ? all("details table") : [])
      if (!visible(table)) report(24, table, "a closed table", "tables open on paper");
  };

  // Reading: most words of the text have one size; that is the size of its paragraphs.
  const BODY = { least: 16, most: 18, spacing: 1.5, short: 45, long: 90 };
  const NO_PARAGRAPH = "table, footer, details, .margin, .cards, .key-numbers";
  globalThis.audit.paragraphs = () => {
    const findings = [];
    const report = (element, found, allowed) => findings.push({ rule: 20, element: describe(element), found, allowed });
    const paragraphs = all("main p").filter((p) => visible(p) && text(p) && !inside(p, NO_PARAGRAPH));
    const length = (group) => sum(group.map((paragraph) => text(paragraph).length));
    const bySize = [...Map.groupBy(paragraphs, (paragraph) => parseFloat(styleOf(paragraph).fontSize))];
    const [size, body] = bySize.sort((a, b) => length(b[1]) - length(a[1]))[0] ?? [BODY.least, []];
    if (size < BODY.least || size > BODY.most) report(body[0], `text of ${size} px`, "16 to 18 px");
    for (const paragraph of body)
      if (parseFloat(styleOf(paragraph).lineHeight) / size < BODY.spacing - 0.01)
        report(paragraph, "lines too close", "a line height of 1.5 or more");
    for (const paragraph of paragraphs) {
      const widths = [...Map.groupBy(linesOf(paragraph), (box) => Math.round(box.bottom / 8)).values()]
        .map((boxes) => sum(boxes.map((box) => box.width)));
      const full = widths.length > 1 ? widths.slice(0, -1) : widths;
      const letters = Math.round((text(paragraph).length * sum(full)) / sum(widths) / full.length);
      if (letters > BODY.long || (letters < BODY.short && widths.length > 2))
        report(paragraph, `${letters} characters a line`, `${BODY.short} to ${BODY.long}`);
    }
    return findings;
  };

  globalThis.audit.look = (state) => {
    const findings = [];
    const own = state.spaced || state.forced || state.still || state.printed; // a reader's own settings, and paper
    const told = { ...state, own, rule: (plain) => (own ? 24 : plain) };
    const report = (rule, element, found, allowed) =>
      findings.push({ rule, element: describe(element), found, allowed });
    judgeLayout(report, told);
    judgeCharts(report, told);
    return findings;
  };
  const opened = [];
  globalThis.audit.openDetails = (wanted) => {
    if (wanted) opened.push(...all("details:not([open])"));
    opened.forEach((details) => { details.open = wanted; });
  };
  const SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-bottom: 2em !important }`; // WCAG 1.4.12
  globalThis.audit.spaceText = (wanted) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SPACING);
    document.adoptedStyleSheets = wanted ? [sheet] : [];
  };
})();
