// Tables: plain ones, and ones that a click on a heading sorts.

// A column: {name, value(row), show(row), number, class}. `value` is what it sorts by, `show` the
// cell's content; without `show` it is the value.
function drawTable(container, columns, rows, options = {}) {
  const target = typeof container === "string" ? byId(container) : container;
  if (rows.length === 0) {
    target.replaceChildren(el("p", { class: "empty" }, options.empty ?? "None."));
    return;
  }
  const body = el("tbody");
  const show = (ordered) => body.replaceChildren(...ordered.map((row) =>
    el("tr", {}, columns.map((column) => cell(column, row)))));
  const heads = columns.map((column) => head(column, options.sortable));
  if (options.sortable) makeSortable(columns, heads, rows, show, options.sortedBy);
  else show(rows);
  if (rows.length > 24) target.classList.add("tall");
  if (rows.length > 24 || columns.length > 5) {
    fill(target, { tabindex: 0, role: "region", "aria-label": options.label ?? "Table" }, []);
  }
  target.replaceChildren(el("table", { class: "data" },
    options.headless ? null : el("thead", {}, el("tr", {}, heads)), body));
}

function cell(column, row) {
  const content = column.show ? column.show(row) : column.value(row);
  const classes = column.number ? "number" : column.class ?? null;
  return el("td", { class: classes }, content ?? DASH);
}

function head(column, sortable) {
  const classes = column.number ? "number" : null;
  if (!sortable) return el("th", { scope: "col", class: classes }, column.name);
  return el("th", { scope: "col", class: classes },
    el("button", { type: "button" }, column.name));
}

// Digits inside names count as numbers: validator-9 stands before validator-10.
const collator = new Intl.Collator("en", { numeric: true });

function compare(a, b) {
  const isNothing = (value) => value === null || value === undefined;
  if (isNothing(a) || isNothing(b)) return Number(isNothing(a)) - Number(isNothing(b));
  if (typeof a === "bigint" || typeof a === "number") return a < b ? -1 : a > b ? 1 : 0;
  return collator.compare(String(a), String(b));
}

function makeSortable(columns, heads, rows, show, sortedBy) {
  let state = { index: -1, down: false };
  const sort = (index, down) => {
    state = { index, down };
    const { value } = columns[index];
    const sign = down ? -1 : 1;
    show([...rows].sort((a, b) => sign * compare(value(a), value(b))));
    heads.forEach((one, i) => {
      if (i === index) one.setAttribute("aria-sort", down ? "descending" : "ascending");
      else one.removeAttribute("aria-sort");
    });
  };
  heads.forEach((one, index) => one.firstChild.addEventListener("click", () => {
    const first = Boolean(columns[index].number);  // numbers: greatest first
    sort(index, state.index === index ? !state.down : first);
  }));
  const start = columns.findIndex((column) => column.name === sortedBy);
  if (start >= 0) sort(start, Boolean(columns[start].number));
  else show(rows);
}

const column = (name, value, show) => ({ name, value, show });
const numbers = (name, value, show = (row) => count(value(row))) =>
  ({ name, value, show, number: true });

function meter(part) {
  return [el("span", { class: "meter", "aria-hidden": "true" },
    el("i", { style: `width:${clamp(part * 100, 0, 100).toFixed(1)}%` })),
  el("span", { class: "metered" }, percent(part))];
}

const state = (kind, sign, words) =>
  el("span", { class: `state ${kind}` }, `${sign}\u2002${words}`);

function pairs(object, name, valueName, target, empty) {
  const rows = Object.entries(object).map(([key, value]) => ({ key, value }))
    .sort((a, b) => b.value - a.value);
  drawTable(target, [column(name, (row) => row.key), numbers(valueName, (row) => row.value)], rows,
    { sortable: rows.length > 3, sortedBy: valueName, empty });
}

// --- the tables of the page --------------------------------------------------------------------

function latencyTable() {
  const names = [["p50", "p50"], ["p90", "p90"], ["p99", "p99"], ["p99.9", "p999"], ["max", "max"],
    ["mean", "mean"]];
  const rows = [["End to end", run.latency_ms], ["Consensus", run.consensus_latency_ms]]
    .map(([name, stats]) => ({ name, stats }));
  drawTable("latency-table", [
    column("", (row) => row.name),
    ...names.map(([title, key]) => numbers(title, (row) => row.stats[key],
      (row) => (row.stats.count === 0 ? DASH : milliseconds(row.stats[key])))),
    numbers("samples", (row) => row.stats.count),
  ], rows, { label: "Latency" });
}

