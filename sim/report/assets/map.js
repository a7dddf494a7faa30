// The world map: validators as diamonds sized by stake, sovereigns as circles sized by members.

const MAP_NORTH = 84;
const MAP_SOUTH = -57;

// The Natural Earth projection of T. Patterson and B. Savric, 2011: a polynomial of the latitude.
function naturalEarth(latitude, longitude) {
  const phi = (latitude * Math.PI) / 180;
  const lambda = (longitude * Math.PI) / 180;
  const p2 = phi * phi;
  const p4 = p2 * p2;
  return [
    lambda * (0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4))),
    phi * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4))),
  ];
}

function projection(width) {
  const [east] = naturalEarth(0, 180);
  const [, north] = naturalEarth(MAP_NORTH, 0);
  const [, south] = naturalEarth(MAP_SOUTH, 0);
  const scale = (width - 4) / (2 * east);
  const project = (latitude, longitude) => {
    const [x, y] = naturalEarth(latitude, longitude);
    return [width / 2 + x * scale, 2 + (north - y) * scale];
  };
  return { project, height: Math.ceil((north - south) * scale + 4) };
}

const pathOf = (points, project) =>
  `M${points.map(([lon, lat]) => project(lat, lon).map((v) => v.toFixed(1)).join(" ")).join("L")}`;
const shape = (line) => line.split(" ").map((pair) => pair.split(",").map(Number));

function meridian(longitude) {
  const points = [];
  for (let lat = MAP_SOUTH; lat <= MAP_NORTH; lat += 3) points.push([longitude, lat]);
  return points;
}

function drawWorld(root, project) {
  const rim = [...meridian(-180), ...meridian(180).reverse()];
  root.append(svg("path", { class: "sea", d: `${pathOf(rim, project)}Z` }));
  let lines = "";
  for (let lon = -150; lon < 180; lon += 30) lines += pathOf(meridian(lon), project);
  for (let lat = -30; lat <= 60; lat += 30) lines += pathOf([[-180, lat], [180, lat]], project);
  root.append(svg("path", { class: "graticule", d: lines }));
  const shapes = (list) => list.map((line) => `${pathOf(shape(line), project)}Z`).join("");
  root.append(svg("path", { class: "land", d: shapes(LAND) }),
    svg("path", { class: "lake", d: shapes(LAKES) }));
}

// --- what is on the map ------------------------------------------------------------------------

function placeOf(item) {
  if (item.latitude !== null && item.longitude !== null) return [item.latitude, item.longitude];
  const place = page.places[item.region];
  return place ? [place.latitude, place.longitude] : null;
}

function validatorMarks(project, scale) {
  const most = Math.max(1, ...validatorNodes.map((node) => node.stake));
  return validatorNodes.filter(placeOf).map((node, i) => {
    const [x, y] = project(...placeOf(node));
    return {
      kind: "validator", node, index: i, x, y, homeX: x, homeY: y, place: node.region,
      radius: (4.2 + 3.8 * Math.sqrt(node.stake / most)) * scale,
    };
  });
}

// A community without one place stands on a ring around its region, with a dashed edge.
function sovereignMarks(project, scale) {
  const most = Math.max(1, ...run.sovereigns.map((one) => one.members));
  const spread = {};
  return run.sovereigns.filter(placeOf).map((sovereign) => {
    let [x, y] = project(...placeOf(sovereign));
    const isSpread = sovereign.latitude === null || sovereign.longitude === null;
    if (isSpread) {
      const turn = (spread[sovereign.region] = (spread[sovereign.region] ?? -1) + 1);
      x += Math.cos(turn * 2.4 - 0.6) * 30 * scale;
      y += Math.sin(turn * 2.4 - 0.6) * 30 * scale;
    }
    return {
      kind: "sovereign", sovereign, isSpread, x, y, homeX: x, homeY: y,
      radius: (3.4 + 9.6 * Math.sqrt(sovereign.members / most)) * scale,
    };
  });
}

