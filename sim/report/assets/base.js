"use strict";
// What every part of the page uses: the data, elements, numbers as text, the tip, the theme.

const { report: run, page } = JSON.parse(document.getElementById("run-data").textContent);
const SVG_NAMESPACE = document.getElementById("brand-mark").namespaceURI;
const COLOURS = 8;

const byId = (id) => document.getElementById(id);

// --- elements ----------------------------------------------------------------------------------

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) element.append(child);
  }
  return element;
}

// Texts go in as text nodes, so that no name in a report can become markup.
const el = (name, attributes, ...children) =>
  fill(document.createElement(name), attributes, children);
const svg = (name, attributes, ...children) =>
  fill(document.createElementNS(SVG_NAMESPACE, name), attributes, children);

const colour = (index) => `var(--c${index % COLOURS})`;
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const sum = (items, value) => items.reduce((total, item) => total + value(item), 0);

// --- numbers -----------------------------------------------------------------------------------

const NARROW = "\u202f";
const DASH = "\u2013";

function count(value) {
  return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, NARROW);
}

// Three digits that count.
function digits(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 99.95) return count(value);
  if (size >= 9.995) return value.toFixed(1).replace(/\.0$/, "");
  return value.toFixed(2).replace(/\.?0+$/, "");
}

function scaled(value, unit) {
  const prefixes = ["", "k", "M", "G", "T", "P"];
  let prefix = 0;
  while (Math.abs(value) >= 999.5 && prefix < prefixes.length - 1) {
    value /= 1000;
    prefix += 1;
  }
  return (digits(value) + NARROW + prefixes[prefix] + unit).trimEnd();
}

const bytes = (value) => scaled(value, "B");
const short = (value) => (Math.abs(value) < 10000 ? count(value) : scaled(value, ""));
const percent = (part) => `${digits(part * 100)}${NARROW}%`;

function milliseconds(value) {
  if (value === null || value === undefined) return DASH;
  if (value < 999.5) return `${digits(value)}${NARROW}ms`;
  return seconds(value / 1000);
}

function seconds(value) {
  if (value < 0.9995 && value > 0) return milliseconds(value * 1000);
  if (value < 120) return `${digits(value)}${NARROW}s`;
  const whole = Math.round(value);
  if (whole < 7200) return `${Math.floor(whole / 60)}${NARROW}min ${whole % 60}${NARROW}s`;
  return `${Math.floor(whole / 3600)}${NARROW}h ${Math.floor((whole / 60) % 60)}${NARROW}min`;
}

const atSecond = (value, decimals = 1) => `${value.toFixed(decimals)}${NARROW}s`;
const number = (value) => (value === null ? DASH
  : Number(value.toFixed(3)).toLocaleString("en-GB").replace(/,/g, NARROW));
const plural = (amount, one, many = `${one}s`) => `${count(amount)} ${amount === 1 ? one : many}`;

// --- names -------------------------------------------------------------------------------------

const validatorNodes = run.nodes.filter((node) => node.kind === "validator");
const validatorName = (index) => validatorNodes[index]?.name ?? `validator-${index}`;
const regionName = (region) => {
  const place = page.places[region];
  return place && place.name !== region ? `${place.name} (${region})` : region;
};

// --- the tip and what a screen reader hears ----------------------------------------------------

const tip = byId("tip");

function showTip(x, y, title, rows) {
  const body = el("tbody", {}, rows.filter(Boolean).map(([name, value]) =>
    el("tr", {}, el("td", {}, name), el("td", {}, value))));
  tip.replaceChildren(el("strong", {}, title), el("table", {}, body));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const right = x + 16 + box.width < window.innerWidth - 8;
  const left = right ? x + 16 : x - 16 - box.width;
  tip.style.left = `${clamp(left, 8, Math.max(8, window.innerWidth - box.width - 8))}px`;
  tip.style.top = `${clamp(y + 14, 8, Math.max(8, window.innerHeight - box.height - 8))}px`;
}

const hideTip = () => { tip.hidden = true; };

function say(title, rows) {
  const parts = rows.filter(Boolean).map((row) => row.join(" "));
  byId("live").textContent = [title, ...parts].join(", ");
}

// --- small parts -------------------------------------------------------------------------------

function legendItem(mark, text) {
  return el("span", {}, svg("svg", { viewBox: "0 0 18 12", "aria-hidden": "true" }, mark), text);
}

const legendLine = (index, dashed) => svg("line", {
  x1: 0, x2: 18, y1: 6, y2: 6, stroke: colour(index), "stroke-width": 2.4,
  "stroke-dasharray": dashed ? "5 3" : null,
});
const legendBand = () => [
  svg("rect", { x: 1, y: 0, width: 16, height: 12, class: "fault-band" }),
  svg("line", { x1: 1, x2: 1, y1: 0, y2: 12, class: "fault-edge" }),
];

function icon(passed) {
  const path = passed ? "M5 13.5 10.2 18.5 20 7" : "M6 6 19 19M19 6 6 19";
  return svg("svg", { viewBox: "0 0 25 25", "aria-hidden": "true" }, svg("path", {
    d: path, fill: "none", stroke: "currentColor", "stroke-width": 3.2,
    "stroke-linecap": "round", "stroke-linejoin": "round",
  }));
}

function copyButton(text) {
  const button = el("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    const copied = await copy(text);
    button.textContent = copied ? "Copied" : "Press Ctrl+C";
    setTimeout(() => { button.textContent = "Copy"; }, 1600);
  });
  return button;
}

// A page opened as a file may lack the clipboard's interface; selecting and copying works there.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = el("textarea", { class: "unseen" });
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}

function choice(container, options, picked, pick) {
  const buttons = options.map(([value, text]) => el("button", {
    type: "button", "aria-pressed": String(value === picked),
    onclick: () => {
      buttons.forEach((button, i) =>
        button.setAttribute("aria-pressed", String(options[i][0] === value)));
      pick(value);
    },
  }, text));
  container.replaceChildren(...buttons);
}

// Draws now and whenever the width changes.
function onWidth(container, draw) {
  let width = 0;
  const redraw = () => {
    const now = Math.floor(container.clientWidth);
    if (now > 0 && now !== width) {
      width = now;
      draw(now);
    }
  };
  redraw();
  // In the next frame: a drawing inside the observer may change the height and so call it again.
  new ResizeObserver(() => requestAnimationFrame(redraw)).observe(container);
  return () => draw(width);
}

// --- theme: the system's, until somebody picks one; "#theme=dark" picks one too ------------------

function setUpTheme() {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const button = byId("theme");
  let picked = /theme=(dark|light)/.exec(window.location.hash)?.[1] ?? null;
  const apply = () => {
    const theme = picked ?? (system.matches ? "dark" : "light");
    document.documentElement.dataset.theme = theme;
    button.textContent = theme === "dark" ? "Light" : "Dark";
  };
  button.addEventListener("click", () => {
    picked = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    apply();
  });
  system.addEventListener("change", apply);
  apply();
}