function expectationsTable() {
  const rows = [...run.expectations].sort((a, b) => Number(a.held) - Number(b.held));
  drawTable("expectations-table", [
    { ...column("", (row) => row.held, (row) => (row.held ? state("good", "\u2713", "held")
      : state("bad", "\u2717", "failed"))), class: "tight" },
    column("expected", (row) => row.text, (row) => el("code", {}, row.text)),
    numbers("actual", (row) => row.actual, (row) => number(row.actual)),
  ], rows, { empty: "The scenario expects nothing." });
}

function invariantState({ name, checked, violated }) {
  const expected = run.expected_violations.includes(name);
  if (violated > 0) {
    return expected ? state("good", "\u2713", "violated, as expected")
      : state("bad", "\u2717", "violated");
  }
  if (checked === 0) {
    if (expected) return state("bad", "\u2717", "never checked, expected broken");
    return run.unchecked.includes(name) ? state("bad", "\u2717", "never checked")
      : state("warning", DASH, "never checked");
  }
  if (expected) return state("bad", "\u2717", "held, expected broken");
  return state("good", "\u2713", "held");
}

function invariantsTable() {
  const rows = Object.entries(run.invariants).map(([name, value]) => ({ name, ...value }));
  rows.sort((a, b) => Number(b.violated > 0) - Number(a.violated > 0));
  drawTable("invariants-table", [
    { ...column("", (row) => row.violated, invariantState), class: "tight" },
    { ...column("invariant", (row) => row.name, (row) => [el("strong", {}, row.name),
      el("div", { class: "soft" }, row.meaning), row.examples.length > 0
        ? el("ul", {}, row.examples.map((one) => el("li", {}, one))) : null].filter(Boolean)),
    class: "break" },
    numbers("checked", (row) => row.checked), numbers("violated", (row) => row.violated),
  ], rows, { empty: "No invariant was checked." });
}

function faultsTable() {
  const rows = run.faults.map((fault, i) => ({ ...fault, index: i + 1 }));
  drawTable("faults-table", [
    numbers("#", (row) => row.index),
    numbers("from", (row) => row.at_s, (row) => atSecond(row.at_s)),
    numbers("to", (row) => row.until_s, (row) => (row.until_s === null ? DASH
      : atSecond(row.until_s))),
    { ...column("fault", (row) => row.text), class: "break" },
    column("kind", (row) => row.kind),
    numbers("affected", (row) => row.affected, (row) => (row.affected === 0
      ? el("span", { class: "state warning" }, "touched nothing") : count(row.affected))),
    numbers("next commit after", (row) => row.recovery_ms, (row) => (row.recovery_ms === null
      ? el("span", { class: "state bad" }, "none") : milliseconds(row.recovery_ms))),
  ], rows, { sortable: rows.length > 1, label: "Faults", empty: "Nothing went wrong on purpose." });
}

function trafficTables() {
  const total = run.bytes || 1;
  const rows = Object.entries(run.packets_by_kind).map(([kind, value]) => ({ kind, ...value }));
  drawTable("packets-table", [
    column("kind", (row) => row.kind), numbers("packets", (row) => row.count),
    numbers("bytes", (row) => row.bytes, (row) => bytes(row.bytes)),
    numbers("part of bytes", (row) => row.bytes / total, (row) => meter(row.bytes / total)),
  ], rows, { sortable: true, sortedBy: "bytes" });
  pairs(run.packets_dropped, "cause", "packets", "dropped-table", "No packet was dropped.");
  pairs(run.transactions.by_kind, "kind", "transactions", "kinds-table");
  pairs(run.transactions.rejections, "reason", "transactions", "rejections-table",
    "No transaction was rejected.");
}

