// The time line of the blocks: one lane a proposer, one bar a block from its proposal to its first
// commit. The lane above the others has the views that finalized nothing.

const blocksView = { from: 0, to: run.virtual_seconds, picked: null, redraw: () => {} };

function laneHeight(width) {
  return clamp(Math.floor((width < 600 ? 300 : 380) / Math.max(1, run.validators)), 4, 20);
}

function zoomBlocks(from, to) {
  const least = run.virtual_seconds / 400;
  const length = clamp(to - from, least, run.virtual_seconds);
  blocksView.from = clamp(from, 0, run.virtual_seconds - length);
  blocksView.to = blocksView.from + length;
  blocksView.redraw();
}

function zoomButtons(container) {
  const around = (factor) => () => {
    const middle = (blocksView.from + blocksView.to) / 2;
    const half = ((blocksView.to - blocksView.from) / 2) * factor;
    zoomBlocks(middle - half, middle + half);
  };
  const shift = (part) => () => {
    const by = (blocksView.to - blocksView.from) * part;
    zoomBlocks(blocksView.from + by, blocksView.to + by);
  };
  const buttons = [
    ["\u2190", "Earlier", shift(-0.5)], ["\u2192", "Later", shift(0.5)],
    ["\u2212", "Zoom out", around(2)], ["+", "Zoom in", around(0.5)],
    ["Whole run", "Whole run", () => zoomBlocks(0, run.virtual_seconds)],
  ];
  container.replaceChildren(...buttons.map(([sign, label, act]) =>
    el("button", { type: "button", title: label, "aria-label": label, onclick: act }, sign)));
}

function drawBlocks(container, width) {
  const lane = laneHeight(width);
  const rows = faultRows(width);
  const top = 12 + 14 * rows;
  const skipLane = page.skips.length > 0 ? 22 : 0;
  const height = top + skipLane + lane * run.validators + 28;
  const chart = frame(container, "Blocks by proposer over time; arrow keys go from block to block",
    width, height, { left: 46, right: 14, top, bottom: 28 });
  const { box } = chart;
  const { from, to } = blocksView;
  const x = linear(from, to, box.left, box.right);
  const y = (proposer) => box.top + skipLane + lane * proposer;
  drawLanes(chart, y, lane, skipLane);
  drawFaults(chart, x, [from, to], rows);
  const marks = svg("g", { "clip-path": "url(#blocks-clip)" });
  chart.root.append(svg("clipPath", { id: "blocks-clip" }, svg("rect", {
    x: box.left, y: 0, width: box.right - box.left, height,
  })));
  for (const skip of page.skips) drawSkip(marks, skip, x, box, skipLane);
  const seen = run.blocks.filter((block) =>
    block.committed_s + block.spread_ms / 1000 >= from && block.proposed_s <= to);
  for (const block of seen) drawBlock(marks, block, x, y, lane);
  chart.root.append(marks);
  const span = to - from;
  bottomAxis(chart, x, ticks(from, to, width / 90), (value) =>
    `${number(Number(value.toFixed(span < 2 ? 3 : 1)))}${NARROW}s`);
  addBlockPicker(chart, { x, y, lane, skipLane, seen });
}

function drawLanes(chart, y, lane, skipLane) {
  const { box } = chart;
  const each = [1, 2, 5, 10, 20, 50, 100].find((step) => step * lane >= 12) ?? 100;
  for (let i = 0; i < run.validators; i += 1) {
    if (i % 2 === 0) {
      chart.root.append(svg("rect", {
        class: "lane", x: box.left, width: box.right - box.left, y: y(i), height: lane,
      }));
    }
    if (i % each === 0) {
      chart.root.append(text(box.left - 8, y(i) + lane / 2 + 4, String(i),
        { "text-anchor": "end" }));
    }
  }
  if (skipLane > 0) {
    chart.root.append(text(box.left - 8, box.top + 12, "skip", { "text-anchor": "end" }));
  }
}

function drawSkip(marks, skip, x, box, skipLane) {
  const start = x(skip.from_s);
  const wide = Math.max(2.5, x(skip.until_s) - start);
  marks.append(svg("rect", {
    class: "skip-mark", x: start, width: wide, y: box.top + 2, height: skipLane - 8, rx: 1.5,
  }));
}

function drawBlock(marks, block, x, y, lane) {
  const inset = lane >= 8 ? 1.5 : 0.5;
  const start = x(block.proposed_s);
  const end = x(block.committed_s);
  const fillColour = colour(block.proposer);
  const middle = y(block.proposer) + lane / 2;
  marks.append(svg("line", {
    class: "block-spread", x1: end, x2: x(block.committed_s + block.spread_ms / 1000), y1: middle,
    y2: middle, stroke: fillColour,
  }));
  marks.append(svg("rect", {
    class: "block", x: start.toFixed(2), width: Math.max(1.6, end - start).toFixed(2),
    y: y(block.proposer) + inset, height: lane - 2 * inset, rx: 1.2, fill: fillColour,
  }));
}

