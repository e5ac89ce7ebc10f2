// Rules on the appearance of a page in its current state: width, colours, medium, the reader's settings.
(() => {
  const { all, text, inside, visible, describe, textNodes, CHART, GUIDES } = globalThis.audit;
  const TEXT_CONTRAST = 4.5, MARK_CONTRAST = 3, SMALLEST_TYPE = 12, MOST_SERIES = 4, NARROW = 760;

  const styleOf = (element) => getComputedStyle(element);
  const overlap = (one, other) => ({
    across: Math.min(one.right, other.right) - Math.max(one.left, other.left),
    down: Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top),
  });

  // Colours, computed by axe
  const { Color, flattenColors: over, getContrast: contrast } = globalThis.axe.commons.color;
  const hex = (colour) => colour.toHexString();
  const backgroundOf = (element) => {
    const layers = [];
    for (let node = element; node; node = node.parentElement) layers.unshift(styleOf(node).backgroundColor);
    return layers.reduce((below, layer) => over(new Color().parseString(layer), below), new Color(255, 255, 255));
  };

  // Shapes of a drawing. Vega's parts are identified by class, or without classes by properties of Vega's output: guides
  // do not react to a pointer, a group's first path is its background and an empty path its foreground.
  const SHAPES = ":is(path, rect, circle, ellipse, line, polyline, polygon):not(:is(defs, clipPath, mask, marker) *)";
  const BACKGROUND = ".background, .foreground, g > path:first-child:has(+ g)";
  const LEGENDS = "[class*='role-legend'], g[pointer-events='none'] > :is(path, rect, circle):not(:has(+ g))";
  const paint = (colour, opacity) => {
    if (colour === "none" || colour.startsWith("url(")) return null;
    const { red, green, blue, alpha } = new Color().parseString(colour);
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
  // The minimum over points of the best contrast of several colours with the background.
  const leastContrast = (points, paints, shapes, below) => Math.min(...points.map((point) => {
    const behind = colourAt(point, shapes, below);
    return Math.max(...paints.map((colour) => contrast(behind, colour)));
  }));

  const isBox = ({ element }) =>
    element.localName === "rect" || /^M[^MLCQAZ]*(h|H)[^LCQA]*[zZ]$/.test(element.getAttribute("d") ?? "");
  const touch = (one, other) => {
    const { across, down } = overlap(one.box, other.box);
    return (across > -0.5 && down > 1) || (across > 1 && down > -0.5);
  };
  const neighbours = (shapes) => {
    const outlined = ({ stroke, fill }) => stroke && hex(stroke) !== hex(fill);
    const boxes = shapes.filter((shape) => shape.mark && shape.fill && isBox(shape) && !outlined(shape));
    return boxes.flatMap((one, index) => boxes.slice(index + 1).map((other) => [one, other]))
      .filter(([one, other]) => hex(one.fill) !== hex(other.fill) && touch(one, other));
  };

  // Series: the marks of one frame, by colour. A line in the colour of the paper parts the pieces of a bar, a fill in
  // it makes a mark hollow: the other is its colour. A straight rule, as at zero or of an interval, is no series, nor is
  // its end.
  const frameOf = ({ element }, svg) => {
    for (let node = element.parentElement; node !== svg; node = node.parentElement)
      if (node.querySelector(":scope > .background, :scope > path:first-child + g")) return node;
    return svg;
  };
  const isStraight = ({ element }) =>
    element.localName === "line" || /^M(0,-[\d.]+L0,[\d.]+|-[\d.]+,0L[\d.]+,0)$/.test(element.getAttribute("d") ?? "");
  const frames = (svg, marks) =>
    [...Map.groupBy(marks.filter((mark) => !isStraight(mark)), (mark) => frameOf(mark, svg))];
  const coloursOf = (marks, paper) => {
    const colours = marks.map((mark) => [mark.stroke, mark.fill].filter(Boolean).map(hex).find((one) => one !== paper));
    return new Set(colours.filter(Boolean));
  };

  // Ordinary notebooks may have a legend and many series: their shapes differ, and all are in the table.
  const isPlain = () => document.querySelector("main[data-part=plain]") !== null;
  const judgeSeries = ({ svg, chart, marks, below }, report) => {
    if (!isPlain() && all(LEGENDS, svg).some((part) => part.localName === "g" || part.getBoundingClientRect().width > 0))
      report(9, chart, "a legend", "labels at the marks");
    for (const [part, inPart] of frames(svg, marks)) {
      const lines = inPart.filter((mark) => mark.stroke && !mark.fill);
      const colours = coloursOf(lines, null).size, dashes = new Set(lines.map((mark) => mark.dash)).size;
      const named = all("text", part).filter((label) => !inside(label, GUIDES) && /\p{L}/u.test(text(label))).length;
      if (colours > 1 && Math.max(named, dashes) < colours)
        report(9, chart, `${colours} colours of lines, ${named} labels, ${dashes} dashes`, "a sign for each");
      const series = coloursOf(inPart, hex(below)).size;
      if (!isPlain() && series > MOST_SERIES)
        report(10, chart, `${series} series`, `${MOST_SERIES} or fewer; more are small multiples`);
    }
  };

  const judgeLabels = ({ labels, frame }, report) => {
    for (const { label, box } of labels) {
      const matrix = label.getScreenCTM(), size = parseFloat(styleOf(label).fontSize) * Math.hypot(matrix.a, matrix.b);
      if (size < SMALLEST_TYPE - 0.05)
        report(12, label, `${size.toFixed(1)} px`, `${SMALLEST_TYPE} px or more`);
      const across = Math.max(frame.left - box.left, box.right - frame.right);
      const down = Math.max(frame.top - box.top, box.bottom - frame.bottom);
      if (Math.max(across, down) > 1) report(12, label, "text that leaves its picture", "text inside");
      if (Math.abs(matrix.b) > 0.01 || matrix.a <= 0 || styleOf(label).writingMode !== "horizontal-tb")
        report(14, label, "text turned on its side", "horizontal text");
    }
  };

  const judgeContrast = ({ shapes, marks, labels, below }, report, state) => {
    const judge = (element, ratio, allowed) => {
      if (ratio < allowed - 0.005) report(8, element, `contrast ${ratio.toFixed(2)}`, `${allowed}:1`);
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
    for (const [one, other] of state.forced ? [] : neighbours(shapes))
      judge(other.element, contrast(over(one.fill, below), over(other.fill, below)), MARK_CONTRAST);
  };

  const judgeDrawing = (svg, chart, report, state) => {
    const shapes = shapesOf(svg), marks = shapes.filter((shape) => shape.mark), frame = svg.getBoundingClientRect();
    const labels = all("text", svg).filter((label) => text(label) && visible(label))
      .map((label) => ({ label, box: label.getBoundingClientRect() }));
    const drawing = { svg, chart, shapes, marks, labels, frame, below: backgroundOf(svg) };
    judgeSeries(drawing, report);
    judgeLabels(drawing, report);
    if (!state.spaced && !state.still) judgeContrast(drawing, report, state);
    return marks.length > 0 && frame.width > 40;
  };

  const judgeCharts = (report, state) => {
    const wanted = innerWidth >= NARROW || state.printed ? "chart-wide" : "chart-narrow";
    for (const chart of all(CHART)) {
      const shown = all(":scope > :is(.chart-wide, .chart-narrow)", chart).filter(visible).map((box) => box.className);
      if (shown.join() !== wanted && visible(chart))
        report(12, chart, shown.join(" and ") || "neither drawing shown", wanted);
      const drawings = all(":scope > div > svg", chart)
        .filter((svg) => visible(svg) && svg.getBoundingClientRect().width);
      const painted = drawings.map((svg) => judgeDrawing(svg, chart, report, state));
      const kept = state.printed && chart.closest("details"); // the reading layer is printed
      if (!painted.includes(true) && !kept) report(2, chart, "no mark is painted", "a chart with marks");
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
  const textsThatOverlap = (report) => {
    const apart = (node) => scrolls(node) || (forEarsOnly(node) && clips(node));
    const lines = textNodes(document.body).map((node) => [node.parentElement, node])
      .filter(([element]) => visible(element) && !within(element, apart))
      .flatMap(([element, node]) => linesOf(node).map((box) => ({ element, box })))
      .sort((a, b) => a.box.top - b.box.top);
    lines.forEach(({ element, box }, index) => {
      for (let next = index + 1; next < lines.length && lines[next].box.top <= box.bottom; next += 1) {
        const { across, down } = overlap(box, lines[next].box);
        if (across > 1 && down > Math.min(box.height, lines[next].box.height) * 0.25)
          report(inside(element, "svg") ? 12 : 13, element, `on ${describe(lines[next].element)}`, "apart");
      }
    });
  };
  const judgeLayout = (report, state) => {
    const elements = all("body, body *:not(svg *)").filter(visible);
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
      const beyond = (element) => element.getBoundingClientRect().right > clientWidth + 1 && !within(element, scrolls);
      report(13, elements.filter(beyond).at(-1) ?? document.body, "wider than the window", `${clientWidth} px`);
    }
    for (const element of elements) {
      const across = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
      const down = element.scrollHeight > element.clientHeight + 1;
      if (across && scrolls(element)) {
        if (state.printed) report(24, element, "a box that scrolls", "all of it on paper");
        else if (!element.matches("[tabindex='0'][role]:is([aria-label], [aria-labelledby]), details:has(> summary)"))
          report(13, element, "a scroll box without name or focus", "tabindex=0, a role and a name");
      }
      if (clips(element) && (across || down) && !forEarsOnly(element) && text(element) && element.localName !== "svg")
        report(13, element, "some of it is cut off", "all of the text");
    }
    textsThatOverlap(report);
    for (const list of state.printed ? all(".sources") : [])
      if (!visible(list)) report(24, list, "sources that are not printed", "the sources on paper");
  };

  // Text: its size is that of most of its letters.
  const NO_PARAGRAPH = "table, footer, details, .margin, .cards, .key-numbers";
  const judgeParagraphs = (report) => {
    const paragraphs = all("main p").filter((p) => visible(p) && text(p) && !inside(p, NO_PARAGRAPH));
    const letters = (group) => group.reduce((count, paragraph) => count + text(paragraph).length, 0);
    const bySize = [...Map.groupBy(paragraphs, (paragraph) => parseFloat(styleOf(paragraph).fontSize))];
    const size = bySize.sort((a, b) => letters(b[1]) - letters(a[1]))[0]?.[0];
    if (size < 16 || size > 18) report(20, paragraphs[0], `text of ${size} px`, "16 to 18 px");
    for (const paragraph of paragraphs) {
      const { fontSize, lineHeight } = styleOf(paragraph);
      if (parseFloat(fontSize) === size && parseFloat(lineHeight) < size * 1.49)
        report(20, paragraph, "lines too close", "a line height of 1.5 or more");
      const lines = Map.groupBy(linesOf(paragraph), (box) => Math.round(box.bottom / 8));
      const widths = [...lines.values()].map((boxes) => boxes.reduce((width, box) => width + box.width, 0));
      const whole = widths.reduce((sum, width) => sum + width, 0), last = widths.at(-1);
      const full = widths.length > 1 ? (whole - last) / (widths.length - 1) : whole;
      const heard = [...paragraph.querySelectorAll("*")].filter((node) => forEarsOnly(node) && clips(node));
      const seen = text(paragraph).length - letters(heard);
      const perLine = Math.round((seen * full) / whole);
      if (perLine > 90 || (perLine < 45 && widths.length > 2))
        report(20, paragraph, `${perLine} characters a line`, "45 to 90");
    }
  };

  const spaced = new CSSStyleSheet(); // WCAG 1.4.12
  spaced.replaceSync(`p { margin-bottom: 2em !important }
    * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }`);
  const opened = [];
  globalThis.audit.look = (state) => {
    document.adoptedStyleSheets = state.spaced ? [spaced] : [];
    // On a screen readers can open folds, so they are checked open; in print the page must open them itself.
    if (!state.printed) opened.push(...all("details:not([open])"));
    opened.forEach((details) => { details.open = !state.printed; });
    const findings = [];
    const report = (rule, element, actual, allowed) =>
      findings.push({ rule, element: describe(element), actual, allowed });
    judgeLayout(report, state);
    if (state.axe && state.width === 1280) judgeParagraphs(report);
    judgeCharts(report, state);
    return findings;
  };
})();
