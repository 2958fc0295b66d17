// Plays how maps were drawn: one sample large, all of them small, step by step.

import { sameBytes, unpack } from "../em_film/blob.js";
import { element, fill } from "../em_film/dom.js";
import { readTheme } from "../em_film/theme.js";
import { listenBar, showBar } from "../player/bar.js";
import { makeClock } from "../player/clock.js";
import { hosted, whenSeen } from "../player/mount.js";
import { drawAt, showChoice, wordsOf } from "./choice.js";
import { drawCodes, drawOpen, drawSeen, orderOf } from "./maps.js";

const SMALL = 68; // CSS pixels

// Three large pictures and the words beside them, in one line where there is room.
const sideIn = (width) => Math.min(Math.max((width - 282) / 3, 140), 260);

function mountSampler(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const leaving = new AbortController();
  const { signal } = leaving;
  const calmly = matchMedia("(prefers-reduced-motion: reduce)");
  let [film, theme, focus, frames, small, cell, eye] = [null, null, 0, 0, [], 1, null];
  const clock = makeClock({ stepped, draw, rested });
  listenBar(root, clock, signal, {
    ArrowLeft: () => look(focus - 1), ArrowRight: () => look(focus + 1),
    ArrowUp: () => look(focus - 1), ArrowDown: () => look(focus + 1),
  });
  find("map").addEventListener("pointerdown", (event) => {
    const edge = find("map").getBoundingClientRect();
    const [x, y] = [event.clientX - edge.left, event.clientY - edge.top].map((v) => Math.floor(v / cell));
    const step = film.step[y * film.grid[1] + x];
    clock.play(false);
    if (step) clock.go(step);
  }, { signal });

  function load(bytes) {
    const before = film;
    film = unpack(bytes);
    Object.assign(film, orderOf(film), { mostOpen: Math.log2(film.codes_known) || 1 });
    const last = film.order.length;
    const atEnd = before && clock.s >= clock.last;
    clock.set(last, Math.min(Math.max(7000 / Math.max(last, 1), 70), 420));
    clock.setCalm(calmly.matches);
    focus = Math.min(focus, film.n - 1);
    find("seen-pane").hidden = find("faintly").hidden = !film.picture;
    find("map-pane").firstElementChild.textContent =
      film.grey ? "pixels, in the order of drawing" : "codes, in the order of drawing";
    find("most").textContent = `${film.mostOpen.toFixed(film.mostOpen % 1 ? 1 : 0)} bits`;
    hang();
    dress(true);
    if (!before && !clock.calm) {
      clock.go(0);
      const untouched = clock.moves;
      eye = whenSeen(root, () => clock.moves === untouched && clock.play(true));
    } else if (!clock.playing) clock.go(atEnd || !before ? last : clock.s);
    else clock.wake();
  }

  // One button a sample; made anew only if their number changes.
  function hang() {
    if (small.length !== film.n) {
      small = Array.from({ length: film.n }, (_, i) => {
        const one = element("button", "one");
        one.type = "button";
        one.append(element("canvas"), element("span", "one-name"));
        one.addEventListener("click", () => look(i));
        return one;
      });
      find("gallery").replaceChildren(...small);
    }
    small.forEach((one, i) => {
      one.querySelector(".one-name").textContent = film.names[i] || "";
      one.setAttribute("aria-label", `Sample ${i + 1}${film.names[i] ? `, ${film.names[i]}` : ""}`);
    });
  }

  function dress(always = false) {
    const worn = JSON.stringify(theme);
    theme = readTheme(root, []);
    root.classList.toggle("dark", theme.dark);
    find("scale").querySelector("i").style.background =
      `linear-gradient(90deg, ${theme.paper}, ${theme.ink})`;
    if (always || worn !== JSON.stringify(theme)) clock.wake();
  }

  function draw() {
    if (!film) return;
    const side = sideIn(root.getBoundingClientRect().width);
    const state = { focus, s: clock.s, u: clock.u, theme, side };
    cell = drawCodes(find("map"), film, state);
    drawOpen(find("open"), film, state);
    if (film.picture) drawSeen(find("seen"), film, state);
    small.forEach((one, i) => {
      const mine = { ...state, focus: i, side: SMALL, ring: false };
      (film.picture ? drawSeen : drawCodes)(one.firstElementChild, film, mine);
    });
    root.dataset.frames = frames += 1;
    root.dataset.settled = !clock.busy;
  }

  function stepped() {
    if (!film) return;
    const words = `${clock.s} of ${clock.last} drawn`;
    showBar(root, clock, words);
    find("where-now").textContent = words;
    root.dataset.focus = focus;
    small.forEach((one, i) => one.setAttribute("aria-pressed", i === focus));
    find("map").setAttribute("aria-label", `Codes of sample ${focus + 1}, ${words}`);
    showChoice(root, film, focus, clock.s);
  }

  function rested() {
    const drawn = drawAt(film, focus, clock.s);
    const name = `Sample ${focus + 1}${film.names[focus] ? `, ${film.names[focus]}` : ""}`;
    find("live").textContent = `${name}: ${clock.s} of ${clock.last} positions drawn.` + (drawn
      ? ` At row ${drawn.row}, column ${drawn.column} ${wordsOf(film, drawn)}; ` +
        `entropy ${drawn.entropy.toFixed(2)} bits.` : "");
    const lines = [["row", "column", film.grey ? "grey level" : "code", "probability", "bits"]];
    for (let s = 1; s <= clock.s; s++) {
      const { row, column, code, chance, entropy } = drawAt(film, focus, s);
      lines.push([`${row}`, `${column}`, `${code}`, chance.toFixed(3), entropy.toFixed(2)]);
    }
    fill(find("draws"), lines);
  }

  function look(i) {
    focus = (i + film.n) % film.n;
    stepped();
    if (!clock.playing) clock.go(clock.s);
  }

  const watch = new ResizeObserver(() => film && clock.wake());
  watch.observe(root);
  calmly.addEventListener("change", () => clock.setCalm(calmly.matches), { signal });
  return {
    render(data) {
      if (!film || !sameBytes(film.bytes, data)) load(data);
      else dress();
    },
    leave() {
      clock.stop();
      leaving.abort();
      watch.disconnect();
      if (eye) eye.disconnect();
    },
  };
}

export default hosted(".sampler", mountSampler);
