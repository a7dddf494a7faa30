// Charts over SVG: scales and axes, the latency distribution, and load and blocks over time.

// --- scales ------------------------------------------------------------------------------------

function linear(low, high, from, to) {
  const factor = (to - from) / (high - low || 1);
  const scale = (value) => from + (value - low) * factor;
  scale.invert = (position) => low + (position - from) / factor;
  return scale;
}

function logarithmic(low, high, from, to) {
  const inner = linear(Math.log(low), Math.log(high), from, to);
  const scale = (value) => inner(Math.log(Math.max(value, low)));
  scale.invert = (position) => Math.exp(inner.invert(position));
  return scale;
}

// Round steps: 1, 2 or 5 times a power of ten.
function tickStep(range, wanted) {
  const raw = range / Math.max(1, wanted);
  if (!(raw > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= raw * 0.999);
}

function ticks(low, high, wanted) {
  const step = tickStep(high - low, wanted);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) {
    found.push(i * step);
  }
  return found;
}

function logTicks(low, high) {
  const found = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power += 1) {
    for (const factor of [1, 2, 5]) {
      const value = factor * 10 ** power;
      if (value >= low * 0.999 && value <= high * 1.001) found.push(value);
    }
  }
  return found;
}

function niceTop(value, wanted) {
  const step = tickStep(value, wanted);
  return Math.max(1, Math.ceil(value / step - 1e-9)) * step;
}

// --- a frame: an SVG with margins, axes and a cursor -------------------------------------------

function frame(container, label, width, height, margin) {
  const box = {
    left: margin.left, right: width - margin.right, top: margin.top, bottom: height - margin.bottom,
  };
  const root = svg("svg", {
    viewBox: `0 0 ${width} ${height}`, role: "img", tabindex: 0, "aria-label": label,
  });
  container.replaceChildren(root);
  return { root, box, width, height };
}

function text(x, y, content, attributes) {
  return svg("text", { x, y, ...attributes }, content);
}

function bottomAxis(chart, scale, values, format, bottom = chart.box.bottom) {
  chart.root.append(svg("line", {
    class: "axis", x1: chart.box.left, x2: chart.box.right, y1: bottom, y2: bottom,
  }));
  let free = -Infinity;
  for (const value of values) {
    const x = scale(value);
    const label = format(value);
    const half = label.length * 3.4;
    chart.root.append(svg("line", { class: "axis", x1: x, x2: x, y1: bottom, y2: bottom + 4 }));
    if (x - half < free) continue;
    const anchor = x + half > chart.width ? "end" : "middle";
    chart.root.append(text(anchor === "end" ? chart.width - 1 : x, bottom + 18, label,
      { "text-anchor": anchor }));
    free = x + half + 8;
  }
}

function leftAxis(chart, scale, values, format, title, top = chart.box.top) {
  for (const value of values) {
    const y = scale(value);
    chart.root.append(svg("line", {
      class: "grid", x1: chart.box.left, x2: chart.box.right, y1: y, y2: y,
    }));
    chart.root.append(text(chart.box.left - 8, y + 4, format(value), { "text-anchor": "end" }));
  }
  if (title) chart.root.append(text(0, top - 10, title, { class: "strong" }));
}

// Pointer and arrow keys move one cursor; `move` gets a position along x and says what is there:
// {x, title, rows, dots: [[x, y, colour]]}, or nothing.
function addCursor(chart, from, to, move, steps = 60) {
  const line = svg("line", {
    class: "cursor", y1: chart.box.top, y2: chart.box.bottom, visibility: "hidden",
  });
  const dots = svg("g", {});
  chart.root.append(line, dots);
  let at = null;
  const hide = () => {
    line.setAttribute("visibility", "hidden");
    dots.replaceChildren();
    hideTip();
  };
  const show = (x, y, aloud) => {
    const found = move(clamp(x, from, to));
    if (!found) return hide();
    at = clamp(x, from, to);
    for (const end of ["x1", "x2"]) line.setAttribute(end, found.x);
    line.setAttribute("visibility", "visible");
    dots.replaceChildren(...(found.dots || []).map(([cx, cy, fillColour]) =>
      svg("circle", {
        cx, cy, r: 4, fill: fillColour, stroke: "var(--surface)", "stroke-width": 2,
      })));
    const bounds = chart.root.getBoundingClientRect();
    const scale = bounds.width / chart.width;
    showTip(bounds.left + found.x * scale, y ?? bounds.top + chart.box.top * scale,
      found.title, found.rows);
    if (aloud) say(found.title, found.rows);
  };
  const position = (event) => {
    const bounds = chart.root.getBoundingClientRect();
    return (event.clientX - bounds.left) * (chart.width / bounds.width);
  };
  for (const name of ["pointermove", "pointerdown"]) {
    chart.root.addEventListener(name, (event) => show(position(event), event.clientY, false));
  }
  chart.root.addEventListener("pointerleave", hide);
  chart.root.addEventListener("blur", hide);
  chart.root.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") hide();
    if (!way) return;
    event.preventDefault();
    const step = (to - from) / steps;
    show(at === null ? (way > 0 ? from : to) : at + way * step, null, true);
  });
}

