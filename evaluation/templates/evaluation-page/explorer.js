"use strict";
// What a reader supposes of detection, and what follows: sentences, numbers and the mark of one drawing.
for (const part of document.querySelectorAll("[data-explorer]")) {
  const language = document.documentElement.lang;
  const words = JSON.parse(part.dataset.words), series = JSON.parse(part.dataset.series);
  const first = JSON.parse(part.dataset.first);
  const field = (name) => part.querySelector(`[data-field="${name}"]`);
  const said = (name) => part.querySelector(`[data-part="${name}"]`);
  const mark = (name) => part.querySelector(`[data-mark="${name}"]`);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => name in values ? values[name] : all);
  const percent = (value, sign) => new Intl.NumberFormat(language, {
    style: "percent", maximumFractionDigits: 1, signDisplay: sign ? "exceptZero" : "auto",
  }).format(value).replace("-", "\u2212");
  // Ends of an interval are rounded outward, to a tenth of a per cent, as on the rest of the page.
  const outward = (value, up) => (up ? Math.ceil(value * 1000 - 1e-6) : Math.floor(value * 1000 + 1e-6)) / 1000;
  const ends = (low, high, sign) => ({low: percent(outward(low, false), sign), high: percent(outward(high, true), sign)});
  const changes = (low, high) => ends(low - 1, high - 1, true);
  const conclusion = (low, high) => low > 1 ? words.rose : high < 1 ? words.fell : words.unknown;

  const options = (select, items, chosen) => {
    select.replaceChildren(...items.map(([value, text]) => new Option(text, value, false, String(value) === String(chosen))));
  };
  const years = () => {
    const kept = series[field("series").value].years.map((year) => [year, year]);
    const before = field("first-year").value || first.years[0], after = field("last-year").value || first.years[1];
    const has = (year) => kept.some(([known]) => String(known) === String(year));
    options(field("first-year"), kept, has(before) ? before : kept[0][0]);
    options(field("last-year"), kept, has(after) ? after : kept[kept.length - 1][0]);
  };
  const share = (name) => {
    const value = field(name).valueAsNumber / 100, good = value > 0 && value <= 1;
    field(name).setAttribute("aria-invalid", String(!good));
    return good ? value : null;
  };

  const place = (x, y) => {
    const svg = part.querySelector("svg").dataset, far = Math.log(svg.farthest);
    const along = (ratio) => Math.min(1, Math.max(0, (Math.log(ratio) / far + 1) / 2));
    return [+svg.left + along(x) * svg.width, +svg.top + (1 - along(y)) * svg.height];
  };
  const draw = (pair, detection) => {
    const shown = pair ? "visible" : "hidden";
    for (const name of ["dot", "interval"]) mark(name).setAttribute("visibility", shown);
    if (!pair) return;
    const [x, y] = place(Math.sqrt(pair[0] * pair[1]), detection);
    mark("dot").setAttribute("x", x - 5.5);
    mark("dot").setAttribute("y", y - 5.5);
    for (const [end, ratio] of [["1", pair[2]], ["2", pair[3]]]) {
      mark("interval").setAttribute(`x${end}`, place(ratio, detection)[0]);
      mark("interval").setAttribute(`y${end}`, y);
    }
  };
  const say = (parts) => {
    for (const name of ["told", "person", "needed", "method"]) said(name).textContent = parts[name] || "";
  };

  const needed = (pair, earlier, last) => {
    const low = earlier * pair[2], high = Math.min(1, earlier * pair[3]);
    return low > 1 ? fill(words.beyond, {last}) : fill(words.needed, {...ends(low, high, false), last});
  };
  const move = () => {
    const chosen = series[field("series").value], before = field("first-year").value, last = field("last-year").value;
    const earlier = share("earlier"), later = share("later"), pair = chosen.pairs[`${before}-${last}`];
    if (earlier === null || later === null || !pair) {
      draw(null);
      return say({told: earlier === null || later === null ? words.bad_share : words.bad_years});
    }
    const detection = later / earlier, low = pair[2] / detection, high = pair[3] / detection, person = pair[4];
    draw(pair, detection);
    say({
      told: fill(words.told, {
        earlier: percent(earlier), later: percent(later), place: chosen.place, first: before, last,
        ...changes(low, high), conclusion: conclusion(low, high),
      }),
      person: person && fill(words.person, {
        ...changes(low * person, high * person), conclusion: conclusion(low * person, high * person),
      }),
      needed: needed(pair, earlier, last),
      method: fill(words.method, {level: percent(first.level)}),
    });
  };

  options(field("series"), series.map((one, index) => [index, one.label]), first.series);
  years();
  field("series").addEventListener("change", years);
  for (const control of part.querySelectorAll("select, input")) control.addEventListener("input", move);
  field("series").addEventListener("change", move);
  part.hidden = false;
  move();
}