// Pushes marks apart until they hardly touch, and pulls each a little to its home.
function settle(marks, width, height) {
  for (let round = 0; round < 160; round += 1) {
    marks.forEach((a, i) => {
      for (const b of marks.slice(i + 1)) {
        const wish = a.radius + b.radius + 1.5;
        let dx = b.x - a.x;
        let dy = b.y - a.y;
        const away = Math.hypot(dx, dy);
        if (away >= wish) continue;
        if (away < 0.01) {
          dx = Math.cos(i * 2.4);
          dy = Math.sin(i * 2.4);
        }
        const push = ((wish - away) / 2) / (Math.hypot(dx, dy) || 1);
        a.x -= dx * push;
        a.y -= dy * push;
        b.x += dx * push;
        b.y += dy * push;
      }
    });
    for (const mark of marks) {
      mark.x = clamp(mark.x + (mark.homeX - mark.x) * 0.04, mark.radius, width - mark.radius);
      mark.y = clamp(mark.y + (mark.homeY - mark.y) * 0.04, mark.radius, height - mark.radius);
    }
  }
}

const diamond = ({ x, y, radius: r }) =>
  `M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z`;

function drawMark(root, mark) {
  const moved = Math.hypot(mark.x - mark.homeX, mark.y - mark.homeY);
  if (mark.kind === "sovereign" && !mark.isSpread && moved > mark.radius + 3) {
    root.append(svg("line", {
      class: "leader-line", x1: mark.homeX, y1: mark.homeY, x2: mark.x, y2: mark.y,
    }));
  }
  if (mark.kind === "validator") {
    const state = mark.node.down ? " down" : mark.node.behaviour !== "honest" ? " byzantine" : "";
    mark.shape = svg("path", { class: `validator${state}`, d: diamond(mark) });
  } else {
    const state = (mark.isSpread ? " spread" : "") + (mark.sovereign.id === 0 ? " unborn" : "");
    mark.shape = svg("circle", {
      class: `sovereign${state}`, cx: mark.x, cy: mark.y, r: mark.radius,
    });
  }
  root.append(mark.shape);
}

// --- labels ------------------------------------------------------------------------------------

const overlaps = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

// Eight places around the mark for a label of this size, `away` from its edge.
function spotsAround({ x, y, radius }, w, h, away) {
  const side = radius + away;
  const slant = side * 0.75;
  return [
    { x: x + side, y: y - h / 2, anchor: "start" },
    { x: x - side - w, y: y - h / 2, anchor: "end" },
    { x: x - w / 2, y: y - side - h + 2, anchor: "middle" },
    { x: x - w / 2, y: y + side, anchor: "middle" },
    { x: x + slant, y: y - slant - h + 2, anchor: "start" },
    { x: x + slant, y: y + slant - 2, anchor: "start" },
    { x: x - slant - w, y: y - slant - h + 2, anchor: "end" },
    { x: x - slant - w, y: y + slant - 2, anchor: "end" },
  ].map((spot) => ({ ...spot, w, h }));
}

// Puts the label where it touches nothing, if there is such a place; says whether there was. A
// label that is not right beside its mark gets a line to it.
function putLabel(root, mark, taken, area, away) {
  const isRegion = mark.kind === "validator";
  const label = isRegion ? page.places[mark.place]?.name ?? mark.place : mark.sovereign.name;
  const w = label.length * (isRegion ? 6.7 : 6) + 4;
  const free = spotsAround(mark, w, 13, away).find((spot) =>
    spot.x > 0 && spot.x + w < area.width && spot.y > 0 && spot.y + 13 < area.height &&
    !taken.some((other) => overlaps(spot, other)));
  if (!free) return false;
  taken.push(free);
  const start = { start: free.x + 2, middle: free.x + w / 2, end: free.x + w - 2 }[free.anchor];
  if (away > 4) {
    const edge = clamp(mark.y, free.y + 2, free.y + 12);
    const near = clamp(mark.x, free.x + 2, free.x + w - 2);
    const length = Math.hypot(near - mark.x, edge - mark.y);
    root.append(svg("line", {
      class: "leader-line", x1: near, y1: edge,
      x2: mark.x + ((near - mark.x) * mark.radius) / length,
      y2: mark.y + ((edge - mark.y) * mark.radius) / length,
    }));
  }
  root.append(text(start, free.y + 10, label,
    { class: isRegion ? "place region" : "place", "text-anchor": free.anchor }));
  return true;
}

// One name for the validators of a region, and every sovereign's, as far as there is room: close
// places are dealt out before distant ones, so that a label is not mistaken for a neighbour's.
function putLabels(root, marks, area) {
  const taken = marks.map(({ x, y, radius: r }) => ({ x: x - r, y: y - r, w: 2 * r, h: 2 * r }));
  const named = new Set();
  const regions = marks.filter((mark) => {
    const isFirst = mark.kind === "validator" && !named.has(mark.place);
    if (isFirst) named.add(mark.place);
    return isFirst;
  });
  const sovereigns = marks.filter((mark) => mark.kind === "sovereign")
    .sort((a, b) => b.sovereign.members - a.sovereign.members);
  let waiting = [...regions, ...sovereigns];
  for (const away of [2, 12, 24]) {
    waiting = waiting.filter((mark) => !putLabel(root, mark, taken, area, away));
  }
}

