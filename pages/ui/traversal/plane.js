// The latent plane: the prior's circles, each sample's posterior, and where the walker stands.

import { traceSymbol } from "../em_film/paint.js";

const TURN = 2 * Math.PI;
const EDGE = { left: 36, top: 8, right: 8, bottom: 28 };

export const signed = (value, digits = 2) =>
  (Number(value.toFixed(digits)) === 0 ? 0 : value).toFixed(digits).replace("-", "−");

export const axisName = (axis) => (axis < 0 ? "" : `z${axis + 1}`);

// From the latent square to the stage (CSS pixels) and back.
export function makeBox(width, height, reach) {
  const side = Math.min(width - EDGE.left - EDGE.right, height - EDGE.top - EDGE.bottom);
  const scale = side / (2 * reach);
  const [x, y] = [EDGE.left + side / 2, EDGE.top + side / 2];
  return {
    side, scale, left: EDGE.left, top: EDGE.top, right: EDGE.left + side,
    bottom: EDGE.top + side, x, y,
    toScreen: ([u, v]) => [x + u * scale, y - v * scale],
    toPlace: ([a, b]) => [(a - x) / scale, (y - b) / scale],
  };
}

export function sized(canvas, { width, height, ratio }) {
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return pen;
}

export function drawFrame(c, box, space, theme, grid = true) {
  const step = [0.5, 1, 2, 5, 10, 20, 50].find((each) => space.reach / each <= 4) || space.reach;
  const last = Math.floor(space.reach / step + 1e-9);
  c.font = `13px ${theme.font}`;
  c.lineWidth = 1;
  for (let k = -last; k <= last; k++) {
    const [x, y] = box.toScreen([k * step, k * step]).map((value) => Math.round(value) + 0.5);
    c.strokeStyle = k ? theme.faint : theme.faintLine;
    c.beginPath();
    if (grid) {
      c.moveTo(x, box.top);
      c.lineTo(x, box.bottom);
      c.moveTo(box.left, y);
      c.lineTo(box.right, y);
    }
    c.stroke();
    c.fillStyle = theme.soft;
    c.textAlign = "center";
    c.textBaseline = "top";
    c.fillText(signed(k * step, step < 1 ? 1 : 0), x, box.bottom + 7);
    c.textAlign = "right";
    c.textBaseline = "middle";
    if (space.axes[1] >= 0) c.fillText(signed(k * step, step < 1 ? 1 : 0), box.left - 6, y);
  }
}

export function nameAxes(c, box, space, theme) {
  c.font = `600 14px ${theme.font}`;
  const write = (text, x, y, align, base) => {
    c.textAlign = align;
    c.textBaseline = base;
    c.lineWidth = 4;
    c.strokeStyle = theme.halo;
    c.strokeText(text, x, y);
    c.fillStyle = theme.ink;
    c.fillText(text, x, y);
  };
  write(axisName(space.axes[0]), box.right - 6, box.bottom - 5, "right", "bottom");
  write(axisName(space.axes[1]), box.left + 7, box.top + 5, "left", "top");
}

// Circles of the prior at one, two and three standard deviations.
export function drawPrior(c, box, theme) {
  for (const sd of [1, 2, 3]) {
    c.beginPath();
    c.arc(box.x, box.y, sd * box.scale, 0, TURN);
    c.setLineDash([]);
    c.lineWidth = 3.5;
    c.strokeStyle = theme.halo;
    c.stroke();
    c.setLineDash(sd === 1 ? [] : [5, 4]);
    c.lineWidth = sd === 1 ? 1.8 : 1.2;
    c.strokeStyle = theme.ink;
    c.stroke();
  }
  c.setLineDash([]);
}

export function drawMarker(c, walk, i, [x, y], theme, size) {
  const klass = walk.y ? walk.y[i] : 0;
  c.fillStyle = theme.hues[klass];
  c.strokeStyle = theme.paper;
  if (walk.classes.length && walk.classes.every((name) => name.length < 3)) {
    c.font = `700 ${2.7 * size}px ${theme.font}`;
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.lineWidth = 2.5;
    c.strokeText(walk.classes[klass], x, y);
    c.fillText(walk.classes[klass], x, y);
    return;
  }
  c.save();
  c.translate(x, y);
  traceSymbol(c, walk.symbols[klass], size);
  c.lineWidth = 1;
  c.stroke();
  c.fill();
  c.restore();
}

export function drawWalker(c, box, space, theme) {
  const [x, y] = box.toScreen(space.place());
  const r = Math.min(9, Math.max(5, box.side / 40));
  for (const [width, colour] of [[6, theme.paper], [2.2, theme.ink]]) {
    c.lineWidth = width;
    c.strokeStyle = colour;
    c.beginPath();
    c.arc(x, y, r, 0, TURN);
    for (const [a, b] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      c.moveTo(x + r * a, y + r * b);
      c.lineTo(x + 1.9 * r * a, y + 1.9 * r * b);
    }
    c.stroke();
  }
}

export function makePlane(canvas) {
  const under = document.createElement("canvas");
  let walk, space, box, size, theme;

  function lay(view) {
    ({ walk, space, size, theme } = view);
    box = makeBox(size.width, size.height, space.reach);
    const c = sized(under, size);
    c.fillStyle = theme.paper;
    c.fillRect(0, 0, size.width, size.height);
    drawFrame(c, box, space, theme);
    c.save();
    c.beginPath();
    c.rect(box.left, box.top, box.side, box.side);
    c.clip();
    if (view.ellipses) drawEllipses(c);
    const radius = Math.min(walk.n > 250 ? 4.4 : 5.4, Math.max(3, box.side / 70));
    for (let i = 0; i < walk.n; i++) drawMarker(c, walk, i, spotOf(i), theme, radius);
    drawPrior(c, box, theme);
    c.restore();
    nameAxes(c, box, space, theme);
  }

  function drawEllipses(c) {
    c.lineWidth = 1;
    for (let i = 0; i < walk.n; i++) {
      const { sd } = space.sample(i);
      const [x, y] = spotOf(i);
      c.beginPath();
      c.ellipse(x, y, sd[0] * box.scale, Math.max(sd[1] * box.scale, 1), 0, 0, TURN);
      c.fillStyle = c.strokeStyle = theme.hues[walk.y ? walk.y[i] : 0];
      c.globalAlpha = 0.05;
      c.fill();
      c.globalAlpha = 0.35;
      c.stroke();
    }
    c.globalAlpha = 1;
  }

  const spotOf = (i) => box.toScreen(space.sample(i).mean);

  function draw() {
    const c = sized(canvas, size);
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.drawImage(under, 0, 0);
    c.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
    drawWalker(c, box, space, theme);
  }

  // The sample nearest to a place on the stage, within reach pixels, or -1.
  function nearest([x, y], reach) {
    let best = -1;
    let least = reach * reach;
    for (let i = 0; i < walk.n; i++) {
      const [a, b] = spotOf(i);
      const far = (a - x) ** 2 + (b - y) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }

  return { lay, draw, nearest, spotOf, get box() { return box; } };
}