// --- faults as shaded intervals ----------------------------------------------------------------

// Bands over the whole height, and above them as many labels as fit without touching. A label that
// does not fit shrinks to the fault's number in the table of faults.
function drawFaults(chart, scale, range, rows) {
  const [low, high] = range;
  const group = svg("g", {});
  const free = new Array(rows).fill(-Infinity);
  run.faults.forEach((fault, i) => {
    const until = fault.until_s ?? fault.at_s;
    if (until < low || fault.at_s > high) return;
    const x = scale(clamp(fault.at_s, low, high));
    const end = scale(clamp(until, low, high));
    if (end > x) {
      group.append(svg("rect", {
        class: "fault-band", x, width: end - x, y: chart.box.top,
        height: chart.box.bottom - chart.box.top,
      }));
    }
    group.append(svg("line", {
      class: "fault-edge", x1: x, x2: x, y1: chart.box.top - 4, y2: chart.box.bottom,
    }));
    labelFault(chart, group, fault, i, x, free);
  });
  chart.root.append(group);
}

function labelFault(chart, group, fault, i, x, free) {
  const isCrowded = chart.width < 600 || run.faults.length > 12;
  const labels = isCrowded ? [String(i + 1)] : [`${i + 1} ${fault.text}`, String(i + 1)];
  for (const label of labels) {
    const wide = label.length * 6.3 + 10;
    const row = free.findIndex((position) => position <= x);
    if (row < 0 || x + wide > chart.width) continue;
    group.append(text(x + 3, chart.box.top - 8 - 14 * (free.length - 1 - row), label,
      { class: "fault-label" }));
    free[row] = x + wide;
    return;
  }
}

const faultRows = (width) => (run.faults.length === 0 ? 0 : width < 600 ? 2 : 3);

// What was wrong at some time from `low` to `high`, as rows of the tip.
function faultsBetween(low, high) {
  return run.faults.filter((fault) => fault.at_s <= high && (fault.until_s ?? fault.at_s) >= low)
    .map((fault) => ["fault", fault.text]);
}

// --- latency -----------------------------------------------------------------------------------

const LATENCIES = [
  { name: "End to end", points: run.latency_histogram_ns, stats: run.latency_ms, colour: 0 },
  { name: "Consensus", points: run.consensus_latency_histogram_ns,
    stats: run.consensus_latency_ms, colour: 1 },
].filter((series) => series.points.length > 0)
  .map((series) => ({
    ...series,
    points: series.points.map(([nanoseconds, below]) =>
      [nanoseconds / 1e6, below / series.stats.count]),
  }));

function partBelow(points, value) {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] <= value) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : points[low - 1][1];
}

function drawLatency(container, width, isLog) {
  const chart = frame(container, "Cumulative distribution of the latency; arrow keys read values",
    width, width < 600 ? 250 : 320, { left: 46, right: 14, top: 12, bottom: 42 });
  const { box } = chart;
  const most = Math.max(...LATENCIES.map((series) => series.stats.max));
  const least = Math.max(0.001, Math.min(...LATENCIES.map((series) => series.stats.min)));
  const x = isLog ? logarithmic(least * 0.92, most * 1.04, box.left, box.right)
    : linear(0, most * 1.02, box.left, box.right);
  const y = linear(0, 1, box.bottom, box.top);
  leftAxis(chart, y, [0, 0.25, 0.5, 0.75, 0.9, 1], (part) => `${Math.round(part * 100)} %`);
  bottomAxis(chart, x, isLog ? logTicks(least * 0.92, most * 1.04)
    : ticks(0, most * 1.02, width / 110), milliseconds);
  chart.root.append(text(box.right, box.bottom + 36, "latency", { "text-anchor": "end" }));
  for (const series of LATENCIES) {
    chart.root.append(latencyPath(series, x, y, box));
  }
  const quantiles = [["p50", 0.5], ["p90", 0.9], ["p99", 0.99]];
  for (const series of LATENCIES) {
    for (const [name, part] of quantiles) {
      chart.root.append(svg("circle", {
        cx: x(series.stats[name]), cy: y(part), r: 3.2, fill: "var(--surface)",
        stroke: colour(series.colour), "stroke-width": 2,
      }));
    }
  }
  addCursor(chart, box.left, box.right, (position) => {
    const value = x.invert(position);
    return {
      x: position,
      title: `at or below ${milliseconds(value)}`,
      rows: LATENCIES.map((series) => [series.name.toLowerCase(),
        percent(partBelow(series.points, value))]),
      dots: LATENCIES.map((series) =>
        [position, y(partBelow(series.points, value)), colour(series.colour)]),
    };
  });
}

