// Wires frames, histogram, cloud, samples and card to one element.  While a run trains every call
// brings its newest frame, which is added and slid to; of a finished run all of them come at once.

import { sameBytes } from "../em_film/blob.js";
import { fill, reveal } from "../em_film/dom.js";
import { renderInto } from "../em_film/instance.js";
import { readTheme } from "../em_film/theme.js";
import { makeReel } from "../quantiser/reel.js";
import { makeCard } from "./card.js";
import { drawCloud } from "./cloud.js";
import { addFrames, reachOf, readBook } from "./frames.js";
import { drawHistogram } from "./histogram.js";
import { drawStrip } from "./strip.js";
import { drawTrend } from "./trend.js";

const CODES = ["bars", "cloud", "strip"]; // a click on them chooses a code
const CANVASES = [...CODES, "trend"];
const upTo = (step) => (frame) => frame.step <= step;

function mount(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const leaving = new AbortController();
  const calmly = matchMedia("(prefers-reduced-motion: reduce)");
  const { signal } = leaving;
  const look = { selected: -1, sorted: false, following: true };
  const hit = {};
  const card = makeCard(root);
  let book, theme, loop, then, resting, sizes;
  let [frames, drawn] = [[], 0];
  const tape = { at: (s) => frames[s], get last() { return frames.length - 1; } };
  const reel = makeReel(() => tape, stepped, rested);

  function take(bytes) {
    const before = book;
    book = readBook(bytes);
    const other = !before || before.run !== book.run;
    const behind = frames.length ? frames[Math.min(reel.s, tape.last)].step : 0;
    const length = frames.length;
    if (other || !book.live) frames = []; // the whole run at once
    addFrames(frames, book);
    if (other) Object.assign(look, { selected: -1, following: true });
    root.dataset.images = book.S > 0;
    root.dataset.live = book.live;
    root.dataset.pictures = frames.length;
    find("scrub").max = tape.last;
    find("total").textContent = `/ ${book.steps.toLocaleString("en")}`;
    find("title").textContent = book.title;
    find("follow").hidden = !book.live;
    dress(other);
    if (other && book.live) reveal(root);
    if (other) reel.go(book.live ? tape.last : 0);
    else if (book.live && look.following && frames.length > length) reel.go(tape.last, true);
    else if (!book.live) reel.go(look.following ? tape.last : frames.findLastIndex(upTo(behind)));
    else stepped();
    if (other && !book.live && !calmly.matches && frames.length > 1) reel.play(true);
    wake();
  }

  function dress(always) {
    const worn = theme;
    theme = readTheme(root, book.hues);
    if (always || JSON.stringify(worn) !== JSON.stringify(theme)) fit();
  }

  function fit() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    sizes = {};
    for (const name of CANVASES) {
      const { width, height } = find(`${name}-box`).getBoundingClientRect();
      sizes[name] = { width, height, ratio };
      find(name).width = Math.round(width * ratio);
      find(name).height = Math.round(height * ratio);
    }
  }

  // Calls draw with a clean pen where there is room.
  function on(name, draw) {
    const { width, height, ratio } = sizes[name];
    if (width < 40 || height < 40) return null;
    const c = find(name).getContext("2d");
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    return draw(c, { left: 0, right: width, top: 0, bottom: height, width, height });
  }

  function draw() {
    if (!book || !frames.length) return;
    const { now, before, part } = reel.view();
    const { selected } = look;
    const share = Array.from(now.share, (value, k) => before.share[k] + part * (value - before.share[k]));
    const order = look.sorted
      ? share.map((_, k) => k).sort((a, b) => now.share[b] - now.share[a]) : null;
    const tallest = ({ share: each }) => Math.max(...each);
    const top = tallest(before) + part * (tallest(now) - tallest(before));
    hit.bars = on("bars", (c, box) => drawHistogram(c, box, theme, {
      share, hues: theme.hues, selected, order, most: top, revived: now.revived,
      dead: Array.from(now.share, (value) => value === 0), title: "share of positions by code",
    }));
    const [from, to] = [reachOf(before), reachOf(now)];
    const ends = to.map((value, i) => from[i] + part * (value - from[i]));
    hit.cloud = on("cloud", (c, box) => drawCloud(c, box, theme, { before, now, part, ends, selected }));
    hit.strip = book.S ? on("strip", (c, box) => drawStrip(c, box, theme, { book, now, selected })) : null;
    hit.trend = on("trend", (c, box) => drawTrend(c, box, theme, {
      frames, steps: book.steps, K: book.K, cursor: reel.cursor,
    }));
    drawn += 1;
    root.dataset.frames = drawn;
    root.dataset.settled = !reel.busy;
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
    const now = frames[reel.s];
    if (!now) return;
    Object.assign(root.dataset, {
      step: now.step, playing: reel.playing, settled: false, used: now.used,
      perplexity: now.perplexity.toFixed(3),
    });
    find("step").textContent = now.step.toLocaleString("en");
    find("used").textContent = `${now.used} of ${book.K}`;
    find("perplexity").textContent = now.perplexity.toFixed(1);
    find("error").textContent = now.error.toPrecision(3);
    find("phase").textContent = now.passing ? "warm-up: no codes yet" : "codes in use";
    find("play").setAttribute("aria-label", reel.playing ? "Pause" : "Play");
    find("scrub").value = reel.s;
    find("scrub").setAttribute("aria-valuetext", `step ${now.step}`);
    find("scrub").style.setProperty("--done", `${(100 * reel.s) / Math.max(tape.last, 1)}%`);
    find("follow").setAttribute("aria-pressed", look.following);
    choose(look.selected, false);
    wake();
  }

  function rested() {
    clearTimeout(resting);
    resting = setTimeout(tell, book && book.live ? 4000 : 400);
  }

  function tell() {
    const now = frames[reel.s];
    find("live").textContent = `Step ${now.step} of ${book.steps}: ${now.used} of ${book.K} codes ` +
      `used, perplexity ${now.perplexity.toFixed(1)}, held-out error ${now.error.toPrecision(3)}.`;
    const lines = [["code", "share", "restarted"]];
    now.share.forEach((value, k) => lines.push([`${k + 1}`, `${(100 * value).toFixed(2)} %`,
      now.moved[k] ? `step ${now.moved[k]}` : "never"]));
    fill(find("parameters"), lines);
  }

  function choose(k, aloud) {
    look.selected = k;
    root.dataset.code = k;
    const said = card.show(book, frames[reel.s], k, theme);
    if (aloud && said) find("live").textContent = said;
    wake();
  }

  const by = (target) => {
    look.following = book.live && target >= tape.last;
    reel.play(false);
    reel.go(target);
  };
  const playing = () => {
    if (book.live && reel.s >= tape.last) return; // nothing to play yet
    look.following = false;
    reel.play(!reel.playing);
  };
  const listen = (name, type, react) => find(name).addEventListener(type, react, { signal });
  listen("restart", "click", () => by(0));
  listen("play", "click", playing);
  listen("scrub", "input", () => by(Number(find("scrub").value)));
  listen("speed", "change", () => reel.setSpeed(Number(find("speed").value)));
  listen("sort", "click", () => {
    look.sorted = !look.sorted;
    find("sort").setAttribute("aria-pressed", look.sorted);
    wake();
  });
  listen("follow", "click", () => by(tape.last));
  const placeOn = (name, event) => {
    const edge = find(name).getBoundingClientRect();
    return [event.clientX - edge.left, event.clientY - edge.top];
  };
  listen("trend", "click", (event) => hit.trend && by(hit.trend(placeOn("trend", event))));
  for (const name of CODES) {
    listen(name, "click", (event) => {
      if (!hit[name]) return;
      const k = hit[name](placeOn(name, event));
      choose(k === look.selected ? -1 : k, true);
    });
  }
  root.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target.tagName === "SELECT") return;
    if (key === " " && target.tagName === "BUTTON") return;
    const walk = (way) => (target === find("bars")
      ? choose((look.selected + way + book.K) % book.K, true) : by(reel.s + way));
    const keys = {
      " ": playing, ArrowRight: () => walk(1), ArrowLeft: () => walk(-1),
      Home: () => by(0), End: () => by(tape.last), Escape: () => choose(-1, false),
    };
    if (!(key in keys) || target.tagName === "INPUT") return;
    keys[key]();
    event.preventDefault();
    event.stopPropagation();
  }, { signal });

  const watch = new ResizeObserver(() => {
    if (!book || signal.aborted) return;
    fit();
    draw();
  });
  for (const name of CANVASES) watch.observe(find(`${name}-box`));
  reel.setSpeed(1.6);
  reel.setCalm(calmly.matches);
  calmly.addEventListener("change", () => reel.setCalm(calmly.matches), { signal });
  root.codebookFilm = {
    frame: (s) => frames[s], last: () => tape.last, go: (s) => by(s), draws: () => drawn,
  };

  return {
    root,
    render({ data }) {
      if (!book || !sameBytes(book.bytes, data)) take(data);
      else {
        dress(false);
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
  return renderInto(component, "codebook", mount);
}
