// What the newest position was drawn from, in bars and words.

import { element } from "../em_film/dom.js";
import { fillOf, inkOn } from "./maps.js";

const percent = (share) => (share > 0 && share < 0.005 ? "< 1 %" : `${Math.round(100 * share)} %`);

// The newest draw of a sample, or null before the first.
export function drawAt(film, focus, s) {
  if (s < 1) return null;
  const [rows, columns] = film.grid;
  const position = film.order[s - 1];
  const at = focus * rows * columns + position;
  const code = film.codes[at];
  const bars = Array.from({ length: film.tops }, (_, i) => [
    film.top[at * film.tops + i], film.share[at * film.tops + i]]);
  if (!bars.some(([other]) => other === code)) bars.push([code, film.chance[at]]);
  const rest = Math.max(1 - bars.reduce((sum, [, share]) => sum + share, 0), 0);
  return {
    code, bars, rest, row: Math.floor(position / columns) + 1, column: (position % columns) + 1,
    chance: film.chance[at], entropy: film.entropy[at],
  };
}

export function wordsOf(film, drawn) {
  const what = film.grey ? "grey level" : "code";
  return `${what} ${drawn.code} was drawn, at a probability of ${percent(drawn.chance)}`;
}

export function showChoice(root, film, focus, s) {
  const find = (name) => root.querySelector(`.${name}`);
  const drawn = drawAt(film, focus, s);
  if (!drawn) {
    const given = film.known.some(Boolean);
    find("choice-title").textContent = given ? "Given, nothing drawn yet" : "Nothing drawn yet";
    find("choice-words").textContent = given
      ? "Positions with a folded corner keep the codes they were given."
      : "Every position waits for its code, from the top left corner on.";
    find("bars").replaceChildren();
    find("choice-open").textContent = "";
    return;
  }
  find("choice-title").textContent = `Row ${drawn.row}, column ${drawn.column}`;
  const words = wordsOf(film, drawn);
  find("choice-words").textContent = `${words[0].toUpperCase()}${words.slice(1)}.`;
  const lines = drawn.bars.map(([code, share]) => line(`${code}`, share, (one) => {
    one.classList.toggle("taken", code === drawn.code);
    one.style.setProperty("--hue", fillOf(film, code));
    one.style.setProperty("--on", inkOn(film, code));
  }));
  lines.push(line("rest", drawn.rest, (one) => one.classList.add("others")));
  find("bars").replaceChildren(...lines);
  const alike = 2 ** drawn.entropy;
  find("choice-open").textContent =
    `Entropy ${drawn.entropy.toFixed(2)} bits: as open as a choice among ` +
    `${alike < 9.95 ? alike.toFixed(1) : Math.round(alike)} equally likely ones, of ${film.codes_known}.`;
}

function line(name, share, dress) {
  const one = element("div", "bar-line");
  const track = element("span", "track");
  const bar = element("i");
  bar.style.transform = `scaleX(${Math.min(share, 1)})`;
  track.append(bar);
  one.append(element("span", "bar-name", name), track, element("span", "bar-share", percent(share)));
  dress(one);
  return one;
}