// --- hover and keys ----------------------------------------------------------------------------

function markText(mark) {
  if (mark.kind === "validator") {
    const { node } = mark;
    return [node.name, [
      ["region", regionName(node.region)], ["stake", count(node.stake)],
      ["behaviour", node.behaviour], ["height", count(node.height)], ["view", count(node.view)],
      ["busy", percent(node.busy)], ["sent", bytes(node.bytes_sent)],
      node.down ? ["state", "down at the end"] : null,
    ]];
  }
  const { sovereign } = mark;
  return [sovereign.name, [
    sovereign.idea ? ["idea", sovereign.idea] : null,
    ["place", sovereign.place || "distributed"], ["region", regionName(sovereign.region)],
    sovereign.id === 0 ? ["state", "not registered"] : null,
    ["members", count(sovereign.members)],
    ["missions", `${count(sovereign.missions_completed)} completed, ` +
      `${count(sovereign.missions_open)} open`],
    ["credentials", count(sovereign.credentials)], ["treasury", sovereign.treasury],
  ]];
}

function addMarkPicker(chart, marks) {
  let picked = -1;
  const pick = (index, aloud) => {
    if (picked >= 0) marks[picked].shape.classList.remove("picked");
    picked = index;
    if (index < 0) return hideTip();
    const mark = marks[index];
    mark.shape.classList.add("picked");
    const area = chart.root.getBoundingClientRect();
    const scale = area.width / chart.width;
    showTip(area.left + mark.x * scale, area.top + mark.y * scale, ...markText(mark));
    if (aloud) say(...markText(mark));
  };
  const nearest = (event) => {
    const area = chart.root.getBoundingClientRect();
    const scale = chart.width / area.width;
    const px = (event.clientX - area.left) * scale;
    const py = (event.clientY - area.top) * scale;
    let best = { index: -1, away: 10 };
    marks.forEach((mark, index) => {
      const away = Math.hypot(mark.x - px, mark.y - py) - mark.radius;
      if (away < best.away) best = { index, away };
    });
    return best.index;
  };
  for (const name of ["pointermove", "pointerdown"]) {
    chart.root.addEventListener(name, (event) => pick(nearest(event), false));
  }
  chart.root.addEventListener("pointerleave", () => pick(-1, false));
  chart.root.addEventListener("blur", () => pick(-1, false));
  chart.root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") pick(-1, false);
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!way || marks.length === 0) return;
    event.preventDefault();
    pick((picked + way + marks.length) % marks.length, true);
  });
}

function drawMap(container, width) {
  const { project, height } = projection(width);
  const chart = frame(container, "Map of validators and sovereigns; arrow keys go through them",
    width, height, { left: 0, right: 0, top: 0, bottom: 0 });
  drawWorld(chart.root, project);
  const scale = clamp(width / 1080, 0.5, 1);
  const marks = [...sovereignMarks(project, scale), ...validatorMarks(project, scale)];
  settle(marks, width, height);
  for (const mark of marks) drawMark(chart.root, mark);
  if (width >= 700) putLabels(chart.root, marks, { width, height });
  addMarkPicker(chart, marks);
}

function mapLegend() {
  const mark = (attributes) => svg("circle", { cx: 9, cy: 6, r: 5, ...attributes });
  const items = [];
  if (validatorNodes.length > 0) {
    items.push(legendItem(svg("path", { class: "validator",
      d: diamond({ x: 9, y: 6, radius: 6 }) }), "validator, by stake"));
  }
  if (validatorNodes.some((node) => node.down || node.behaviour !== "honest")) {
    items.push(legendItem(svg("path", { class: "validator down",
      d: diamond({ x: 9, y: 6, radius: 6 }) }), "down or Byzantine"));
  }
  if (run.sovereigns.length > 0) {
    items.push(legendItem(mark({ class: "sovereign" }), "sovereign, by members"));
  }
  if (run.sovereigns.some((one) => one.latitude === null)) {
    items.push(legendItem(mark({ class: "sovereign spread" }), "distributed, around its region"));
  }
  return items;
}
