"use strict";
const MOST_DOTS = 260;
// What a reader supposes of detection, and what follows: sentences, numbers and the mark of one drawing.
for (const part of document.querySelectorAll("[data-explorer]")) {
  const language = document.documentElement.lang;
  const words = JSON.parse(part.dataset.words), series = JSON.parse(part.dataset.series);
  const first = JSON.parse(part.dataset.first);
  const field = (name) => part.querySelector(`[data-field="${name}"]`);
  const said = (name) => part.querySelector(`[data-part="${name}"]`);
  const mark = (name) => part.querySelector(`[data-mark="${name}"]`);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => name in values ? values[name] : all);
  const percent = (value) => new Intl.NumberFormat(language, {style: "percent", maximumFractionDigits: 1}).format(value);
  // Ends of an interval are rounded outward, to a tenth of a per cent, as on the rest of the page; beside sliders to one.
  const brief = "brief" in part.dataset;
  const outward = (value, up) => {
    const parts = brief && value >= 0.01 ? 100 : 1000;
    return (up ? Math.ceil(value * parts - 1e-6) : Math.floor(value * parts + 1e-6)) / parts;
  };
  const ends = (low, high) => ({low: percent(outward(low, false)), high: percent(outward(high, true))});
  // A change of incidents in words: which way where the interval tells, else how far either way.
  const change = (low, high, way) => low > 1 ? fill(words.rose, {...ends(low - 1, high - 1), way})
    : high < 1 ? fill(words.fell, {...ends(1 - high, 1 - low), way})
    : fill(brief ? words.brief_unknown : words.unknown, {low: percent(outward(1 - low, true)), high: percent(outward(high - 1, true)), way});

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
  // A dot for each comparison of the two years, and one line from the lowest of their ends to the highest.
  const draw = (pairs, detection) => {
    for (const [index, name] of ["dot", "beside"].entries()) {
      mark(name).setAttribute("visibility", pairs[index] ? "visible" : "hidden");
      if (!pairs[index]) continue;
      const [x, y] = place(Math.sqrt(pairs[index][2] * pairs[index][3]), detection);
      mark(name).setAttribute("x", x - 5.5);
      mark(name).setAttribute("y", y - 5.5);
    }
    mark("interval").setAttribute("visibility", pairs.length ? "visible" : "hidden");
    if (!pairs.length) return;
    const ends = [Math.min(...pairs.map((pair) => pair[4])), Math.max(...pairs.map((pair) => pair[5]))];
    for (const [index, ratio] of ends.entries()) {
      const [x, y] = place(ratio, detection);
      mark("interval").setAttribute(`x${index + 1}`, x);
      mark("interval").setAttribute(`y${index + 1}`, y);
    }
  };
  const say = (parts) => {
    for (const name of ["told", "person", "needed", "method"]) said(name).textContent = parts[name] || "";
  };

  // Of a pair: which releases, in short and with their dates, and the sentence's part on it.
  const way = (pair) => words[pair[0]], dated = (pair) => `${way(pair)} (${pair[1]})`;
  const changed = (pair, ratio, named) => change(pair[4] * ratio, pair[5] * ratio, named);
  const known = (pair, earlier) => {
    const low = earlier * pair[4], high = Math.min(1, earlier * pair[5]);
    return fill(low > 1 ? words.beyond : words.known, {...ends(low, high), way: way(pair)});
  };
  const move = () => {
    const chosen = series[field("series").value], before = field("first-year").value, last = field("last-year").value;
    const earlier = share("earlier"), later = share("later"), pairs = chosen.pairs[`${before}-${last}`];
    if (earlier === null || later === null || !pairs) {
      draw([]);
      const years = +before < +last ? words.unlike : words.bad_years;
      return say({told: earlier === null || later === null ? words.bad_share : years});
    }
    const detection = later / earlier, each = (part) => pairs.map(part).join("; ");
    draw(pairs, detection);
    say({
      told: fill(words.told, {
        earlier: percent(earlier), later: percent(later), place: chosen.place, first: before, last,
        each: each((pair) => changed(pair, 1 / detection, dated(pair))),
      }),
      person: pairs[0][6] && fill(words.person, {each: each((pair) => changed(pair, pair[6] / detection, way(pair)))}),
      needed: fill(words.needed, {last, each: each((pair) => known(pair, earlier))}),
      method: fill(words.method, {level: percent(first.level)}),
    });
  };

  // Two sliders, each with its share at the thumb and its incidents as dots, and one sentence: chance counted in.
  const drawDots = (name, all, known, each) => {
    const count = Math.round(all / each), filled = Math.round(known / each);
    const across = part.clientWidth < 500 ? 14 : 25, box = part.querySelector(`[data-dots="${name}"]`);
    box.setAttribute("viewBox", `0 0 ${10 * across} ${10 * Math.ceil(MOST_DOTS / across)}`);
    box.replaceChildren(...Array.from({length: count}, (_, place) => {
      const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle"), colour = place < filled ? "#0b5fa5" : "#8a8a8a";
      const drawn = {cx: 5 + 10 * (place % across), cy: 5 + 10 * Math.floor(place / across), r: 3.8, stroke: colour, fill: place < filled ? colour : "#ffffff"};
      for (const [key, value] of Object.entries(drawn)) dot.setAttribute(key, value);
      return dot;
    }));
    const number = new Intl.NumberFormat(language, {maximumSignificantDigits: 3}), whole = new Intl.NumberFormat(language);
    said(`${name}-counts`).textContent = fill(words.brief_counts, {all: number.format(all), known: whole.format(known)});
  };
  const moveBrief = () => {
    const names = ["earlier", "later"], [before, last] = first.years;
    const pair = series[first.series].pairs[`${before}-${last}`][0], reports = pair.slice(7);
    const shares = names.map((name) => field(name).valueAsNumber / 100), [low, high] = [4, 5].map((end) => pair[end] * shares[0] / shares[1]);
    const most = Math.max(...reports) / field("later").min * 100 / MOST_DOTS; // so many incidents a dot, rounded up to 1, 2 or 5 and zeros
    const each = [1, 2, 5, 10].map((digit) => digit * 10 ** Math.max(0, Math.floor(Math.log10(most)))).find((size) => size >= most);
    names.forEach((name, at) => {
      const {min, max} = field(name), told = percent(shares[at]);
      field(name).setAttribute("aria-valuetext", told);
      const thumb = part.querySelector(`[data-thumb="${name}"]`);
      thumb.firstChild.textContent = told;
      thumb.firstChild.setAttribute("x", `${(shares[at] * 100 - min) / (max - min) * 100}%`);
      drawDots(name, reports[at] / shares[at], reports[at], each);
    });
    const moved = low >= 2 ? words.brief_doubled : change(low, high, "").trim();
    said("told").textContent = fill(words.brief_told, {earlier: percent(shares[0]), later: percent(shares[1]), first: before, last, change: moved});
    said("dot").textContent = fill(words.brief_dot, {number: each});
    said("small").textContent = fill(words.brief_small, {releases: pair[1]});
  };
  if (brief) {
    for (const name of ["earlier", "later"]) field(name).addEventListener("input", moveBrief);
    part.hidden = false;
    moveBrief();
    continue;
  }

  options(field("series"), series.map((one, index) => [index, one.label]), first.series);
  years();
  field("series").addEventListener("change", years);
  for (const control of part.querySelectorAll("select, input")) control.addEventListener("input", move);
  field("series").addEventListener("change", move);
  part.hidden = false;
  move();
}
