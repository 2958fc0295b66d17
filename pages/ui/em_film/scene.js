// The stage: density in grey, points in their mixed hues, every component's outline and head.

import { dirichletColumn } from "./model.js";
import {
  composition, contour, decisionLines, ellipse, lattice, massLevels, planar,
} from "./geometry.js";
import { follow, makeBackdrop, makeView, trace } from "./backdrop.js";
import { makePoints, packColour, traceSymbol } from "./paint.js";

const MASSES = [0.393, 0.865]; // what 1 and 2 sigma of a plane Gaussian hold
const LATTICE = 60;
const SIDE = 15; // CSS pixels from a decision line to the marks of its two classes

export function makeScene(canvas, film) {
  const c = canvas.getContext("2d");
  const net = film.simplex && film.D === 3 ? lattice(film, LATTICE) : null;
  const radius = film.N <= 400 ? 5 : film.N <= 3000 ? 3.8 : film.N <= 8000 ? 2.8 : 2.1;
  let box, ratio, theme, points, backdrop, drawn, inked, contours, underKey;

  function resize(width, height, newRatio, newTheme) {
    [ratio, theme] = [newRatio, newTheme];
    box = makeView(film, width, height);
    backdrop = makeBackdrop(film, box, ratio, theme);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    points = makePoints(film.symbols, film.y, radius * ratio, film.N <= 6000 ? ratio : 0);
    const spots = new Float64Array(2 * film.N);
    for (let i = 0; i < film.N; i++) spots.set(spotOf(i).map((value) => value * ratio), 2 * i);
    points.place(canvas.width, canvas.height, spots);
    drawn = inked = contours = underKey = undefined;
  }

  // Level lines of each Dirichlet; one too sharp for the lattice is a Gaussian to the eye.
  function outlines(theta, k, spot) {
    const spread = Math.sqrt(Math.min(spot.cov[0], spot.cov[2]));
    if (!net || spread * LATTICE < 2.2) return null;
    const alpha = theta.shape.subarray(k * 3, k * 3 + 3);
    const logs = new Float64Array(net.count);
    dirichletColumn(alpha, net.rows, net.count, logs, 0, 1);
    return massLevels(logs, MASSES).map((level) => contour(net, logs, level));
  }

  function drawComponent(view, k, spot, lines) {
    const hue = theme.hues[k];
    c.save();
    const [inner, outer] = [1, 2].map((sigmas) => ellipse(spot, sigmas).map(box.toScreen));
    const stroke = (draw, width, colour) => {
      draw();
      c.lineWidth = width + 3;
      c.strokeStyle = theme.halo;
      c.stroke();
      c.lineWidth = width;
      c.strokeStyle = colour;
      c.stroke();
    };
    const chains = (pieces) => () => {
      c.beginPath();
      for (const { places, closed } of pieces) follow(c, places.map(box.toScreen), closed);
    };
    c.lineCap = c.lineJoin = "round";
    if (net) {
      trace(c, box.corners.map(box.toScreen));
      c.clip();
    }
    stroke(lines ? chains(lines[0]) : () => trace(c, inner), 2.6, hue);
    c.globalAlpha = 0.85;
    stroke(lines ? chains(lines[1]) : () => trace(c, outer), 1.6, hue);
    c.globalAlpha = 1;
    if (film.heads) {
      const changes = decisionLines(film, view.theta, k, spot);
      for (const { ends } of changes) {
        stroke(() => trace(c, ends.map(box.toScreen), false), 2.6, hue);
      }
      c.restore();
      if (film.C === 2) changes.forEach((each) => markSides(each, hue));
    } else c.restore();
  }

  // Beside a decision line, the marker of the class that wins on either side.
  function markSides({ marks, normal, classes }, hue) {
    const inside = (place) => !net || Math.min(...composition(film, place, -1)) > 0.02;
    const mark = marks.find(inside) || marks[0];
    const [x, y] = box.toScreen(mark);
    const ahead = box.toScreen([mark[0] + normal[0], mark[1] + normal[1]]);
    const far = Math.hypot(ahead[0] - x, ahead[1] - y) / SIDE || 1;
    classes.forEach((klass, i) => {
      const way = (i ? -1 : 1) / far;
      c.save();
      c.translate(x + way * (ahead[0] - x), y + way * (ahead[1] - y));
      c.beginPath();
      c.arc(0, 0, 10, 0, 2 * Math.PI);
      c.fillStyle = theme.paper;
      c.fill();
      c.lineWidth = 1.5;
      c.strokeStyle = hue;
      c.stroke();
      traceSymbol(c, film.symbols[klass], 4.6);
      c.fillStyle = hue;
      c.fill();
      c.restore();
    });
  }

  // Draws the view; returns where each component's centre is on the stage (CSS pixels).
  function draw(view) {
    const under = `${view.thetaKey} ${view.shade}`;
    if (under !== underKey) backdrop.draw(view.theta, view.shade);
    underKey = under;
    if (view.inkKey !== inked) points.paint(view.inks, packColour(theme.paperRgb));
    inked = view.inkKey;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.drawImage(backdrop.layer, 0, 0);
    c.drawImage(points.canvas, -points.pad, -points.pad);
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    const spots = Array.from({ length: film.K }, (_, k) => planar(film, view.theta, k));
    if (view.thetaKey !== drawn) contours = spots.map((spot, k) => outlines(view.theta, k, spot));
    drawn = view.thetaKey;
    c.save();
    if (!film.simplex) {
      c.beginPath();
      c.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
      c.clip();
    }
    spots.forEach((spot, k) => drawComponent(view, k, spot, contours[k]));
    c.restore();
    if (view.hover >= 0) ring(view.hover);
    return spots.map(({ centre }) => {
      const [x, y] = box.toScreen(centre);
      const keep = (value, low, high) => Math.min(Math.max(value, low), high);
      return [keep(x, 14, box.width - 14), keep(y, 14, box.height - 14)];
    });
  }

  const spotOf = (i) => box.toScreen([film.place[2 * i], film.place[2 * i + 1]]);

  function ring(i) {
    const [x, y] = spotOf(i);
    for (const [width, colour] of [[5, theme.paper], [2, theme.ink]]) {
      c.beginPath();
      c.arc(x, y, radius + 5, 0, 2 * Math.PI);
      c.lineWidth = width;
      c.strokeStyle = colour;
      c.stroke();
    }
  }

  // The nearest point within reach of a place on the stage, or -1.
  function nearest([x, y], reach = radius + 8) {
    let best = -1;
    let least = reach * reach;
    for (let i = 0; i < film.N; i++) {
      const [px, py] = spotOf(i);
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
