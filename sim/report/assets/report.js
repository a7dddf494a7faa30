// Puts the page together.

function failures() {
  const found = run.expectations.filter((one) => !one.held).map((one) =>
    `expected ${one.text}, actual ${number(one.actual)}`);
  for (const [name, { checked, violated, examples }] of Object.entries(run.invariants)) {
    const expected = run.expected_violations.includes(name);
    if (violated > 0 && !expected) {
      const example = examples.length > 0 ? `: ${examples[0]}` : "";
      found.push(`invariant ${name} violated ${plural(violated, "time")}${example}`);
    }
    if (violated === 0 && expected) {
      const outcome = checked === 0 ? "was never checked" : "held";
      found.push(`invariant ${name} ${outcome}, though the scenario expects it broken`);
    }
  }
  for (const name of run.unchecked) {
    found.push(`invariant ${name} was never checked: no block was finalized, and the scenario ` +
      "does not expect finalized_blocks == 0");
  }
  return found;
}

function recovery() {
  const times = run.faults.map((fault) => fault.recovery_ms).filter((value) => value !== null);
  const without = run.faults.length - times.length;
  if (without > 0) return `, no commit after ${count(without)} of them`;
  return `, the next commit at most ${milliseconds(Math.max(...times))} later`;
}

function outcome() {
  const invariants = Object.values(run.invariants);
  const held = run.expectations.filter((one) => one.held).length;
  const parts = [];
  if (invariants.length > 0) {
    const kept = invariants.filter((one) => one.violated === 0 && one.checked > 0).length;
    const never = invariants.filter((one) => one.violated === 0 && one.checked === 0).length;
    parts.push(`${count(kept)} of ${plural(invariants.length, "invariant")} held in ` +
      `${short(sum(invariants, (one) => one.checked))} checks` +
      (never > 0 ? `, ${count(never)} never checked` : ""));
  }
  if (run.expectations.length > 0) {
    parts.push(`${count(held)} of ${plural(run.expectations.length, "expectation")} met`);
  }
  if (run.faults.length > 0) {
    const idle = run.faults.filter((fault) => fault.affected === 0).length;
    parts.push(plural(run.faults.length, "fault") +
      (idle > 0 ? `, ${count(idle)} of them touched nothing` : "") + recovery());
  }
  return parts.length > 0 ? `${parts.join("; ")}.` : "Nothing was checked.";
}

function drawVerdict() {
  const fact = (name, value) => value && el("div", {}, el("dt", {}, name), el("dd", {}, value));
  const problems = failures();
  const wanted = run.expected_violations.filter((name) => run.invariants[name]?.violated > 0);
  byId("verdict").replaceChildren(...[
    el("div", { class: "line" },
      el("span", { class: "stamp" }, icon(run.passed), run.passed ? "Passed" : "Failed"),
      el("h1", {}, run.scenario)),
    run.summary ? el("p", { class: "summary" }, run.summary) : null,
    el("p", { class: "outcome" }, outcome()),
    wanted.length > 0 ? el("p", { class: "outcome" },
      `The scenario breaks the chain on purpose: ${wanted.join(", ")} violated, as it expects.`)
      : null,
    problems.length > 0 && !run.passed
      ? el("ul", { class: "problems" }, problems.map((line) => el("li", {}, line))) : null,
    el("dl", { class: "meta" },
      fact("protocol", run.protocol), fact("validators", count(run.validators)),
      fact("seed", el("code", {}, page.seed)),
      fact("digest", el("code", { title: run.digest }, run.digest.slice(0, 12))),
      fact("commit", run.commit && el("code", {}, run.commit.slice(0, 12))),
      fact("build", run.build),
      fact("world", [run.mode, run.matrix].filter(Boolean).join(", "))),
    run.replay ? el("div", { class: "replay" }, el("span", { class: "soft" }, "Replay"),
      el("code", { tabindex: 0 }, run.replay), copyButton(run.replay)) : null,
  ].filter(Boolean));
}

function figure(label, value, unit, under) {
  return el("div", { class: "figure" }, el("div", { class: "label" }, label),
    el("div", { class: "value" }, value, unit ? el("small", {}, `${NARROW}${unit}`) : null),
    el("div", { class: "under" }, under));
}

// "812 ms" as the figure and its unit.
const split = (value) => {
  const parts = value.split(NARROW);
  return parts.length === 2 ? parts : [value, null];
};

