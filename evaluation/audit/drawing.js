// Facts about what is drawn, in the state (width, colours, medium) that the page is in when asked.
(() => {
  const { all, text, inside, describe, visible, CHART } = globalThis.__audit;

  // Colours ------------------------------------------------------------------------------------
  const known = new Map();
  const pencil = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const byCanvas = (colour) => {
    pencil.clearRect(0, 0, 1, 1);
    pencil.fillStyle = colour;
    pencil.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pencil.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const parse = (colour) => {
    if (!known.has(colour)) {
      const parts = /^rgba?\(([^)]+)\)$/.exec(colour)?.[1].split(/[\s,/]+/).map(Number);
      known.set(colour, parts ? [parts[0], parts[1], parts[2], parts[3] ?? 1] : byCanvas(colour));
    }
    return known.get(colour);
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, i) => part * a + below[i] * (1 - a));
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const hex = (colour) => "#" + colour.slice(0, 3).map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");

  const canvasColour = () => {
    const probe = document.createElement("i");
    document.documentElement.append(probe);
    probe.style.backgroundColor = "Canvas";
    const colour = parse(getComputedStyle(probe).backgroundColor);
    probe.remove();
    return colour;
  };
  const backgroundOf = (element, canvas) => {
    const layers = [];
    for (let node = element; node; node = node.parentElement) layers.unshift(parse(getComputedStyle(node).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), canvas.slice(0, 3));
  };

  // Shapes ---------------------------------------------------------------------------------------
  const SHAPES = "path, rect, circle, ellipse, line, polyline, polygon";
  const NOT_DRAWN = "defs, clipPath, mask, pattern, symbol, marker";
  // Vega's parts, by class or, where a publisher strips classes, by what Vega always writes: axes and legends do not
  // react to a pointer, a group's first path is its background and an empty path its foreground.
  const GUIDES = "[class*='role-axis'], [class*='role-legend'], [class*='role-title'], g[pointer-events='none']";
  const BACKGROUND = ".background, .foreground, g > path:first-child:has(+ g)";
  const LEGENDS = "[class*='role-legend'], g[pointer-events='none'] > :is(path, rect, circle):not(:has(+ g))";
  const isMark = (shape) => !inside(shape, GUIDES) && !shape.matches(BACKGROUND);
  const drawsSomething = (part) => part.localName === "g" || part.getBoundingClientRect().width > 0;

  const opacityOf = (element, root) => {
    let opacity = 1;
    for (let node = element; node && node !== root?.parentElement; node = node.parentElement)
      opacity *= Number(getComputedStyle(node).opacity);
    return opacity;
  };
  const paint = (value, opacity) => {
    if (value === "none" || !value) return null;
    if (value.startsWith("url(")) return "unknown";
    const colour = parse(value);
    return colour[3] * opacity > 0.01 ? [colour[0], colour[1], colour[2], colour[3] * opacity] : null;
  };
  const shapeOf = (element, svg) => {
    const style = getComputedStyle(element);
    const opacity = opacityOf(element, svg);
    const box = element.getBoundingClientRect();
    const wide = parseFloat(style.strokeWidth) > 0;
    const filled = box.width > 0 && box.height > 0 && element.localName !== "line";
    return { element, box, mark: isMark(element), dash: style.strokeDasharray,
      fill: filled ? paint(style.fill, opacity * Number(style.fillOpacity)) : null,
      stroke: wide && (box.width > 0 || box.height > 0) ? paint(style.stroke, opacity * Number(style.strokeOpacity)) : null };
  };
  const shapesOf = (svg) =>
    all(SHAPES, svg).filter((element) => !inside(element, NOT_DRAWN) && visible(element)).map((element) => shapeOf(element, svg))
      .filter((shape) => shape.fill || shape.stroke);

  const covers = (shape, x, y) => {
    const { box, element } = shape;
    if (!Array.isArray(shape.fill) || x < box.left || x > box.right || y < box.top || y > box.bottom) return false;
    return element.isPointInFill(new DOMPoint(x, y).matrixTransform(element.getScreenCTM().inverse()));
  };
  const backdrop = (shapes, count, x, y, below) =>
    shapes.slice(0, count).filter((shape) => covers(shape, x, y)).reduce((colour, shape) => over(shape.fill, colour), below);

  const alongLine = (shape) => {
    const { element } = shape;
    const length = element.getTotalLength();
    const matrix = element.getScreenCTM();
    return [0.05, 0.25, 0.5, 0.75, 0.95].map((part) => element.getPointAtLength(part * length).matrixTransform(matrix));
  };
  const samples = (shape) => {
    const { box } = shape;
    const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    return covers(shape, middle.x, middle.y) ? [middle] : alongLine(shape);
  };

  const markFacts = (shape, index, shapes, below) => {
    const paints = [shape.fill, shape.stroke].filter(Array.isArray);
    if (!paints.length) return { element: describe(shape.element), ratio: 0, colours: "a gradient or pattern" };
    const measured = samples(shape).map(({ x, y }) => {
      const behind = backdrop(shapes, index, x, y, below);
      const best = paints.map((layer) => over(layer, behind)).sort((a, b) => contrast(b, behind) - contrast(a, behind))[0];
      return { ratio: contrast(best, behind), colours: `${hex(best)} on ${hex(behind)}` };
    });
    const worst = measured.sort((a, b) => a.ratio - b.ratio)[0];
    return { element: describe(shape.element), ...worst };
  };

  const touch = (one, other) => {
    const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    return (across > -0.5 && down > 1) || (across > 1 && down > -0.5);
  };
  const outlined = (shape) => Array.isArray(shape.stroke) && (!Array.isArray(shape.fill) || hex(shape.stroke) !== hex(shape.fill));
  const neighbours = (shapes, below) => {
    const areas = shapes.filter((shape) => shape.mark && Array.isArray(shape.fill) && !outlined(shape) && shape.element.localName !== "circle");
    const found = [];
    areas.forEach((one, index) => areas.slice(index + 1).forEach((other) => {
      const [a, b] = [over(one.fill, below), over(other.fill, below)];
      const ratio = contrast(a, b);
      if (hex(a) !== hex(b) && ratio < 3 && isBox(one) && isBox(other) && touch(one.box, other.box))
        found.push({ element: `${describe(one.element)} beside ${describe(other.element)}`, ratio, colours: `${hex(a)} beside ${hex(b)}` });
    }));
    return found;
  };
  const isBox = (shape) => shape.element.localName === "rect" || /^M[^MLCQAZ]*(h|H)[^LCQA]*[zZ]$/.test(shape.element.getAttribute("d") ?? "");

  // Series: the different colours of marks in one frame, and the signs that tell them apart without colour.
  const frameOf = (element, svg) => {
    for (let node = element.parentElement; node && node !== svg; node = node.parentElement)
      if (node.querySelector(":scope > .background, :scope > path:first-child + g")) return node;
    return svg;
  };
  const frames = (svg, shapes, below) => {
    const groups = new Map();
    shapes.filter((shape) => shape.mark).forEach((shape) => {
      const frame = frameOf(shape.element, svg);
      if (!groups.has(frame)) groups.set(frame, []);
      groups.get(frame).push(shape);
    });
    return [...groups].map(([frame, marks]) => seriesOf(frame, marks, hex(below)));
  };
  // A straight grey or black rule, such as the line at zero, is no series.
  const isGuide = (mark) => mark.element.localName === "line" && Math.max(...mark.stroke.slice(0, 3)) - Math.min(...mark.stroke.slice(0, 3)) < 40;
  // A line in the colour of the paper parts the pieces of a bar, a fill in it makes a mark hollow: the other is its colour.
  const seriesOf = (frame, marks, paper) => {
    const lines = marks.filter((mark) => Array.isArray(mark.stroke) && !Array.isArray(mark.fill) && !isGuide(mark));
    const colours = new Set(marks.filter((mark) => !isGuide(mark)).map((mark) => [mark.stroke, mark.fill].filter(Array.isArray).map(hex).find((colour) => colour !== paper)).filter(Boolean));
    const lineColours = new Set(lines.map((mark) => hex(mark.stroke)));
    const labels = all("text", frame).filter((label) => !inside(label, GUIDES) && /\p{L}/u.test(label.textContent));
    return { colours: [...colours], line_colours: lineColours.size, dashes: new Set(lines.map((mark) => mark.dash)).size, labels: labels.length };
  };

  // Text in charts ---------------------------------------------------------------------------------
  const textFacts = (label, shapes, below, frame) => {
    const style = getComputedStyle(label);
    const matrix = label.getScreenCTM();
    const box = label.getBoundingClientRect();
    const colour = paint(style.fill, opacityOf(label, label.ownerSVGElement) * Number(style.fillOpacity));
    const before = shapes.filter((shape) => shape.element.compareDocumentPosition(label) & Node.DOCUMENT_POSITION_FOLLOWING).length;
    const y = box.top + box.height / 2;
    const measured = [box.left + 2, box.left + box.width / 2, box.right - 2].map((x) => {
      const behind = backdrop(shapes, before, x, y, below);
      const ink = Array.isArray(colour) ? over(colour, behind) : behind;
      return { ratio: contrast(ink, behind), colours: `${hex(ink)} on ${hex(behind)}` };
    }).sort((a, b) => a.ratio - b.ratio)[0];
    const upright = Math.abs(matrix.b) < 0.01 && Math.abs(matrix.c) < 0.01 && matrix.a > 0 && style.writingMode === "horizontal-tb";
    return { element: describe(label), size: parseFloat(style.fontSize) * Math.hypot(matrix.a, matrix.b), upright,
      outside: Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom),
      beyond: Math.max(-box.left, box.right - document.documentElement.clientWidth),
      box: [box.left, box.top, box.right, box.bottom], ...measured };
  };
  const overlaps = (texts) => {
    const found = [];
    texts.forEach((one, index) => texts.slice(index + 1).forEach((other) => {
      const across = Math.min(one.box[2], other.box[2]) - Math.max(one.box[0], other.box[0]);
      const down = Math.min(one.box[3], other.box[3]) - Math.max(one.box[1], other.box[1]);
      const line = Math.min(one.box[3] - one.box[1], other.box[3] - other.box[1]);
      if (across > 0.5 && down > line * 0.25) found.push({ element: `${one.element} and ${other.element}`, across });
    }));
    return found;
  };

  const drawingFacts = (svg, canvas) => {
    const box = svg.getBoundingClientRect();
    const below = backgroundOf(svg, canvas);
    const shapes = shapesOf(svg);
    const texts = all("text", svg).filter((label) => label.textContent.trim() && visible(label)).map((label) => textFacts(label, shapes, below, box));
    const marks = shapes.flatMap((shape, index) => (shape.mark ? [markFacts(shape, index, shapes, below)] : []));
    return { element: describe(svg).split(' "')[0], width: box.width, height: box.height, texts, marks,
      cuts: getComputedStyle(svg).overflow !== "visible", // an SVG clips what leaves it, unless it says otherwise
      legends: all(LEGENDS, svg).filter(drawsSomething).length,
      neighbours: neighbours(shapes, below), overlaps: overlaps(texts), frames: frames(svg, shapes, below) };
  };
  const charts = () => {
    const canvas = canvasColour();
    return all(CHART).map((section) => ({
      element: `section[data-chart=${section.dataset.chart}]`,
      shown: all(":scope > .chart-wide, :scope > .chart-narrow", section).filter(visible).map((box) => box.classList[0]),
      tables: all("details > table", section).map((table) => visible(table)),
      drawings: all(":scope > div > svg", section).filter((svg) => visible(svg) && svg.getBoundingClientRect().width > 0)
        .map((svg) => drawingFacts(svg, canvas)),
    }));
  };

  // Layout -------------------------------------------------------------------------------------------
  const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
  const clips = (element) => /hidden|clip/.test(getComputedStyle(element).overflowX + getComputedStyle(element).overflowY);
  const hiddenFromEyes = (element) => element.clientWidth <= 2 && element.clientHeight <= 2;
  const within = (element, test) => {
    for (let node = element.parentElement; node && node !== document.body; node = node.parentElement) if (test(node)) return true;
    return false;
  };
  const protruding = (elements) => {
    const edge = document.documentElement.clientWidth;
    return elements.filter((element) => element.getBoundingClientRect().right > edge + 1 && !within(element, (node) => scrolls(node) || clips(node)))
      .slice(0, 5).map((element) => ({ element: describe(element), right: element.getBoundingClientRect().right }));
  };
  const scrollBoxes = (elements) =>
    elements.filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && scrolls(element)
      && !element.matches("details:has(> summary)")) // its summary has the focus and the name
      .map((element) => ({ element: describe(element), focusable: element.tabIndex >= 0 && element.hasAttribute("tabindex"),
        named: Boolean((element.ariaLabel ?? "").trim() || document.getElementById(element.getAttribute("aria-labelledby") ?? "")) && element.hasAttribute("role") }));
  const clipped = (elements) =>
    elements.filter((element) => {
      if (!clips(element) || hiddenFromEyes(element) || !text(element) || element.localName === "svg") return false;
      const style = getComputedStyle(element);
      return (/hidden|clip/.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
        || (/hidden|clip/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 1);
    }).map((element) => ({ element: describe(element), by: Math.max(element.scrollWidth - element.clientWidth, element.scrollHeight - element.clientHeight) }));

  const ownText = (element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const linesOf = (nodes) => nodes.flatMap((node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
  });
  const inOrder = (one, other) =>
    one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING ? [other, one] : [one, other];
  const textOverlaps = (elements) => {
    const lines = elements.filter((element) => !hiddenFromEyes(element) && !within(element, (node) => hiddenFromEyes(node) || scrolls(node)))
      .flatMap((element) => linesOf(ownText(element)).map((box) => ({ element, box }))).sort((a, b) => a.box.top - b.box.top);
    const found = [];
    lines.forEach((one, index) => {
      for (const other of lines.slice(index + 1)) {
        if (other.box.top > one.box.bottom) break;
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down = one.box.bottom - other.box.top;
        if (across > 2 && down > Math.min(one.box.height, other.box.height) * 0.4)
          found.push({ element: inOrder(one.element, other.element).map(describe).join(" and ") });
      }
    });
    return found;
  };
  const pinned = (elements) =>
    elements.filter((element) => ["fixed", "sticky"].includes(getComputedStyle(element).position) && !hiddenFromEyes(element))
      .map((element) => ({ element: describe(element), share: element.getBoundingClientRect().height / innerHeight }));

  // WCAG's large text: 24 px, or 18.66 px in bold.
  const neededContrast = (style) => {
    const size = parseFloat(style.fontSize);
    return size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
  };
  const onPicture = (element) => {
    for (let node = element; node; node = node.parentElement)
      if (getComputedStyle(node).backgroundImage !== "none") return true;
    return false;
  };
  const paleText = (elements, canvas) =>
    elements.filter((element) => ownText(element).length && !hiddenFromEyes(element)).map((element) => {
      const style = getComputedStyle(element);
      const below = backgroundOf(element, canvas);
      const [r, g, b, a] = parse(style.color);
      const ink = over([r, g, b, a * opacityOf(element, document.documentElement)], below);
      return { element: describe(element), ratio: onPicture(element) ? 0 : contrast(ink, below), allowed: neededContrast(style),
        colours: onPicture(element) ? "on a picture" : `${hex(ink)} on ${hex(below)}` };
    }).filter((measured) => measured.ratio < measured.allowed - 0.005);

  globalThis.__audit.layout = () => {
    const elements = all("body, body *:not(svg *)").filter((element) => visible(element));
    return { client_width: document.documentElement.clientWidth, scroll_width: document.documentElement.scrollWidth,
      protruding: protruding(elements), scroll_boxes: scrollBoxes(elements), clipped: clipped(elements),
      overlaps: textOverlaps(elements), pale: paleText(elements, canvasColour()), pinned: pinned(elements), charts: charts(),
      tables: all("details table").map((table) => ({ element: describe(table), shown: visible(table) })) };
  };

  // Reading ------------------------------------------------------------------------------------------
  const linesOfParagraph = (paragraph) => {
    const range = document.createRange();
    range.selectNodeContents(paragraph);
    const lines = new Map();
    for (const box of range.getClientRects()) {
      const key = Math.round(box.bottom / 8);
      lines.set(key, (lines.get(key) ?? 0) + box.width);
    }
    return [...lines.values()];
  };
  const paragraphFacts = (paragraph) => {
    const style = getComputedStyle(paragraph);
    const words = text(paragraph);
    const lines = linesOfParagraph(paragraph);
    const drawn = lines.reduce((sum, width) => sum + width, 0);
    const full = lines.length > 1 ? lines.slice(0, -1) : lines;
    const perLine = (words.length * full.reduce((sum, width) => sum + width, 0)) / drawn / full.length;
    return { element: describe(paragraph), size: parseFloat(style.fontSize), length: words.length, lines: lines.length,
      spacing: parseFloat(style.lineHeight) / parseFloat(style.fontSize), per_line: perLine };
  };
  globalThis.__audit.paragraphs = () =>
    all("main p").filter((paragraph) => visible(paragraph) && text(paragraph) && !inside(paragraph, "table, footer, details, .margin, .cards, .key-numbers")).map(paragraphFacts);

  // A Letter page is 816 px wide, less the margins that the page asks for.
  const inPixels = (length) => {
    const probe = document.createElement("div");
    document.body.append(probe);
    probe.style.width = length;
    const pixels = length ? probe.getBoundingClientRect().width : 0;
    probe.remove();
    return pixels;
  };
  globalThis.__audit.paperWidth = () => {
    const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule instanceof CSSPageRule);
    const margin = rules.at(-1)?.style;
    return Math.floor(816 - inPixels(margin?.marginLeft) - inPixels(margin?.marginRight));
  };

  const opened = [];
  globalThis.__audit.openDetails = (wanted) => {
    if (wanted) opened.push(...all("details:not([open])"));
    else all("details").filter((details) => opened.includes(details)).forEach((details) => { details.open = false; });
    if (wanted) opened.forEach((details) => { details.open = true; });
  };

  const SPACING = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }";
  globalThis.__audit.spaceText = (wanted) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SPACING);
    document.adoptedStyleSheets = wanted ? [sheet] : [];
  };
})();
