// Shapes on the screen's plane: means, ellipses, decision lines, contour lines.  Pure functions.

import { meanOf } from "./model.js";

export const TURN = 2 * Math.PI;

// Mean (2,) and covariance [a, b, c] of component k on the plane.
export function planar(film, theta, k) {
  const { D, plane } = film;
  const mean = meanOf(film, theta, k);
  const centre = [0, 0];
  for (let j = 0; j < D; j++) {
    centre[0] += mean[j] * plane[2 * j];
    centre[1] += mean[j] * plane[2 * j + 1];
  }
  if (film.gaussian) return { centre, cov: theta.shape.subarray(k * 3, k * 3 + 3), mean };
  const total = theta.shape.subarray(k * D, (k + 1) * D).reduce((sum, value) => sum + value, 1);
  const cov = [0, 0, 0]; // of a Dirichlet: (diag(m) - m m') / (A + 1)
  for (let j = 0; j < D; j++) {
    const u = plane[2 * j] - centre[0];
    const v = plane[2 * j + 1] - centre[1];
    cov[0] += (mean[j] * u * u) / total;
    cov[1] += (mean[j] * u * v) / total;
    cov[2] += (mean[j] * v * v) / total;
  }
  return { centre, cov, mean };
}

export function ellipse({ centre, cov }, sigmas, corners = 72) {
  const a = Math.sqrt(Math.max(cov[0], 1e-300));
  const b = cov[1] / a;
  const c = Math.sqrt(Math.max(cov[2] - b * b, 0));
  return Array.from({ length: corners }, (_, i) => {
    const z = sigmas * Math.cos((TURN * i) / corners);
    const w = sigmas * Math.sin((TURN * i) / corners);
    return [centre[0] + a * z, centre[1] + b * z + c * w];
  });
}

// From the plane back to x, inside the hyperplane where x sums to one: x = m + lift (u - u_m).
// Exact for p = 3; for more parts, the flat slice through the component's mean.
export function liftOf(film) {
  const { D, plane } = film;
  if (film.gaussian) return Float64Array.of(1, 0, 0, 1);
  let [a, b, c] = [0, 0, 0];
  const mean = [0, 0];
  for (let j = 0; j < D; j++) {
    mean[0] += plane[2 * j] / D;
    mean[1] += plane[2 * j + 1] / D;
  }
  for (let j = 0; j < D; j++) {
    const [u, v] = [plane[2 * j] - mean[0], plane[2 * j + 1] - mean[1]];
    a += u * u;
    b += u * v;
    c += v * v;
  }
  const determinant = a * c - b * b;
  const lift = new Float64Array(2 * D);
  for (let j = 0; j < D; j++) {
    const [u, v] = [plane[2 * j] - mean[0], plane[2 * j + 1] - mean[1]];
    lift[2 * j] = (c * u - b * v) / determinant;
    lift[2 * j + 1] = (a * v - b * u) / determinant;
  }
  return lift;
}

// Composition (3,) at a place of the triangle, kept off its edges.
export function composition(film, place, margin = 0.005) {
  const third = 1 / 3;
  const { plane, lift } = film;
  const u = place[0] - third * (plane[0] + plane[2] + plane[4]);
  const v = place[1] - third * (plane[1] + plane[3] + plane[5]);
  const parts = [0, 1, 2].map((j) => third + lift[2 * j] * u + lift[2 * j + 1] * v);
  const kept = parts.map((part) => Math.max(part, margin));
  const total = kept.reduce((sum, part) => sum + part, 0);
  return kept.map((part) => part / total);
}

// Class scores of head k as affine functions of the plane: C triples [constant, along u, along v].
function planeScores(film, theta, k, { centre, mean }) {
  const { D, C, lift } = film;
  const scores = [[0, 0, 0]];
  for (let c = 0; c < C - 1; c++) {
    const h = k * (C - 1) + c;
    const g = [theta.intercept[h], 0, 0];
    for (let j = 0; j < D; j++) {
      const slope = theta.slope[h * D + j];
      g[0] += slope * mean[j];
      g[1] += slope * lift[2 * j];
      g[2] += slope * lift[2 * j + 1];
    }
    g[0] -= g[1] * centre[0] + g[2] * centre[1];
    scores.push(g);
  }
  return scores;
}

// Where head k changes its mind: the pieces of lines on which two classes tie ahead of the rest,
// inside the component's 2-sigma ellipse.  Each has its ends, two places to mark it, the unit
// vector towards the first class's side, and the two classes.
export function decisionLines(film, theta, k, spot) {
  const scores = planeScores(film, theta, k, spot);
  const lines = [];
  for (let a = 0; a < film.C; a++) {
    for (let b = a + 1; b < film.C; b++) {
      const line = tie(scores, a, b, spot);
      if (line) lines.push(line);
    }
  }
  return lines;
}