function drawFigures() {
  const { latency_ms: latency, consensus_latency_ms: consensus, transactions } = run;
  const sampled = (value) => (latency.count > 0 ? split(milliseconds(value)) : [DASH, null]);
  const perBlock = (value) => (run.blocks_finalized > 0 ? value / run.blocks_finalized : 0);
  const ratio = transactions.submitted > 0 ? transactions.finalized / transactions.submitted : 0;
  const speed = run.wall_seconds > 0 ? run.virtual_seconds / run.wall_seconds : 0;
  const mean = run.virtual_seconds > 0 ? run.blocks_finalized / run.virtual_seconds : 0;
  byId("figures").replaceChildren(
    figure("Throughput", digits(run.throughput_tps), "tx/s",
      `${count(transactions.finalized)} transactions finalized`),
    figure("Latency, median", ...sampled(latency.p50), latency.count > 0
      ? `p90 ${milliseconds(latency.p90)}, end to end` : "no samples"),
    figure("Latency, p99", ...sampled(latency.p99), latency.count > 0
      ? `max ${milliseconds(latency.max)}` : "no samples"),
    figure("Longest commit gap", ...split(milliseconds(run.longest_commit_gap_ms)),
      consensus.count > 0 ? `consensus p50 ${milliseconds(consensus.p50)}` : "no commits"),
    figure("Blocks finalized", count(run.blocks_finalized), null,
      `${digits(mean)} per second, height ${count(run.height)}`),
    figure("Transactions finalized", ...split(percent(ratio)),
      `of ${count(transactions.submitted)} submitted, ${count(transactions.rejected)} rejected`),
    figure("Network", ...split(bytes(run.bytes)),
      `${bytes(perBlock(run.bytes))} and ${short(perBlock(run.messages))} packets per block`),
    figure(run.mode === "simulation" ? "Simulation speed" : "Run time",
      ...(run.mode === "simulation" ? [digits(speed), "\u00d7"] : split(seconds(run.wall_seconds))),
      `${seconds(run.virtual_seconds)} in ${seconds(run.wall_seconds)}, ` +
        `${short(run.events_per_second)} events/s`));
}

function drawCharts() {
  if (run.timeline.length > 0) {
    byId("load-legend").replaceChildren(
      legendItem(legendLine(0), "finalized"), legendItem(legendLine(1, true), "offered"),
      legendItem(svg("rect", { x: 3, y: 0, width: 12, height: 12, fill: colour(2) }), "blocks"),
      run.faults.length > 0 ? legendItem(svg("g", {}, legendBand()), "fault") : "");
    onWidth(byId("load-chart"), (width) => drawLoad(byId("load-chart"), width));
  } else {
    byId("load").remove();
  }
  drawLatencyPanel();
  drawBlocksPanel();
  drawMapPanel();
}

function drawLatencyPanel() {
  latencyTable();
  if (LATENCIES.length === 0) {
    byId("latency-chart").replaceChildren(el("p", { class: "empty" }, "No latency was measured."));
    return;
  }
  byId("latency-legend").replaceChildren(...LATENCIES.map((series) =>
    legendItem(legendLine(series.colour), series.name)),
  legendItem(svg("circle", { cx: 9, cy: 6, r: 3.5, fill: "none", stroke: "var(--soft)",
    "stroke-width": 2 }), "p50, p90, p99"));
  let isLog = true;
  const redraw = onWidth(byId("latency-chart"), (width) =>
    drawLatency(byId("latency-chart"), width, isLog));
  const scales = [["linear", "Linear"], ["log", "Logarithmic"]];
  choice(byId("latency-scale"), scales, "log", (picked) => {
    isLog = picked === "log";
    redraw();
  });
}

function drawBlocksPanel() {
  if (run.blocks.length === 0) {
    byId("blocks-chart").replaceChildren(el("p", { class: "empty" }, "No block was finalized."));
    return;
  }
  const skipped = sum(page.skips, (skip) => skip.views);
  const thinned = page.block_step > 1 ? ` One in ${count(page.block_step)} of ` +
    `the ${count(page.blocks_total)} blocks is drawn.` : "";
  byId("blocks-note").textContent = "One lane for each proposer; a block runs from its proposal " +
    `to its first commit. Drag to zoom, double-click for the whole run.${thinned}`;
  byId("blocks-legend").replaceChildren(
    page.skips.length > 0 ? legendItem(svg("rect", { class: "skip-mark", x: 2, y: 0, width: 14,
      height: 12, rx: 2 }), `${plural(skipped, "view")} without a block`) : "",
    run.faults.length > 0 ? legendItem(svg("g", {}, legendBand()), "fault") : "");
  zoomButtons(byId("blocks-zoom"));
  blocksView.redraw = onWidth(byId("blocks-chart"), (width) =>
    drawBlocks(byId("blocks-chart"), width));
}

function drawMapPanel() {
  const placed = [...validatorNodes, ...run.sovereigns];
  const unplaced = placed.filter((item) => placeOf(item) === null).length;
  if (placed.length === unplaced) {
    byId("map").remove();
    return;
  }
  byId("map-legend").replaceChildren(...mapLegend());
  if (unplaced > 0) byId("map-note").textContent = `${count(unplaced)} without a known place.`;
  onWidth(byId("map-chart"), (width) => drawMap(byId("map-chart"), width));
}

function drawContents() {
  const sections = [...document.querySelectorAll("section[data-title]")];
  byId("contents").replaceChildren(...sections.map((section) =>
    el("a", { href: `#${section.id}` }, section.dataset.title)));
}

setUpTheme();
drawVerdict();
drawFigures();
drawCharts();
expectationsTable();
invariantsTable();
faultsTable();
trafficTables();
sovereignsTable();
nodesTable();
setupTables();
drawContents();
