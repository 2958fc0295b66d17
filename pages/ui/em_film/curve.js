// What EM climbs, iteration by iteration, with the cursor of the film on it.

import { ticks } from "./geometry.js";

export function makeCurve(canvas, film) {
  const c = canvas.getContext("2d");
  const values = Array.from(film.objective, (value) => value / film.N);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least || Math.abs(most) * 0.1 || 1) * 0.08;
  let size, theme, box;

  function resize(width, height, ratio, newTheme) {
    size = { width, height, ratio };
    theme = newTheme;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    box = { left: 58, right: width - 14, top: 12, bottom: height - 26 };
  }

  const steps = Math.max(film.T - 1, 1);
  const x = (t) => box.left + ((box.right - box.left) * t) / steps;
  const y = (value) =>
    box.bottom - ((box.bottom - box.top) * (value - least + room)) / (most - least + 2 * room);
  const between = (t) => {
    const low = Math.min(Math.floor(t), film.T - 1);
    const high = Math.min(low + 1, film.T - 1);
    return values[low] + (t - low) * (values[high] - values[low]);
  };

  function path(from, to) {
    c.beginPath();
    c.moveTo(x(from), y(between(from)));
    for (let t = Math.floor(from) + 1; t <= to; t++) c.lineTo(x(t), y(values[t]));
    if (to > Math.floor(to)) c.lineTo(x(to), y(between(to)));
  }

  function drawScale() {
    c.font = `14px ${theme.font}`;
    c.strokeStyle = theme.faint;
    c.fillStyle = theme.soft;
    c.lineWidth = 1;
    c.textAlign = "right";
    c.textBaseline = "middle";
    const scale = ticks(least - room, most + room, Math.max(2, (box.bottom - box.top) / 30));
    for (const value of scale.values) {
      const at = Math.round(y(value)) + 0.5;
      c.beginPath();
      c.moveTo(box.left, at);
      c.lineTo(box.right, at);
      c.stroke();
      c.fillText(value.toFixed(scale.digits).replace("-", "−"), box.left - 8, at);
    }
    c.textBaseline = "top";
    const marks = [0, film.T - 1].filter((t, i, all) => all.indexOf(t) === i);
    for (const t of marks) {
      c.textAlign = t ? "right" : "left";
      c.fillText(`${t}`, x(t) + (t ? 4 : -4), box.bottom + 8);
    }
    c.textAlign = "center";
    c.fillText("iteration", (box.left + box.right) / 2, box.bottom + 8);
  }

  function draw(cursor) {
    c.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
    c.clearRect(0, 0, size.width, size.height);
    drawScale();
    c.lineJoin = "round";
    c.lineWidth = 2;
    c.strokeStyle = theme.faintLine;
    path(0, film.T - 1);
    c.stroke();
    c.lineWidth = 2.5;
    c.strokeStyle = theme.ink;
    path(0, cursor);
    c.stroke();
    c.fillStyle = theme.ink;
    for (const t of film.happened.keys()) {
      if (t < 0 || t >= film.T) continue;
      c.beginPath();
      c.moveTo(x(t), box.bottom - 8);
      c.lineTo(x(t) + 5, box.bottom);
      c.lineTo(x(t) - 5, box.bottom);
      c.fill();
    }
    c.beginPath();
    c.moveTo(x(cursor), box.top);
    c.lineTo(x(cursor), box.bottom);
    c.lineWidth = 1;
    c.strokeStyle = theme.accent;
    c.stroke();
    c.beginPath();
    c.arc(x(cursor), y(between(cursor)), 6, 0, 2 * Math.PI);
    c.fillStyle = theme.accent;
    c.fill();
    c.lineWidth = 2;
    c.strokeStyle = theme.paper;
    c.stroke();
  }

  // The iteration under a horizontal place on the canvas.
  const iterationAt = (left) => {
    const t = Math.round(((left - box.left) / (box.right - box.left)) * steps);
    return Math.min(Math.max(t, 0), film.T - 1);
  };

  return { resize, draw, iterationAt };
}
