// Behind the points: which part of the plane is shown, the mixture's density in grey, the axes.

import { gaussianColumn, logDensities } from "./model.js";
import { composition, planar, ticks } from "./geometry.js";
import { packColour } from "./paint.js";

const CELL = 6; // CSS pixels a cell of the density raster

export const signed = (value, digits) =>
  (Number(value.toFixed(digits)) === 0 ? 0 : value).toFixed(digits).replace("-", "−");

export function line(c, a, b) {
  c.beginPath();
  c.moveTo(...a);
  c.lineTo(...b);
  c.stroke();
}

export function follow(c, corners, close) {
  corners.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
  if (close) c.closePath();
}

export function trace(c, corners, close = true) {
  c.beginPath();
  follow(c, corners, close);
}

function frameOf(film) {
  const ends = [[Infinity, -Infinity], [Infinity, -Infinity]];
  const include = (u, v) => [u, v].forEach((value, axis) => {
    ends[axis][0] = Math.min(ends[axis][0], value);
    ends[axis][1] = Math.max(ends[axis][1], value);
  });
  for (let i = 0; i < film.N; i++) include(film.place[2 * i], film.place[2 * i + 1]);
  if (film.simplex) {
    for (let j = 0; j < film.D; j++) include(film.plane[2 * j], film.plane[2 * j + 1]);
  } else if (film.gaussian) {
    const room = ends.map(([low, high]) => (high - low || 1) / 2);
    const limit = ends.map(([low, high], axis) => [low - room[axis], high + room[axis]]);
    for (let i = 0; i < film.centre.length; i += 2) {
      const kept = [0, 1].map((axis) =>
        Math.min(Math.max(film.centre[i + axis], limit[axis][0]), limit[axis][1]));
      include(kept[0], kept[1]);
    }
  }
  const pad = film.simplex ? 0.02 : 0.05;
  return ends.map(([low, high]) => {
    const room = pad * (high - low || 1);
    return [low - room, high + room];
  });
}

// From the plane to the stage (CSS pixels) and back.
export function makeView(film, width, height) {
  const triangle = film.simplex && film.D === 3;
  const ends = frameOf(film);
  const side = triangle ? [36, 36, 46, 46] : film.simplex ? [64, 64, 44, 44] : [56, 0, 0, 40];
  const [left, right, top, bottom] = side;
  const room = [width - left - right, height - top - bottom];
  const scale = ends.map(([low, high], axis) => room[axis] / (high - low));
  const skew = scale[0] / scale[1];
  if (film.simplex || (skew < 8 && skew > 1 / 8)) scale.fill(Math.min(...scale)); // equal aspect
  const x = left + room[0] / 2;
  const y = top + room[1] / 2;
  const [u, v] = ends.map(([low, high]) => (low + high) / 2);
  return {
    width, height, triangle, left, top, right: width - right, bottom: height - bottom,
    toScreen: (spot) => [x + (spot[0] - u) * scale[0], y - (spot[1] - v) * scale[1]],
    toPlane: (spot) => [u + (spot[0] - x) / scale[0], v - (spot[1] - y) / scale[1]],
    corners: Array.from({ length: film.simplex ? film.D : 0 }, (_, j) =>
      [film.plane[2 * j], film.plane[2 * j + 1]]),
  };
}