function blockText(block) {
  const name = validatorName(block.proposer);
  const region = validatorNodes[block.proposer]?.region;
  return [`Block ${count(block.height)}`, [
    ["proposer", region ? `${name}, ${regionName(region)}` : name],
    ["view", count(block.view)], ["id", block.id],
    ["proposed", atSecond(block.proposed_s, 3)],
    ["first commit", `${atSecond(block.committed_s, 3)}, after ` +
      milliseconds((block.committed_s - block.proposed_s) * 1000)],
    ["last commit", `${milliseconds(block.spread_ms)} later`],
    ["transactions", count(block.transactions)], ["size", bytes(block.bytes)],
  ]];
}

function skipText(skip) {
  const last = skip.first_view + skip.views - 1;
  return [`${plural(skip.views, "view")} without a block`, [
    ["views", skip.views === 1 ? count(last) : `${count(skip.first_view)} to ${count(last)}`],
    ["between", `${atSecond(skip.from_s, 2)} and ${atSecond(skip.until_s, 2)}`],
    ...faultsBetween(skip.from_s, skip.until_s).slice(0, 4),
  ]];
}

// What is nearest to a point: a skip in the upper lane, else a block in the lane below the pointer.
function pickAt(chart, drawn, px, py) {
  const second = drawn.x.invert(px);
  const distance = (low, high) => Math.max(0, low - second, second - high);
  const near = (items, low, high) => {
    let best = null;
    for (const item of items) {
      const away = distance(low(item), high(item));
      if (best === null || away < best.away) best = { item, away };
    }
    const limit = drawn.x.invert(chart.box.left + 14) - drawn.x.invert(chart.box.left);
    return best && best.away <= limit ? best.item : null;
  };
  if (drawn.skipLane > 0 && py < chart.box.top + drawn.skipLane) {
    return { skip: near(page.skips, (skip) => skip.from_s, (skip) => skip.until_s) };
  }
  const proposer = Math.floor((py - drawn.y(0)) / drawn.lane);
  const own = drawn.seen.filter((block) => block.proposer === proposer);
  return { block: near(own, (block) => block.proposed_s, (block) => block.committed_s) };
}

// Where the pointer is, in the chart's own units.
function pointIn(chart, event) {
  const area = chart.root.getBoundingClientRect();
  const scale = chart.width / area.width;
  return [(event.clientX - area.left) * scale, (event.clientY - area.top) * scale];
}

function addBlockPicker(chart, drawn) {
  const outline = svg("rect", { class: "block-picked", rx: 2, visibility: "hidden" });
  chart.root.append(outline);
  const hide = () => {
    outline.setAttribute("visibility", "hidden");
    hideTip();
  };
  const outlineBlock = (block) => {
    const start = drawn.x(block.proposed_s);
    fill(outline, {
      x: start - 2, width: Math.max(1.6, drawn.x(block.committed_s) - start) + 4,
      y: drawn.y(block.proposer) - 1, height: drawn.lane + 2, visibility: "visible",
    }, []);
  };
  const isDragging = addZoomByDrag(chart, drawn);
  chart.root.addEventListener("pointermove", (event) => {
    const { block, skip } = pickAt(chart, drawn, ...pointIn(chart, event));
    if (isDragging() || (!block && !skip)) return hide();
    if (block) outlineBlock(block);
    else outline.setAttribute("visibility", "hidden");
    showTip(event.clientX, event.clientY, ...(block ? blockText(block) : skipText(skip)));
  });
  chart.root.addEventListener("pointerleave", hide);
  chart.root.addEventListener("blur", hide);
  chart.root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return hide();
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way || drawn.seen.length === 0) return;
    event.preventDefault();
    const before = drawn.seen.indexOf(blocksView.picked);
    const block = drawn.seen[before < 0 ? 0 : clamp(before + way, 0, drawn.seen.length - 1)];
    blocksView.picked = block;
    outlineBlock(block);
    const area = chart.root.getBoundingClientRect();
    const scale = area.width / chart.width;
    showTip(area.left + drawn.x(block.committed_s) * scale,
      area.top + (drawn.y(block.proposer) + drawn.lane) * scale, ...blockText(block));
    say(...blockText(block));
  });
}

// Dragging with a mouse marks the part to zoom to. Gives a function that says whether one drags.
function addZoomByDrag(chart, drawn) {
  const selection = svg("rect", {
    class: "selection", y: chart.box.top, height: chart.box.bottom - chart.box.top,
    visibility: "hidden",
  });
  chart.root.append(selection);
  let pressed = null;
  let moved = false;
  const end = () => {
    pressed = null;
    moved = false;
    selection.setAttribute("visibility", "hidden");
  };
  chart.root.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse") [pressed] = pointIn(chart, event);
  });
  chart.root.addEventListener("pointermove", (event) => {
    if (pressed === null) return;
    const [px] = pointIn(chart, event);
    moved = moved || Math.abs(px - pressed) > 4;
    if (!moved) return;
    fill(selection, {
      x: Math.min(px, pressed), width: Math.abs(px - pressed), visibility: "visible",
    }, []);
  });
  chart.root.addEventListener("pointerup", (event) => {
    const [px] = pointIn(chart, event);
    const range = moved ? [drawn.x.invert(pressed), drawn.x.invert(px)] : null;
    end();
    if (range) zoomBlocks(...range.sort((a, b) => a - b));
  });
  chart.root.addEventListener("pointerleave", end);
  chart.root.addEventListener("dblclick", () => zoomBlocks(0, run.virtual_seconds));
  return () => moved;
}
