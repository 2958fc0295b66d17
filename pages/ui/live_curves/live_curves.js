// Small panels of lines; every call redraws the paths in place, nothing is mounted anew.

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 130;
const EDGE = { left: 46, right: 6, top: 8, bottom: 20 };

const element = (name, attributes = {}, text = "") => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
};

const said = (value) => {
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(1)
    : size >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
  return text.replaceAll("-", "−");
};

// The values drawn: without the few outliers of the first steps, so that the rest can be seen.
function span(panel) {
  const values = panel.lines.flatMap((line) => line.y).filter((y) => !panel.log || y > 0);
  if (!values.length) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  const wide = at(0.98) - at(0.02) || Math.abs(at(0.5)) * 0.1 || 1;
  const low = Math.max(sorted[0], at(0.02) - wide);
  const high = Math.min(sorted[sorted.length - 1], at(0.98) + wide);
  return high > low ? [low, high] : [low - wide / 2, high + wide / 2];
}

function drawPanel(figure, panel, steps) {
  const svg = figure.querySelector("svg");
  const width = Math.max(figure.clientWidth, 120);
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  const range = span(panel);
  figure.querySelector(".title").textContent = panel.title;
  const now = figure.querySelector(".now");
  now.replaceChildren();
  const words = [];
  for (const line of panel.lines) {
    if (!line.y.length) continue;
    const several = panel.lines.length > 1 ? `${line.name} ` : "";
    const text = `${several}${said(line.y[line.y.length - 1])}${panel.unit ? ` ${panel.unit}` : ""}`;
    const one = document.createElement("span");
    one.textContent = text;
    if (line.hue) {
      one.style.borderBottom = `3px solid ${line.hue}`;
    }
    now.append(one, " ");
    words.push(text);
  }
  svg.setAttribute("aria-label", `${panel.title}: ${words.join(", ") || "nothing yet"}`);
  svg.replaceChildren();
  if (!range) return;
  const scale = panel.log ? Math.log10 : (value) => value;
  const [low, high] = range.map(scale);
  const bottom = HEIGHT - EDGE.bottom;
  const x = (step) => EDGE.left + ((width - EDGE.left - EDGE.right) * step) / steps;
  const y = (value) => {
    const share = (scale(value) - low) / (high - low || 1);
    return bottom - (bottom - EDGE.top) * Math.min(Math.max(share, 0), 1);
  };
  for (const value of range) {
    svg.append(element("line", { class: "rule", x1: EDGE.left, x2: width - EDGE.right, y1: y(value), y2: y(value) }));
    svg.append(element("text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }, said(value)));
  }
  svg.append(element("text", { x: EDGE.left, y: HEIGHT - 4 }, "0"));
  svg.append(element("text", { x: width - EDGE.right, y: HEIGHT - 4, "text-anchor": "end" }, `step ${steps.toLocaleString("en")}`));
  for (const line of panel.lines) {
    const points = line.x.map((step, i) => [step, line.y[i]]).filter(([, v]) => !panel.log || v > 0);
    const d = points.map(([step, v], i) => `${i ? "L" : "M"}${x(step).toFixed(1)} ${y(v).toFixed(1)}`);
    const path = element("path", { d: d.join("") });
    if (line.hue) path.style.stroke = line.hue;
    svg.append(path);
  }
}

function draw(root) {
  const { panels, steps } = root.liveCurves;
  while (root.children.length > panels.length) root.lastChild.remove();
  while (root.children.length < panels.length) {
    const figure = document.createElement("figure");
    figure.innerHTML = '<figcaption><span class="title"></span><span class="now"></span></figcaption>';
    figure.append(element("svg", { role: "img" }));
    root.append(figure);
  }
  panels.forEach((panel, i) => drawPanel(root.children[i], panel, steps));
}

const watches = new WeakMap();

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".live-curves");
  root.liveCurves = data;
  draw(root);
  if (!watches.has(root)) {
    const watch = new ResizeObserver(() => draw(root));
    watch.observe(root);
    watches.set(root, watch);
  }
  return () => {};
}