function latencyPath(series, x, y, box) {
  const first = x(series.points[0][0]);
  let path = `M${box.left} ${y(0)}H${first.toFixed(1)}`;
  for (const [value, part] of series.points) {
    path += `H${x(value).toFixed(1)}V${y(part).toFixed(1)}`;
  }
  return svg("path", { class: "series", d: `${path}H${box.right}`, stroke: colour(series.colour) });
}

// --- load and blocks over time -----------------------------------------------------------------

// Seconds summed up so that a bar is at least a few points wide. Rates are per second.
function bins(width) {
  const each = Math.max(1, Math.ceil(run.timeline.length / (width / 4)));
  const found = [];
  run.timeline.forEach((second, i) => {
    if (i % each === 0) {
      found.push({ from: second.second, length: 0, offered: 0, finalized: 0, blocks: 0 });
    }
    const bin = found[found.length - 1];
    bin.length += 1;
    for (const name of ["offered", "finalized", "blocks"]) bin[name] += second[name];
  });
  for (const bin of found) {
    for (const name of ["offered", "finalized", "blocks"]) bin[name] /= bin.length;
  }
  return found;
}

function stairs(data, x, y, name) {
  return data.map((bin, i) => `${i === 0 ? "M" : "L"}${x(bin.from).toFixed(1)} ` +
    `${y(bin[name]).toFixed(1)}H${x(bin.from + bin.length).toFixed(1)}`).join("");
}

function drawLoad(container, width) {
  const rows = faultRows(width);
  const top = 26 + 14 * rows;
  const upper = width < 600 ? 170 : 220;
  const height = top + upper + 42 + 84 + 28;
  const chart = frame(container, "Transactions and blocks per second; arrow keys read values",
    width, height, { left: 46, right: 14, top, bottom: 28 });
  const { box } = chart;
  const data = bins(box.right - box.left);
  const last = data[data.length - 1];
  const end = Math.max(run.virtual_seconds, last.from + last.length);
  const x = linear(0, end, box.left, box.right);
  const rates = data.map((bin) => Math.max(bin.offered, bin.finalized));
  const topRate = niceTop(Math.max(1, ...rates), 4);
  const y = linear(0, topRate, top + upper, top);
  const topBlocks = niceTop(Math.max(1, ...data.map((bin) => bin.blocks)), 2);
  const yBlocks = linear(0, topBlocks, box.bottom, box.bottom - 84);
  drawFaults(chart, x, [0, end], rows);
  leftAxis(chart, y, ticks(0, topRate, 4), short, "transactions per second", 22);
  leftAxis(chart, yBlocks, ticks(0, topBlocks, 2), digits, "blocks per second", box.bottom - 86);
  const finalized = stairs(data, x, y, "finalized");
  chart.root.append(
    svg("path", { class: "area", fill: colour(0),
      d: `${finalized}V${y(0)}H${x(data[0].from)}Z` }),
    svg("path", { class: "series", stroke: colour(0), d: finalized }),
    svg("path", { class: "series dashed", stroke: colour(1), d: stairs(data, x, y, "offered") }));
  for (const bin of data) {
    chart.root.append(svg("rect", {
      x: x(bin.from) + 0.5, width: Math.max(1, x(bin.from + bin.length) - x(bin.from) - 1),
      y: yBlocks(bin.blocks), height: Math.max(0, yBlocks(0) - yBlocks(bin.blocks)),
      fill: colour(2),
    }));
  }
  chart.root.append(svg("line", {
    class: "axis", x1: box.left, x2: box.right, y1: y(0), y2: y(0),
  }));
  bottomAxis(chart, x, ticks(0, end, width / 90), (value) => `${number(value)}${NARROW}s`);
  addCursor(chart, box.left, box.right, (position) => {
    const second = x.invert(position);
    const bin = data.find((one) => second < one.from + one.length) ?? last;
    const middle = x(bin.from + bin.length / 2);
    return {
      x: middle,
      title: bin.length === 1 ? `second ${count(bin.from)}`
        : `seconds ${count(bin.from)} to ${count(bin.from + bin.length - 1)}`,
      rows: [["offered", `${number(bin.offered)}/s`], ["finalized", `${number(bin.finalized)}/s`],
        ["blocks", `${number(bin.blocks)}/s`], ...faultsBetween(bin.from, bin.from + bin.length)],
      dots: [[middle, y(bin.offered), colour(1)], [middle, y(bin.finalized), colour(0)]],
    };
  }, data.length);
}
