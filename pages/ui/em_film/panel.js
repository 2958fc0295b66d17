// Words and numbers beside the stage.  Text enters as textContent only: names come from tables.

import { element, fill } from "./dom.js";
import { meanOf, termsOf } from "./model.js";
import { traceSymbol } from "./paint.js";
import { colourStep, shapeStep } from "./player.js";
import { signed } from "./backdrop.js";

const PHASES = {
  start: ["Start", "No E-step yet: the components have not looked at the points."],
  E: ["E-step", "Every point is shared among the components; its colour is its share."],
  M: ["M-step", "Weights, shapes and heads are refitted to the points they own."],
  moved: ["A new start", "Colours show its first E-step. Release to run EM from here."],
};

export const phaseOf = (s) => (s === 0 ? "start" : s % 2 ? "E" : "M");

function place(film, mean, digits = 2) {
  if (film.gaussian) {
    return Array.from(mean, (value, j) => signed(value, film.digits[j] + digits - 2)).join(", ");
  }
  return Array.from(mean, (part, j) => [part, film.corner_names[j]])
    .sort((a, b) => b[0] - a[0])
    .slice(0, 3)
    .map(([part, name]) => `${name} ${part.toFixed(digits)}`)
    .join(", ");
}

export function makePanel(root, film) {
  const find = (name) => root.querySelector(`.${name}`);
  const rows = Array.from({ length: film.K }, (_, k) => {
    const row = element("div", "weight");
    row.append(element("span", "badge", `${k + 1}`), element("span", "track"));
    row.append(element("span", "share"), element("span", "where"));
    row.children[1].append(element("i", "bar"));
    return row;
  });
  find("weights").replaceChildren(...rows);
  find("total").textContent = `/ ${film.T - 1}`;

  function dress(theme) {
    rows.forEach((row, k) => row.style.setProperty("--hue", theme.hues[k]));
    const entries = film.classes.map((name, klass) => {
      const entry = element("span", "class");
      const mark = element("canvas", "mark");
      mark.width = mark.height = 40;
      const c = mark.getContext("2d");
      c.translate(20, 20);
      traceSymbol(c, film.symbols[klass], 12);
      c.fillStyle = theme.soft;
      c.fill();
      entry.append(mark, element("span", "", name));
      return entry;
    });
    find("classes").replaceChildren(...entries);
    find("classes").hidden = !entries.length;
  }

  function state(player) {
    const { s, laid } = player;
    const g = shapeStep(s);
    const phase = laid ? "moved" : phaseOf(s);
    const total = laid ? laid.answer.logLikelihood : film.log_likelihood[g];
    const theta = laid ? laid.theta : player.thetaOf(g);
    return { s, g, phase, theta, perSample: total / film.N };
  }

  function show(player) {
    const { g, phase, theta, perSample } = state(player);
    find("number").textContent = `${g}`;
    find("phase").textContent = PHASES[phase][0];
    find("meaning").textContent = PHASES[phase][1];
    find("likelihood").textContent = signed(perSample, 3);
    rows.forEach((row, k) => {
      const share = theta.weight[k];
      row.querySelector(".bar").style.transform = `scaleX(${share})`;
      row.querySelector(".share").textContent = `${(100 * share).toFixed(0)} %`;
      row.querySelector(".where").textContent = place(film, meanOf(film, theta, k));
    });
    const news = film.happened.get(g) || [];
    const note = find("event");
    note.textContent = phase === "moved" ? "" : news.join(" ");
    note.hidden = !note.textContent;
  }

  // The text twin: one sentence aloud, one table to walk through.
  function tell(player) {
    const { g, phase, theta, perSample } = state(player);
    const parts = Array.from({ length: film.K }, (_, k) =>
      `component ${k + 1} has weight ${theta.weight[k].toFixed(2)} ` +
      `and centre ${place(film, meanOf(film, theta, k))}`);
    const news = (film.happened.get(g) || []).join(" ");
    find("live").textContent =
      `Iteration ${g} of ${film.T - 1}, ${PHASES[phase][0]}. Log-likelihood ` +
      `${signed(perSample, 3)} nats per sample; ${parts.join("; ")}. ${news}`;
    const names = film.gaussian ? ["variance 1", "covariance", "variance 2"]
      : film.corner_names.map((name) => `concentration ${name}`);
    const lines = [["component", "weight", "centre", ...names]];
    for (let k = 0; k < film.K; k++) {
      const shape = theta.shape.subarray(k * film.shapeSize, (k + 1) * film.shapeSize);
      lines.push([`${k + 1}`, theta.weight[k].toFixed(3), place(film, meanOf(film, theta, k), 3),
        ...Array.from(shape, (value) => signed(value, 3))]);
    }
    fill(find("parameters"), lines);
  }

  // A point's E-step in numbers.
  function explain(player, i, spot, stage, theme) {
    const tip = find("tip");
    tip.hidden = i < 0;
    if (i < 0) return "";
    const h = Math.max(colourStep(player.s), 0);
    const theta = player.laid ? player.laid.theta : player.thetaOf(h);
    const terms = termsOf(film, theta, i);
    const klass = film.y ? `, ${film.classes[film.y[i]]}` : "";
    const when = player.laid || player.s === 0 ? "what the first E-step will say"
      : `E-step at iteration ${h}`;
    find("tip-title").textContent = `Point ${i + 1}${klass}`;
    find("tip-place").textContent = place(film, film.x.subarray(i * film.D, (i + 1) * film.D));
    find("tip-when").textContent = when;
    const heads = film.uses_labels;
    const lines = [["", "log π", "log f(x)", ...(heads ? ["log p(y|x)"] : []), "sum", "τ"]];
    terms.forEach((term, k) => lines.push([`${k + 1}`, signed(term.weight, 2),
      signed(term.density, 2), ...(heads ? [signed(term.head, 2)] : []), signed(term.sum, 2),
      term.tau.toFixed(3)]));
    fill(find("terms"), lines);
    Array.from(find("terms").rows).slice(1).forEach((row, k) => {
      const badge = element("span", "badge", `${k + 1}`);
      badge.style.setProperty("--hue", theme.hues[k]);
      row.cells[0].replaceChildren(badge);
    });
    const { width, height } = tip.getBoundingClientRect();
    const right = spot[0] + 18 + width < stage.width;
    const left = right ? spot[0] + 18 : Math.max(spot[0] - 18 - width, 4);
    const top = Math.min(Math.max(spot[1] - height / 2, 4), Math.max(stage.height - height - 4, 4));
    tip.style.transform = `translate(${left}px, ${top}px)`;
    return `Point ${i + 1}${klass}: ` + terms
      .map((term, k) => `component ${k + 1} takes ${(100 * term.tau).toFixed(0)} percent`)
      .join(", ");
  }

  return { dress, show, tell, explain };
}