export function makeBackdrop(film, box, ratio, theme) {
  const layer = document.createElement("canvas");
  layer.width = Math.round(box.width * ratio);
  layer.height = Math.round(box.height * ratio);
  const below = layer.getContext("2d");
  const raster = document.createElement("canvas");
  const { triangle, toScreen, toPlane } = box;
  const shade = makeShade();

  // The density raster: places once per size, values once per theta.
  function makeShade() {
    const across = Math.max(2, Math.ceil((box.right - box.left) / CELL));
    const down = Math.max(2, Math.ceil((box.bottom - box.top) / CELL));
    const rows = new Float64Array(across * down * (triangle ? 3 : 2));
    const inner = new Uint8Array(across * down).fill(1);
    for (let i = 0; i < across * down; i++) {
      const spot = [
        box.left + ((i % across) + 0.5) * ((box.right - box.left) / across),
        box.top + (Math.floor(i / across) + 0.5) * ((box.bottom - box.top) / down),
      ];
      const place = toPlane(spot);
      if (triangle) {
        const parts = composition(film, place, 0.004);
        inner[i] = Math.min(...parts) > 0.03 ? 1 : 0;
        rows.set(parts.map(Math.log), 3 * i);
      } else rows.set(place, 2 * i);
    }
    raster.width = across;
    raster.height = down;
    return { rows, inner, count: across * down };
  }

  function paintShade(theta) {
    const { rows, inner, count } = shade;
    const { K } = film;
    let logs;
    if (film.gaussian || triangle) logs = logDensities(film, theta, rows, count);
    else {
      logs = new Float64Array(count * K); // p > 3: each projected component as if Gaussian
      for (let k = 0; k < K; k++) {
        const { centre, cov } = planar(film, theta, k);
        gaussianColumn(centre, cov, rows, count, logs, k, K);
      }
    }
    const values = new Float64Array(count);
    let most = 0;
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < K; k++) values[i] += theta.weight[k] * Math.exp(logs[i * K + k]);
      if (inner[i] && values[i] > most) most = values[i];
    }
    const pen = raster.getContext("2d");
    const image = pen.createImageData(raster.width, raster.height);
    const pixels = new Uint32Array(image.data.buffer);
    const ink = packColour(theme.dark ? [255, 255, 255] : [0, 0, 0]) & 0xffffff;
    const strength = theme.dark ? 92 : 112;
    for (let i = 0; i < count; i++) {
      const level = Math.pow(Math.min(1, values[i] / (most || 1)), 0.7);
      pixels[i] = (ink | (Math.round(strength * level) << 24)) >>> 0;
    }
    pen.putImageData(image, 0, 0);
    below.save();
    trace(below, triangle ? box.corners.map(toScreen) : [
      [box.left, box.top], [box.right, box.top], [box.right, box.bottom], [box.left, box.bottom],
    ]);
    below.clip();
    below.imageSmoothingEnabled = true;
    below.drawImage(raster, box.left, box.top, box.right - box.left, box.bottom - box.top);
    below.restore();
  }

  function draw(theta, shaded) {
    below.setTransform(ratio, 0, 0, ratio, 0, 0);
    below.fillStyle = theme.paper;
    below.fillRect(0, 0, box.width + 1, box.height + 1); // the last column whole, too
    if (shaded) paintShade(theta);
    below.font = `14px ${theme.font}`;
    if (film.simplex) drawSimplex();
    else drawAxes();
  }

  function drawAxes() {
    below.strokeStyle = theme.faint;
    below.fillStyle = theme.soft;
    below.lineWidth = 1;
    const [u0, v1] = toPlane([box.left, box.top]);
    const [u1, v0] = toPlane([box.right, box.bottom]);
    const across = ticks(u0, u1, (box.right - box.left) / 90);
    const down = ticks(v0, v1, (box.bottom - box.top) / 70);
    below.textAlign = "center";
    below.textBaseline = "top";
    for (const u of across.values) {
      const x = Math.round(toScreen([u, 0])[0]) + 0.5;
      line(below, [x, box.top], [x, box.bottom]);
      const half = below.measureText(signed(u, across.digits)).width / 2;
      below.fillText(signed(u, across.digits), Math.min(x, box.width - half - 2), box.bottom + 8);
    }
    below.textAlign = "right";
    below.textBaseline = "middle";
    for (const v of down.values) {
      const y = Math.round(toScreen([0, v])[1]) + 0.5;
      line(below, [box.left, y], [box.right, y]);
      below.fillText(signed(v, down.digits), box.left - 8, Math.max(y, box.top + 9));
    }
    below.fillStyle = theme.ink;
    below.textAlign = "right";
    below.textBaseline = "bottom";
    below.fillText(film.plane_names[0], box.right - 6, box.bottom - 6);
    below.textAlign = "left";
    below.textBaseline = "top";
    below.fillText(film.plane_names[1], box.left + 8, box.top + 6);
  }

  function drawSimplex() {
    const at = box.corners.map(toScreen);
    below.strokeStyle = triangle ? theme.soft : theme.faint;
    below.lineWidth = triangle ? 1.5 : 1;
    for (let a = 0; a < at.length; a++) {
      for (let b = a + 1; b < at.length; b++) line(below, at[a], at[b]);
    }
    const middle = [0, 1].map((i) => at.reduce((sum, spot) => sum + spot[i], 0) / at.length);
    below.fillStyle = theme.ink;
    at.forEach(([x, y], j) => {
      const name = film.corner_names[j];
      const label = name.length > 26 ? `${name.slice(0, 25)}…` : name;
      const away = Math.hypot(x - middle[0], y - middle[1]) || 1;
      const half = below.measureText(label).width / 2 + 4;
      below.textAlign = "center";
      below.textBaseline = "middle";
      const flat = Math.abs(x - middle[0]) / away;
      const spot = [
        x + ((x - middle[0]) / away) * (triangle ? 8 : 10 + half * flat),
        y + ((y - middle[1]) / away) * 20 + (triangle ? Math.sign(y - middle[1]) * 8 : 0),
      ];
      below.fillText(label, Math.min(Math.max(spot[0], half), box.width - half), spot[1]);
    });
    if (triangle) return;
    below.fillStyle = theme.soft;
    below.textAlign = "right";
    below.textBaseline = "bottom";
    below.fillText(film.plane_names[0], box.width - 10, box.height - 8);
    below.textAlign = "left";
    below.textBaseline = "top";
    below.fillText(film.plane_names[1], 10, 8);
  }

  return { layer, draw };
}
