// Wires tape, stages, histogram, curve and words to one element.  Streamlit calls the default
// export again at every rerun and theme change; the quantiser goes on unless its bytes changed.

import { sameBytes, unpack } from "../em_film/blob.js";
import { makeCurve } from "../em_film/curve.js";
import { renderInto } from "../em_film/instance.js";
import { readTheme } from "../em_film/theme.js";
import { drawHistogram } from "../codebook/histogram.js";
import { makeGrips } from "./grips.js";
import { makePlane } from "./plane.js";
import { listen } from "./press.js";
import { makeReel } from "./reel.js";
import { makeTape } from "./tape.js";
import { makeWords, phaseName } from "./words.js";

const SIDES = { hard: ["picture", "handles"], soft: ["picture-soft", "handles-soft"] };

function mount(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const leaving = new AbortController();
  const calmly = matchMedia("(prefers-reduced-motion: reduce)");
  let film, tape, reel, curve, words, grips, theme, loop, then, resting, bars, shown, highest;
  let [frames, loads, ready] = [0, 0, false];
  const page = {
    root, find, wake, point, carry, dropped, arranged, signal: leaving.signal,
    look: { arrows: true, beside: false, hover: -1 }, planes: {},
    get film() { return film; },
    get tape() { return tape; },
    get reel() { return reel; },
    get curve() { return curve; },
  };

  function load(bytes) {
    film = unpack(bytes);
    film.rules = film.rules_of_steps;
    film.digits = Math.min(Math.max(Math.floor(3.2 - Math.log10(film.reach)), 0), 9);
    loads += 1;
    tape = makeTape(film);
    reel = makeReel(() => tape, stepped, rested);
    for (const [side, [canvas]] of Object.entries(SIDES)) {
      page.planes[side] = makePlane(find(canvas), film, side);
    }
    grips = {};
    for (const [side, [, box]] of Object.entries(SIDES)) grips[side] = makeGrips(page, find(box), side);
    words = makeWords(root, film);
    root.style.setProperty("--stage-height", `${film.height}px`);
    find("to-encode").hidden = !(film.rules.encoder > 0);
    find("commitment-row").hidden = !(film.rules.encoder > 0);
    bars = null;
    page.look.hover = -1;
    reel.setSpeed(Number(find("speed").value));
    reel.setCalm(calmly.matches);
    recount();
    page.look.beside = film.beside;
    find("beside").setAttribute("aria-pressed", film.beside);
    root.dataset.beside = film.beside;
    find("pane-soft").hidden = !film.beside;
    dress(true);
    reel.go(0);
    draw();
    if (!calmly.matches) reel.play(true);
    wake();
  }

  // After a change of the tape: the curve of errors.
  function recount() {
    curve = makeCurve(find("curve"), {
      objective: tape.errors(), N: 1, T: tape.iterations + 1, happened: tape.events(),
    });
    highest = 0;
    for (let s = 0; s <= tape.last; s += tape.phases.length) {
      highest = Math.max(highest, ...tape.numbers(tape.at(s), "hard").share);
    }
  }

  function dress(always = false) {
    const worn = theme;
    theme = readTheme(root, film.hues);
    if (!always && JSON.stringify(worn) === JSON.stringify(theme)) return;
    for (const each of Object.values(grips)) each.dress(theme);
    fit();
  }

  function arranged() {
    root.dataset.beside = page.look.beside;
    find("pane-soft").hidden = !page.look.beside;
    fit();
    stepped();
    draw();
  }

  function fit() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const sizeOf = (name) => find(name).parentElement.getBoundingClientRect();
    const stage = sizeOf("picture");
    if (stage.width < 40 || stage.height < 40) return;
    const last = tape.at(tape.last);
    const place = new Float64Array(4 * film.N);
    place.set(film.x);
    place.set(last.z, 2 * film.N);
    const reach = { N: 2 * film.N, place, centre: film.start };
    for (const [side, [canvas]] of Object.entries(SIDES)) {
      const { width, height } = sizeOf(canvas);
      if (width > 40) page.planes[side].resize(width, height, ratio, theme, reach);
    }
    const side = sizeOf("curve");
    curve.resize(side.width, Math.max(side.height, 60), ratio, theme);
    const box = sizeOf("bars");
    shown = { ratio, width: box.width, height: Math.max(box.height, 80) };
    find("bars").width = Math.round(shown.width * ratio);
    find("bars").height = Math.round(shown.height * ratio);
    ready = true;
  }

  function draw() {
    if (!ready) return;
    const view = reel.view();
    for (const side of page.look.beside ? ["hard", "soft"] : ["hard"]) {
      const spots = page.planes[side].draw(view, page.look);
      grips[side].move(spots, view.now[side].place, tape.numbers(view.now, side).share);
    }
    drawBars(view);
    curve.draw(Math.max(reel.cursor, 0) / tape.phases.length);
    frames += 1;
    root.dataset.frames = frames;
    root.dataset.settled = !reel.busy;
  }

  function drawBars({ now, before, part }) {
    const shares = [before, now].map((state) => tape.numbers(state, "hard").share);
    bars = shares[1].map((value, k) => shares[0][k] + part * (value - shares[0][k]));
    const c = find("bars").getContext("2d");
    c.setTransform(shown.ratio, 0, 0, shown.ratio, 0, 0);
    c.clearRect(0, 0, shown.width, shown.height);
    const number = tape.iterationAt(reel.s);
    drawHistogram(c, { left: 0, right: shown.width, top: 0, bottom: shown.height }, theme, {
      share: bars, hues: theme.hues,
      dead: shares[1].map((value) => (value * film.N < 0.5 ? 1 : 0)),
      revived: Array.from(now.hard.moved, (at) => (at > 0 && number - at < 3 ? 1 - (number - at) / 3 : 0)),
      most: highest,
    });
  }

  function frame(now) {
    loop = 0;
    const more = reel.tick(then ? now - then : 16);
    then = now;
    draw();
    if (more) wake();
    else then = 0;
  }

  function wake() {
    if (!loop) loop = requestAnimationFrame(frame);
  }

  function stepped() {
    const { s } = reel;
    const phase = tape.phaseAt(s);
    Object.assign(root.dataset, {
      halfStep: s, iteration: tape.iterationAt(s), phase, playing: reel.playing,
      settled: false, // until it is drawn
    });
    find("play").setAttribute("aria-label", reel.playing ? "Pause" : "Play");
    const next = s < tape.last ? tape.phaseAt(s + 1) : "";
    for (const each of ["assign", "codebook", "encode"]) {
      find(`to-${each}`).classList.toggle("next", each === next);
    }
    find("scrub").max = tape.last;
    find("scrub").value = s;
    find("scrub").setAttribute("aria-valuetext", `iteration ${tape.iterationAt(s)}, ${phaseName(phase)}`);
    find("scrub").style.setProperty("--done", `${(100 * s) / tape.last}%`);
    const state = tape.at(s);
    if (phase === "codebook") {
      state.hard.moved.forEach((at, k) => at === tape.iterationAt(s) && grips.hard.flash(k));
    }
    words.show(s, tape, page.look.beside);
    point(page.look.hover, false);
    wake();
  }

  function rested() {
    clearTimeout(resting);
    resting = setTimeout(() => words.tell(reel.s, tape), 350);
  }

  // A code under the pointer: this state changes, and all that follow.
  function carry(side, k, to) {
    tape.fork(reel.s, side, k, to);
    stepped();
  }

  function dropped() {
    recount();
    const side = find("curve").parentElement.getBoundingClientRect();
    curve.resize(side.width, Math.max(side.height, 60), shown.ratio, theme);
    wake();
    rested();
  }

  // Shows (or hides, i = -1) the numbers of point i.
  function point(i, aloud) {
    page.look.hover = i;
    if (!ready) return;
    const spot = i < 0 ? null : page.planes.hard.spotOf(tape.at(reel.s).z, i);
    const said = words.explain(reel.s, tape, i, spot, find("picture").getBoundingClientRect());
    if (aloud && said) find("live").textContent = said;
    wake();
  }

  listen(page);
  const refit = () => {
    if (!film || leaving.signal.aborted) return;
    fit();
    draw();
  };
  const watch = new ResizeObserver(refit);
  for (const name of ["stage", "curve-box", "bars-box"]) watch.observe(find(name));
  document.fonts.addEventListener("loadingdone", refit, { signal: leaving.signal });
  calmly.addEventListener("change", () => reel && reel.setCalm(calmly.matches),
    { signal: leaving.signal });
  root.quantiser = {
    state: (s) => tape.at(s), go: (s) => reel.go(s), frames: () => frames, loads: () => loads,
    numbers: (s, side) => tape.numbers(tape.at(s), side), last: () => tape.last,
    spot: (i) => page.planes.hard.spotOf(tape.at(reel.s).z, i),
  };

  return {
    root,
    render({ data }) {
      if (!film || !sameBytes(film.bytes, data)) load(data);
      else {
        dress();
        stepped();
        draw();
      }
    },
    leave() {
      cancelAnimationFrame(loop);
      clearTimeout(resting);
      leaving.abort();
      watch.disconnect();
    },
  };
}

export default function (component) {
  return renderInto(component, "quantiser", mount);
}
