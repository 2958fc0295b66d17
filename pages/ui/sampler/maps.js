// Pictures of one sample: its codes so far, how open each choice was, and the map decoded.

import { css, mixed } from "../em_film/theme.js";
import { sized } from "../player/mount.js";

// Raster order of the positions that are drawn, and the step at which each of them is (0: given).
export function orderOf({ grid: [rows, columns], known }) {
  const order = [];
  const step = new Int32Array(rows * columns);
  for (let i = 0; i < rows * columns; i++) if (!known[i]) step[i] = order.push(i);
  return { order, step };
}

const level = (value, film) => Math.round((255 * value) / Math.max(film.codes_known - 1, 1));

export function fillOf(film, code) {
  const grey = level(code, film);
  return film.grey ? `rgb(${grey},${grey},${grey})` : film.hues[code];
}

export const inkOn = (film, code) => (film.grey && level(code, film) > 140 ? "#22272f" : "#ffffff");

// Codes up to step s; the newest of them grows with u and wears a ring.
export function drawCodes(canvas, film, { focus, s, u, theme, side, ring = true }) {
  const [rows, columns] = film.grid;
  const cell = Math.max(Math.floor(side / Math.max(rows, columns)), 2);
  const gap = cell > 12 && !film.grey ? 1 : 0;
  const c = sized(canvas, cell * columns, cell * rows);
  c.fillStyle = css(mixed(theme.paperRgb, theme.inkRgb, 0.06));
  c.fillRect(0, 0, cell * columns, cell * rows);
  const newest = s > 0 ? film.order[s - 1] : -1;
  for (let i = 0; i < rows * columns; i++) {
    const [x, y] = [(i % columns) * cell, Math.floor(i / columns) * cell];
    if (film.step[i] > s) {
      if (cell > 12) dot(c, x + cell / 2, y + cell / 2, theme);
      continue;
    }
    const code = film.codes[focus * rows * columns + i];
    const grown = i === newest ? cell * (0.35 + 0.65 * u) - gap : cell - gap;
    const inset = (cell - grown) / 2;
    c.fillStyle = fillOf(film, code);
    c.fillRect(x + inset, y + inset, grown, grown);
    if (cell >= 30 && !film.grey && grown > 0.7 * cell) number(c, code, x + cell / 2, y + cell / 2, theme);
    if (film.known[i] && cell > 12) corner(c, x + gap, y + gap, cell / (film.grey ? 5 : 3.2), theme);
  }
  if (newest >= 0 && ring) {
    c.strokeStyle = theme.ink;
    c.lineWidth = cell > 16 ? 3 : 1.5;
    c.strokeRect((newest % columns) * cell + 1, Math.floor(newest / columns) * cell + 1,
      cell - 2, cell - 2);
  }
  return cell;
}

function dot(c, x, y, theme) {
  c.fillStyle = theme.faintLine;
  c.beginPath();
  c.arc(x, y, 2, 0, 2 * Math.PI);
  c.fill();
}

function number(c, code, x, y, theme) {
  c.fillStyle = "#ffffff";
  c.font = `600 14px ${theme.font}`;
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.fillText(`${code}`, x, y + 1);
}

// A given position has a folded corner.
function corner(c, x, y, size, theme) {
  c.fillStyle = theme.paper;
  c.beginPath();
  c.moveTo(x, y);
  c.lineTo(x + size, y);
  c.lineTo(x, y + size);
  c.fill();
}

// Entropy of every draw so far, from paper (no choice) to ink (all codes alike).
export function drawOpen(canvas, film, { focus, s, theme, side }) {
  const [rows, columns] = film.grid;
  const cell = Math.max(Math.floor(side / Math.max(rows, columns)), 2);
  const gap = cell > 12 ? 1 : 0;
  const c = sized(canvas, cell * columns, cell * rows);
  for (let i = 0; i < rows * columns; i++) {
    const [x, y] = [(i % columns) * cell, Math.floor(i / columns) * cell];
    c.strokeStyle = theme.faint;
    c.lineWidth = 1;
    c.strokeRect(x + 0.5, y + 0.5, cell - 1, cell - 1);
    if (film.step[i] > s || film.known[i]) continue;
    const open = film.entropy[focus * rows * columns + i] / film.mostOpen;
    c.fillStyle = css(mixed(theme.paperRgb, theme.inkRgb, 0.05 + 0.85 * Math.min(open, 1)));
    c.fillRect(x, y, cell - gap, cell - gap);
  }
}

const offscreen = document.createElement("canvas");

// The newest picture at step s; what is not drawn yet is faint.
export function drawSeen(canvas, film, { focus, s, theme, side }) {
  const [channels, height, width] = film.picture;
  const [rows, columns] = film.grid;
  const scale = side / Math.max(height, width);
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  let frame = 0;
  while (frame + 1 < film.after.length && film.after[frame + 1] <= s) frame += 1;
  const size = channels * height * width;
  const from = (frame * film.n + focus) * size;
  [offscreen.width, offscreen.height] = [width, height];
  const inner = offscreen.getContext("2d");
  const image = inner.createImageData(width, height);
  for (let p = 0; p < height * width; p++) {
    for (let k = 0; k < 3; k++) {
      image.data[4 * p + k] = film.seen[from + (channels === 3 ? k * height * width : 0) + p];
    }
    image.data[4 * p + 3] = 255;
  }
  inner.putImageData(image, 0, 0);
  const c = sized(canvas, w, h);
  c.imageSmoothingEnabled = false;
  c.drawImage(offscreen, 0, 0, w, h);
  c.fillStyle = css(theme.paperRgb, 0.72);
  const [dx, dy] = [w / columns, h / rows];
  for (let i = 0; i < rows * columns; i++) {
    if (film.step[i] > film.after[frame]) {
      c.fillRect((i % columns) * dx, Math.floor(i / columns) * dy, dx, dy);
    }
  }
}