function tie(scores, a, b, { centre, cov }) {
  const n = [0, 1, 2].map((i) => scores[a][i] - scores[b][i]);
  const norm = Math.hypot(n[1], n[2]);
  if (norm < 1e-300) return null;
  const normal = [n[1] / norm, n[2] / norm];
  const distance = (n[0] + n[1] * centre[0] + n[2] * centre[1]) / norm;
  const lean = [cov[0] * normal[0] + cov[1] * normal[1], cov[1] * normal[0] + cov[2] * normal[1]];
  const variance = lean[0] * normal[0] + lean[1] * normal[1]; // of the component, across the line
  const rest = 4 - (distance * distance) / variance;
  if (!(rest > 0)) return null;
  const middle = centre.map((value, i) => value - (distance * lean[i]) / variance);
  const along = [-normal[1], normal[0]];
  const half = Math.sqrt((rest * (cov[0] * cov[2] - cov[1] * cov[1])) / variance);
  let [from, to] = [-half, half];
  for (let c = 0; c < scores.length; c++) {
    if (c === a || c === b) continue;
    const lead = [0, 1, 2].map((i) => scores[a][i] - scores[c][i]);
    const here = lead[0] + lead[1] * middle[0] + lead[2] * middle[1];
    const rate = lead[1] * along[0] + lead[2] * along[1];
    if (rate > 0) from = Math.max(from, -here / rate);
    else if (rate < 0) to = Math.min(to, -here / rate);
    else if (here < 0) return null;
  }
  if (!(from < to)) return null;
  const at = (t) => [middle[0] + t * along[0], middle[1] + t * along[1]];
  const marks = [0.84, 0.16].map((part) => at(from + part * (to - from)));
  return { ends: [at(from), at(to)], marks, normal, classes: [a, b] };
}

// Level of log f above which the given share of the mass lies, from values on an even lattice.
export function massLevels(logs, masses) {
  const sorted = Float64Array.from(logs).sort().reverse();
  let total = 0;
  for (const value of sorted) total += Math.exp(value - sorted[0]);
  const levels = [];
  let sum = 0;
  for (let i = 0; i < sorted.length && levels.length < masses.length; i++) {
    sum += Math.exp(sorted[i] - sorted[0]);
    while (levels.length < masses.length && sum >= masses[levels.length] * total) {
      levels.push(sorted[i]);
    }
  }
  return levels;
}

// A triangular lattice of compositions with side `steps`, just inside the edges.
export function lattice(film, steps) {
  const { plane } = film;
  const at = (i, j) => (i * (2 * steps + 3 - i)) / 2 + j; // row i holds steps + 1 - i nodes
  const rows = [];
  const places = [];
  const triangles = [];
  for (let i = 0; i <= steps; i++) {
    for (let j = 0; j <= steps - i; j++) {
      const parts = [i, j, steps - i - j].map((part) => (part + 0.25) / (steps + 0.75));
      rows.push(...parts.map(Math.log));
      places.push(parts[0] * plane[0] + parts[1] * plane[2] + parts[2] * plane[4]);
      places.push(parts[0] * plane[1] + parts[1] * plane[3] + parts[2] * plane[5]);
      if (i + j < steps) triangles.push([at(i, j), at(i + 1, j), at(i, j + 1)]);
      if (i + j < steps - 1) triangles.push([at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)]);
    }
  }
  return { rows: Float64Array.from(rows), places, triangles, count: places.length / 2, steps };
}

// Marching triangles: the level line of `values` as chains of places.  A crossing is known by the
// lattice edge it lies on, so the pieces of neighbouring triangles join.
export function contour({ places, triangles, count }, values, level) {
  const crossings = new Map(); // edge -> { place, next: [edges] }
  const cross = (p, q) => {
    const edge = p < q ? p * count + q : q * count + p;
    if (!crossings.has(edge)) {
      const t = (level - values[p]) / (values[q] - values[p]);
      const place = [0, 1].map((i) => (1 - t) * places[2 * p + i] + t * places[2 * q + i]);
      crossings.set(edge, { place, next: [] });
    }
    return edge;
  };
  for (const [p, q, r] of triangles) {
    const [up, uq, ur] = [values[p] > level, values[q] > level, values[r] > level];
    if (up === uq && uq === ur) continue;
    const lone = uq === ur ? [p, q, r] : up === ur ? [q, r, p] : [r, p, q];
    const [a, b] = [cross(lone[0], lone[1]), cross(lone[0], lone[2])];
    crossings.get(a).next.push(b);
    crossings.get(b).next.push(a);
  }
  const chains = [];
  const open = [...crossings.keys()].filter((edge) => crossings.get(edge).next.length === 1);
  for (const start of [...open, ...crossings.keys()]) {
    const chain = [];
    let edge = start;
    while (edge !== undefined && crossings.has(edge)) {
      const { place, next } = crossings.get(edge);
      chain.push(place);
      crossings.delete(edge);
      edge = next.find((other) => crossings.has(other));
    }
    if (chain.length > 1) chains.push({ places: chain, closed: !open.includes(start) });
  }
  return chains;
}

// Round tick values between two ends.
export function ticks(low, high, about) {
  const rough = (high - low) / about;
  const power = Math.pow(10, Math.floor(Math.log10(rough)));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const values = [];
  const end = Math.floor(high / step + 1e-9);
  for (let i = Math.ceil(low / step); i <= end; i++) values.push(i * step);
  return { values, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}