function sovereignsTable() {
  const sovereigns = byId("sovereigns");
  if (run.sovereigns.length === 0) {
    sovereigns.remove();
    return;
  }
  drawTable("sovereigns-table", [
    { ...column("name", (row) => row.name, (row) => [el("strong", {}, row.name),
      row.idea ? el("div", { class: "soft" }, row.idea) : null].filter(Boolean)), class: "break" },
    column("place", (row) => row.place),
    { ...column("region", (row) => row.region), class: "line" },
    numbers("id", (row) => row.id || null, (row) => (row.id === 0
      ? el("span", { class: "state warning" }, "not registered") : count(row.id))),
    numbers("members", (row) => row.members),
    numbers("missions", (row) => row.missions_completed, (row) =>
      [count(row.missions_completed), row.missions_open > 0
        ? el("span", { class: "soft" }, ` + ${count(row.missions_open)} open`) : null]
        .filter(Boolean)),
    numbers("credentials", (row) => row.credentials), numbers("assets", (row) => row.assets),
    numbers("treasury", (row) => BigInt(/^\d+$/.test(row.treasury) ? row.treasury : 0), (row) =>
      row.treasury.replace(/\B(?=(\d{3})+$)/g, NARROW)),
  ], run.sovereigns, { sortable: true, sortedBy: "members", label: "Sovereigns" });
}

function nodesTable() {
  drawTable("nodes-table", [
    column("name", (row) => row.name), column("kind", (row) => row.kind),
    { ...column("region", (row) => row.region), class: "line" },
    column("behaviour", (row) => (row.down ? "down" : row.behaviour), (row) => (row.down
      ? state("bad", "\u25cf", "down") : row.behaviour === "honest" ? "honest"
        : state("warning", "\u25c6", row.behaviour))),
    numbers("stake", (row) => row.stake, (row) => (row.stake === 0 ? DASH : count(row.stake))),
    numbers("height", (row) => row.height), numbers("view", (row) => row.view),
    numbers("busy", (row) => row.busy, (row) => meter(row.busy)),
    numbers("packets sent", (row) => row.packets_sent),
    numbers("bytes sent", (row) => row.bytes_sent, (row) => bytes(row.bytes_sent)),
  ], run.nodes, { sortable: true, label: "Nodes" });
  if (page.contributors.length === 0) return;
  const total = sum(page.contributors, (group) => group.count);
  const table = el("div", { class: "table" });
  byId("contributors").append(el("h3", {}, `${plural(total, "contributor")}, by region`), table);
  drawTable(table, [
    column("region", (row) => regionName(row.region)),
    numbers("contributors", (row) => row.count),
    numbers("down", (row) => row.down),
    numbers("busy, mean", (row) => row.busy, (row) => meter(row.busy)),
    numbers("packets sent", (row) => row.packets_sent),
    numbers("bytes sent", (row) => row.bytes_sent, (row) => bytes(row.bytes_sent)),
  ], page.contributors, { sortable: true, sortedBy: "contributors", label: "Contributors" });
}

function setupTables() {
  const rows = [
    ["scenario file", run.scenario_file], ["mode", run.mode], ["seed", page.seed],
    ["digest", run.digest], ["commit", run.commit], ["build", run.build],
    ["protocol", run.protocol], ["validators", count(run.validators)],
    ["latency matrix", run.matrix], ["calibration", run.calibration],
    ["virtual time", seconds(run.virtual_seconds)],
    ["load", run.load],
    ["load stops at", seconds(run.load_stop_seconds)],
    ["wall time", seconds(run.wall_seconds)], ["events", count(run.events)],
    ["events per second", count(run.events_per_second)],
    ["signature checks", `${count(run.signatures.computed)} computed, ` +
      `${count(run.signatures.remembered)} remembered`],
    ["state proofs checked", count(run.proofs_verified)],
  ].filter(([, value]) => value);
  drawTable("context-table", [
    { ...column("", ([name]) => name, ([name]) => el("span", { class: "soft" }, name)),
      class: "tight" },
    { ...column("", ([, value]) => value), class: "break" },
  ], rows, { headless: true });
  const parameters = Object.entries(run.parameters).map(([key, value]) => ({ key, value }));
  drawTable("parameters-table", [
    column("parameter", (row) => row.key, (row) => el("code", {}, row.key)),
    numbers("value", (row) => row.value),
  ], parameters, { empty: "The protocol has none." });
  pairs(run.probes, "probe", "count", "probes-table", "The protocol counted nothing.");
}
