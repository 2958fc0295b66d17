// Words and numbers beside the stage, and the text twin.

import { signed } from "../em_film/backdrop.js";
import { fill } from "../em_film/dom.js";
import { pullsOf } from "./steps.js";

const PHASES = {
  start: ["Start", "No assignment yet: the codes have not looked at the points. Drag them."],
  assign: ["Assignment", "Every point takes its nearest code: the cell it lies in."],
  codebook: ["Codebook", ""],
  encode: ["Encoder", "Points move by the arrows: the decoder's gradient, copied from the code, " +
    "and the pull of the commitment term."],
};
const UPDATES = {
  "k-means": "Every code moves to the mean of its points; one without points stays.",
  EMA: "Every code moves a part of the way to the mean of its points: a running mean.",
  gradient: "Every code takes one gradient step towards the mean of its points; codes of few " +
    "points take small ones.",
};

export const phaseName = (phase) => PHASES[phase][0];

export function makeWords(root, film) {
  const find = (name) => root.querySelector(`.${name}`);
  const meaningOf = (phase) => (phase === "codebook" ? UPDATES[film.rules.method] : PHASES[phase][1]);
  function show(s, tape, beside) {
    const state = tape.at(s);
    const phase = tape.phaseAt(s);
    const hard = tape.numbers(state, "hard");
    find("number").textContent = `${tape.iterationAt(s)}`;
    find("total").textContent = `/ ${tape.iterations}`;
    find("phase").textContent = PHASES[phase][0];
    find("meaning").textContent = meaningOf(phase);
    find("error").textContent = signed(hard.error, film.digits);
    find("used").textContent = `${hard.used} of ${film.K}`;
    find("perplexity").textContent = hard.perplexity.toFixed(2);
    find("commitment").textContent = signed(hard.commitment, film.digits);
    find("event").textContent = state.news.join(" ");
    find("event").hidden = !state.news.length;
    if (!beside) return hard;
    const soft = tape.numbers(state, "soft");
    find("hard-said").textContent = `Hard EM: error ${signed(hard.error, film.digits)}, ` +
      `perplexity ${hard.perplexity.toFixed(2)}`;
    find("soft-said").textContent = `Soft EM, σ = ${film.rules.sigma.toPrecision(2)}: error ` +
      `${signed(soft.error, film.digits)}, perplexity ${soft.perplexity.toFixed(2)}`;
    return hard;
  }

  // One sentence aloud, one table to walk through.
  function tell(s, tape) {
    const state = tape.at(s);
    const { share, used, perplexity, error } = tape.numbers(state, "hard");
    const soft = tape.numbers(state, "soft");
    find("live").textContent = `Iteration ${tape.iterationAt(s)} of ${tape.iterations}, ` +
      `${PHASES[tape.phaseAt(s)][0]}. ${used} of ${film.K} codes used, perplexity ` +
      `${perplexity.toFixed(2)}, mean squared error ${signed(error, film.digits)}. ` +
      `Soft EM: perplexity ${soft.perplexity.toFixed(2)}. ${state.news.join(" ")}`;
    const lines = [["code", "x1", "x2", "share", "restarted", "soft x1", "soft x2", "soft share"]];
    for (let k = 0; k < film.K; k++) {
      const at = (side) => [0, 1].map((j) => signed(state[side].place[2 * k + j], film.digits));
      lines.push([`${k + 1}`, ...at("hard"), `${(100 * share[k]).toFixed(1)} %`,
        state.hard.moved[k] ? `iteration ${state.hard.moved[k]}` : "never",
        ...at("soft"), `${(100 * soft.share[k]).toFixed(1)} %`]);
    }
    fill(find("parameters"), lines);
  }

  // What point i gives its code, and the gradient it gets.
  function explain(s, tape, i, spot, stage) {
    const tip = find("tip");
    tip.hidden = i < 0;
    if (i < 0) return "";
    const state = tape.at(s);
    const { index, owned, z, hard } = state;
    find("tip-title").textContent = `Point ${i + 1}`;
    const row = (values) => Array.from(values, (value) => signed(value, film.digits)).join(", ");
    const lines = [["", ""], ["sample x", row(film.x.subarray(2 * i, 2 * i + 2))],
      ["encoder output z", row(z.subarray(2 * i, 2 * i + 2))]];
    let said = `Point ${i + 1}: no code yet`;
    if (index) {
      const k = index[i];
      const { decoder, commitment } = pullsOf(film.x, z, hard.place, index, film.rules.beta, i);
      lines.push(["code", `${k + 1}`], ["decoder's pull, copied", row(decoder)],
        ["commitment's pull", row(commitment)],
        ["sum", row(decoder.map((value, j) => value + commitment[j]))]);
      const parts = Array.from(owned.subarray(i * film.K, (i + 1) * film.K), (part, j) => [part, j]);
      const most = parts.sort((a, b) => b[0] - a[0]).slice(0, 3);
      lines.push(["soft EM", most.map(([part, j]) => `${j + 1}: ${part.toFixed(2)}`).join(", ")]);
      said = `Point ${i + 1} has code ${k + 1}; the decoder pulls by ${row(decoder)}, the ` +
        `commitment term by ${row(commitment)}.`;
    }
    fill(find("terms"), lines);
    const { width, height } = tip.getBoundingClientRect(); // in the corner across: arrows stay free
    const left = spot[0] < stage.width / 2 ? Math.max(stage.width - width - 10, 4) : 64;
    const top = spot[1] < stage.height / 2 ? Math.max(stage.height - height - 50, 4) : 10;
    tip.style.transform = `translate(${left}px, ${top}px)`;
    return said;
  }

  return { show, tell, explain };
}
