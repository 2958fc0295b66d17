// One stage: cells, points in the hues of their codes, arrows of the straight-through gradient.

import { makeBackdrop, makeView, trace } from "../em_film/backdrop.js";
import { voronoi } from "./cells.js";
import { pullsOf } from "./steps.js";

const LONGEST = 46; // CSS pixels of an arrow
const mean2 = (a, b, t) => a.map((value, j) => value + t * (b[j] - value));

export function tweened(before, now, part) {
  return part >= 1 || before === now ? now : now.map((value, j) => before[j] + part * (value - before[j]));
}

export function makePlane(canvas, film, side) {
  const c = canvas.getContext("2d");
  const radius = film.N <= 250 ? 5 : film.N <= 600 ? 4 : 3;
  let box, ratio, theme, backdrop;

  function resize(width, height, newRatio, newTheme, reach) {
    [ratio, theme] = [newRatio, newTheme];
    box = makeView({ ...reach, simplex: false, gaussian: true }, width, height);
    backdrop = makeBackdrop({ plane_names: film.names, simplex: false }, box, ratio, theme);
    backdrop.draw(null, false);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }

  // The hue of point i under the shares it had in a state: (r, g, b).
  function ink(state, i) {
    if (side === "hard") return state.index ? theme.hueRgb[state.index[i]] : theme.greyRgb;
    if (!state.owned) return theme.greyRgb;
    const mix = [0, 0, 0];
    for (let k = 0; k < film.K; k++) {
      const share = state.owned[i * film.K + k];
      if (share) theme.hueRgb[k].forEach((value, j) => { mix[j] += share * value; });
    }
    return mix;
  }

  const rgb = (colour, alpha = 1) => `rgb(${colour.map(Math.round).join(" ")} / ${alpha})`;

  function drawCells(codes) {
    const spots = new Float64Array(codes.length);
    for (let k = 0; k < film.K; k++) spots.set(box.toScreen([codes[2 * k], codes[2 * k + 1]]), 2 * k);
    const cells = voronoi(spots, [box.left, box.top, box.right, box.bottom]);
    cells.forEach((corners, k) => {
      if (corners.length < 3) return;
      trace(c, corners);
      c.fillStyle = rgb(theme.hueRgb[k], theme.dark ? 0.2 : 0.13);
      c.fill();
    });
    c.lineWidth = 1.2;
    c.strokeStyle = theme.faintLine;
    for (const corners of cells) {
      if (corners.length < 3) continue;
      trace(c, corners);
      c.stroke();
    }
  }

  // Outlines of the mixture's components, at one and two sigma.
  function drawCircles(codes) {
    const [[x0], [x1]] = [box.toScreen([0, 0]), box.toScreen([film.rules.sigma, 0])];
    for (let k = 0; k < film.K; k++) {
      const spot = box.toScreen([codes[2 * k], codes[2 * k + 1]]);
      for (const [sigmas, width, alpha] of [[1, 2.4, 1], [2, 1.4, 0.7]]) {
        c.beginPath();
        c.arc(...spot, sigmas * Math.abs(x1 - x0), 0, 2 * Math.PI);
        c.lineWidth = width;
        c.strokeStyle = rgb(theme.hueRgb[k], alpha);
        c.stroke();
      }
    }
  }

  function arrow(from, to, colour, width) {
    const far = Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (far < 1.5) return;
    const way = [(to[0] - from[0]) / far, (to[1] - from[1]) / far];
    const head = Math.min(4 + 2 * width, far);
    c.strokeStyle = c.fillStyle = colour;
    c.lineWidth = width;
    c.beginPath();
    c.moveTo(...from);
    c.lineTo(to[0] - way[0] * head * 0.7, to[1] - way[1] * head * 0.7);
    c.stroke();
    c.beginPath();
    c.moveTo(...to);
    c.lineTo(to[0] - head * way[0] + 0.45 * head * way[1], to[1] - head * way[1] - 0.45 * head * way[0]);
    c.lineTo(to[0] - head * way[0] - 0.45 * head * way[1], to[1] - head * way[1] + 0.45 * head * way[0]);
    c.fill();
  }

  // A pull of the plane as an arrow of the screen; long ones are cut.
  function along(from, pull, scale, most = LONGEST) {
    const [x0, y0] = box.toScreen([0, 0]);
    const [x1, y1] = box.toScreen(pull.map((value) => scale * value));
    const [u, v] = [x1 - x0, y1 - y0];
    const far = Math.hypot(u, v);
    const kept = far > most ? most / far : 1;
    return [from[0] + kept * u, from[1] + kept * v];
  }

  function drawArrows(state, z, index, hover) {
    const codes = state.hard.place;
    const scale = film.rules.encoder || 0.1;
    for (let i = 0; i < film.N; i++) {
      const { decoder, commitment } = pullsOf(film.x, z, codes, index, film.rules.beta, i);
      const from = box.toScreen([z[2 * i], z[2 * i + 1]]);
      const sum = decoder.map((value, j) => value + commitment[j]);
      c.globalAlpha = hover < 0 ? 0.75 : 0.25;
      arrow(from, along(from, sum, scale), theme.ink, 1.2);
    }
    c.globalAlpha = 1;
  }

  // One point's gradient, taken apart: at the code, copied to the point, and what is added there.
  function drawExplained(state, z, index, i) {
    const codes = state.hard.place;
    const k = index[i];
    const { decoder, commitment } = pullsOf(film.x, z, codes, index, film.rules.beta, i);
    const point = box.toScreen([z[2 * i], z[2 * i + 1]]);
    const code = box.toScreen([codes[2 * k], codes[2 * k + 1]]);
    const scale = film.rules.encoder || 0.1;
    const reach = Math.max(1, 70 / (Math.hypot(...along([0, 0], decoder, scale, 1e9)) || 1));
    const draw = (from, pull, colour, width) =>
      arrow(from, along(from, pull, scale * Math.min(reach, 4), 110), colour, width);
    c.setLineDash([3, 4]);
    c.strokeStyle = theme.soft;
    c.lineWidth = 1.5;
    c.beginPath();
    c.moveTo(...point);
    c.lineTo(...code);
    c.stroke();
    c.setLineDash([]);
    draw(code, decoder, theme.ink, 3);
    draw(point, decoder, theme.ink, 3);
    draw(point, commitment, theme.hues[k], 3);
  }

  // Draws a moment; returns where each code is on the stage (CSS pixels).
  function draw({ now, before, part }, look) {
    const codes = tweened(before[side].place, now[side].place, part);
    const z = tweened(before.z, now.z, part);
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.drawImage(backdrop.layer, 0, 0);
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.save();
    c.beginPath();
    c.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    c.clip();
    if (side === "hard") drawCells(codes);
    if (film.rules.encoder > 0 && side === "hard") drawLeashes(z);
    for (let i = 0; i < film.N; i++) {
      const [x, y] = box.toScreen([z[2 * i], z[2 * i + 1]]);
      const colour = part < 1 ? mean2(ink(before, i), ink(now, i), part) : ink(now, i);
      c.beginPath();
      c.arc(x, y, radius, 0, 2 * Math.PI);
      c.fillStyle = rgb(colour);
      c.fill();
      c.lineWidth = 1;
      c.strokeStyle = theme.halo;
      c.stroke();
    }
    if (side === "soft") drawCircles(codes);
    if (side === "hard" && now.index && part >= 1) {
      if (look.arrows) drawArrows(now, z, now.index, look.hover);
      if (look.hover >= 0) drawExplained(now, z, now.index, look.hover);
    }
    if (look.hover >= 0) ring(box.toScreen([z[2 * look.hover], z[2 * look.hover + 1]]));
    c.restore();
    const keep = (value, low, high) => Math.min(Math.max(value, low), high);
    return Array.from({ length: film.K }, (_, k) => {
      const [x, y] = box.toScreen([codes[2 * k], codes[2 * k + 1]]);
      return [keep(x, 14, box.width - 14), keep(y, 14, box.height - 14)];
    });
  }

  // From each sample to where the encoder has put it.
  function drawLeashes(z) {
    c.strokeStyle = theme.faintLine;
    c.lineWidth = 1;
    c.beginPath();
    for (let i = 0; i < film.N; i++) {
      c.moveTo(...box.toScreen([film.x[2 * i], film.x[2 * i + 1]]));
      c.lineTo(...box.toScreen([z[2 * i], z[2 * i + 1]]));
    }
    c.stroke();
  }

  function ring([x, y]) {
    for (const [width, colour] of [[5, theme.paper], [2, theme.ink]]) {
      c.beginPath();
      c.arc(x, y, radius + 4, 0, 2 * Math.PI);
      c.lineWidth = width;
      c.strokeStyle = colour;
      c.stroke();
    }
  }

  const spotOf = (z, i) => box.toScreen([z[2 * i], z[2 * i + 1]]);

  // The nearest point within reach of a place on the stage, or -1.
  function nearest(z, [x, y], reach = radius + 8) {
    let [best, least] = [-1, reach * reach];
    for (let i = 0; i < film.N; i++) {
      const [px, py] = spotOf(z, i);
      const far = (px - x) ** 2 + (py - y) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }

  return {
    resize, draw, nearest, spotOf,
    toPlane: (spot) => box.toPlane(spot),
    toScreen: (place) => box.toScreen(place),
  };
}
