// One map: the predicted position, what it sees with so many layers, and what it never will.

import { element } from "../em_film/dom.js";
import { css, mixed } from "../em_film/theme.js";
import { sized } from "../player/mount.js";

export const NEVER = 255;

// What a network of `layers` layers sees from position `at`, counted.
export function countsOf({ fields, positions }, at, layers) {
  const row = fields.subarray(at * positions, (at + 1) * positions);
  const [counts, all] = [{ seen: 0, late: 0, blind: 0 }, row.subarray(0, at)];
  for (const depth of all) {
    counts[depth === NEVER ? "blind" : depth <= layers ? "seen" : "late"] += 1;
  }
  return counts;
}

export function makeBoard(stack, rows, columns) {
  const figure = element("figure", "board");
  const canvas = element("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-describedby", "receptive-keys");
  const counts = element("div", "board-counts");
  const kernels = element("div", "kernels");
  const [first, later] = ["first", "later"].map((when) => stack.windows[when].map(
    ([name, mask], i) => kernel(name, mask, when === "first" ? "first layer" : "every later layer", i)));
  kernels.append(...first, ...later);
  figure.append(element("div", "board-title", stack.title), counts, canvas, kernels);
  let cell = 0;

  function draw({ at, layers, u, theme }) {
    const width = figure.getBoundingClientRect().width;
    cell = Math.max(Math.min(Math.floor(width / columns), Math.floor(430 / rows)), 8);
    const c = sized(canvas, cell * columns, cell * rows);
    const row = stack.fields.subarray(at * stack.positions, (at + 1) * stack.positions);
    const box = (i, inset) => [(i % columns) * cell + inset, Math.floor(i / columns) * cell + inset,
      cell - 2 * inset, cell - 2 * inset];
    for (let i = 0; i < rows * columns; i++) {
      c.globalAlpha = 1;
      c.strokeStyle = theme.faint;
      c.lineWidth = 1;
      if (i > at) {
        c.fillStyle = css(mixed(theme.paperRgb, theme.inkRgb, 0.045));
        c.fillRect(...box(i, 1));
      } else if (i === at) {
        c.fillStyle = theme.ink;
        c.fillRect(...box(i, 1));
      } else if (row[i] === NEVER) {
        hatch(c, box(i, 1), theme.hues[1]);
      } else {
        c.strokeRect(...box(i, 1.5));
        if (row[i] <= layers) seen(c, box(i, 1), row[i], layers, u, theme);
        else dot(c, box(i, 1), theme);
      }
    }
  }

  function seen(c, rectangle, depth, layers, u, theme) {
    const age = depth / Math.max(layers, 4);
    c.globalAlpha = depth === layers ? u : 1;
    c.fillStyle = css(mixed(theme.paperRgb, theme.hueRgb[0], 1 - 0.75 * age));
    c.fillRect(...rectangle);
    c.globalAlpha = 1;
  }

  function tell({ at, layers }) {
    const { seen: known, late, blind } = countsOf(stack, at, layers);
    const count = (name, value, words) => {
      const part = element("span", name);
      part.append(element("b", "", `${value}`), ` ${words}`);
      return part;
    };
    counts.replaceChildren(
      count("seen-count", known, `of ${at} seen`),
      count("late-count", late, "not yet"),
      count(blind ? "hidden-count" : "", blind, "in the blind spot"),
    );
    canvas.setAttribute("aria-label", `${stack.title}: ${known} of ${at} seen, ${blind} never`);
    first.forEach((one) => one.classList.toggle("now", layers === 0));
    later.forEach((one) => one.classList.toggle("now", layers > 0));
  }

  // The position under the pointer, or -1.
  function under(event) {
    const edge = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - edge.left, event.clientY - edge.top].map((v) => Math.floor(v / cell));
    return x >= 0 && x < columns && y >= 0 && y < rows ? y * columns + x : -1;
  }

  return { figure, canvas, draw, tell, under };
}

function hatch(c, [x, y, w, h], hue) {
  c.save();
  c.beginPath();
  c.rect(x, y, w, h);
  c.clip();
  c.strokeStyle = hue;
  c.lineWidth = 2;
  c.beginPath();
  for (let d = -h; d < w; d += 7) {
    c.moveTo(x + d, y + h);
    c.lineTo(x + d + h, y);
  }
  c.stroke();
  c.strokeRect(x, y, w, h);
  c.restore();
}

function dot(c, [x, y, w, h], theme) {
  c.fillStyle = theme.soft;
  c.beginPath();
  c.arc(x + w / 2, y + h / 2, Math.max(w * 0.07, 1.5), 0, 2 * Math.PI);
  c.fill();
}

function kernel(name, mask, when) {
  const figure = element("div", "kernel");
  const cells = element("div", "kernel-cells");
  cells.style.gridTemplateColumns = `repeat(${mask.length}, auto)`;
  cells.style.setProperty("--cell", `${Math.max(Math.floor(44 / mask.length), 7)}px`);
  const middle = (mask.length - 1) / 2;
  mask.forEach((line, r) => [...line].forEach((mark, column) => {
    const centre = r === middle && column === middle ? " centre" : "";
    cells.append(element("i", (mark === "#" ? "on" : "off") + centre));
  }));
  const words = element("div", "kernel-words");
  words.append(element("b", "", name), element("br"), element("span", "soft", when));
  figure.append(cells, words);
  return figure;
}
