// Wires decoder, player, stage, curve and panel to one element.  Streamlit calls the default
// export again at every rerun and theme change; the film goes on unless its bytes changed.

import { decode, sameBytes } from "./blob.js";
import { liftOf } from "./geometry.js";
import { makeCurve } from "./curve.js";
import { makeHandles } from "./handles.js";
import { renderInto } from "./instance.js";
import { listen } from "./keys.js";
import { makePanel, phaseOf } from "./panel.js";
import { colourStep, makePlayer, shapeStep } from "./player.js";
import { makeScene } from "./scene.js";
import { readTheme } from "./theme.js";

const PATIENCE = 4000; // milliseconds that a dragged centre waits for its film

function mount(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const picture = find("picture");
  const curveCanvas = find("curve");
  const leaving = new AbortController();
  const calmly = matchMedia("(prefers-reduced-motion: reduce)");
  let film, player, scene, curve, panel, handles, theme, loop, then, resting, waiting;
  const page = {
    root, find, picture, wake, point, rested, signal: leaving.signal,
    hover: -1, shade: true, ready: false, send: () => {},
    get film() { return film; },
    get player() { return player; },
    get scene() { return scene; },
    get curve() { return curve; },
  };
  let [frames, loads] = [0, 0];

  function load(bytes) {
    film = decode(bytes);
    loads += 1;
    clearTimeout(waiting);
    film.simplex = !film.gaussian && (film.D === 3 || film.D <= 6);
    film.lift = liftOf(film);
    root.style.setProperty("--stage-height", `${film.height}px`);
    player = makePlayer(film, stepped, rested);
    scene = makeScene(picture, film);
    curve = makeCurve(curveCanvas, film);
    panel = makePanel(root, film);
    handles = makeHandles(page);
    find("scrub").max = player.last;
    page.hover = -1;
    player.setSpeed(Number(find("speed").value));
    player.setCalm(calmly.matches);
    find("hint").textContent = hintOf(film);
    dress(true);
    player.go(0);
    draw();
    if (!calmly.matches && film.T > 1) player.play(true);
    wake();
  }

  function dress(always = false) {
    const worn = theme;
    theme = readTheme(root, film.hues);
    if (!always && JSON.stringify(worn) === JSON.stringify(theme)) return;
    root.classList.toggle("dark", theme.dark);
    player.dress(theme);
    panel.dress(theme);
    handles.dress(theme);
    fit();
  }

  function fit() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const sizeOf = (canvas) => canvas.parentElement.getBoundingClientRect();
    const stage = sizeOf(picture);
    const side = sizeOf(curveCanvas);
    if (stage.width < 40 || stage.height < 40) return;
    scene.resize(stage.width, stage.height, ratio, theme);
    curve.resize(side.width, Math.max(side.height, 60), ratio, theme);
    page.ready = true;
  }

  function draw() {
    if (!page.ready) return;
    const view = { ...player.view(), shade: page.shade, hover: page.hover };
    handles.move(scene.draw(view), view.theta);
    curve.draw(player.cursor);
    frames += 1;
    root.dataset.frames = frames;
    root.dataset.settled = !player.busy;
  }

  function frame(now) {
    loop = 0;
    const more = player.tick(then ? now - then : 16);
    then = now;
    draw();
    if (more) wake();
    else then = 0;
  }

  function wake() {
    if (!loop) loop = requestAnimationFrame(frame);
  }

  function stepped() {
    const { s } = player;
    root.dataset.halfStep = s;
    root.dataset.iteration = shapeStep(s);
    root.dataset.phase = player.laid ? "moved" : phaseOf(s);
    root.dataset.playing = player.playing;
    root.dataset.settled = false; // until it is drawn
    find("play").setAttribute("aria-label", player.playing ? "Pause" : "Play");
    find("step-e").classList.toggle("next", s % 2 === 0 && s < player.last);
    find("step-m").classList.toggle("next", s % 2 === 1 && s < player.last);
    find("scrub").value = s;
    find("scrub").setAttribute("aria-valuetext",
      `iteration ${shapeStep(s)}, ${phaseOf(s) === "start" ? "start" : `${phaseOf(s)}-step`}`);
    find("scrub").style.setProperty("--done", `${(100 * s) / player.last}%`);
    panel.show(player);
    point(page.hover, false);
    wake();
  }

  function rested() {
    clearTimeout(resting);
    resting = setTimeout(() => panel.tell(player), 350);
  }

  // A centre was released and no new film came: back to the one that is here.
  function giveUp() {
    if (player.laid && !handles.holding) player.go(0);
  }

  // Shows (or hides, i = -1) the numbers of point i.
  function point(i, aloud) {
    page.hover = i;
    if (!page.ready) return;
    const words = panel.explain(player, i, i < 0 ? null : scene.spotOf(i),
      picture.getBoundingClientRect(), theme);
    if (aloud && words) find("live").textContent = words;
    wake();
  }

  listen(page);
  const refit = () => {
    if (!film || leaving.signal.aborted) return;
    fit();
    draw();
  };
  const watch = new ResizeObserver(refit);
  document.fonts.addEventListener("loadingdone", refit, { signal: leaving.signal });
  watch.observe(find("stage"));
  watch.observe(find("curve-box"));
  calmly.addEventListener("change", () => player && player.setCalm(calmly.matches),
    { signal: leaving.signal });
  root.emFilm = {
    responsibilities: () => player.asked(Math.max(colourStep(player.s), 0)).tau,
    logLikelihood: () => player.asked(Math.max(colourStep(player.s), 0)).logLikelihood,
    spot: (i) => scene.spotOf(i),
    frames: () => frames,
    loads: () => loads,
    go: (s) => player.go(s),
  };

  return {
    root,
    render({ data, setStateValue }) {
      page.send = (value) => setStateValue("moved", value);
      if (!film || !sameBytes(film.bytes, data)) load(data);
      else {
        dress();
        stepped();
        draw();
        if (player.laid) waiting = setTimeout(giveUp, PATIENCE);
      }
    },
    leave() {
      cancelAnimationFrame(loop);
      clearTimeout(resting);
      clearTimeout(waiting);
      leaving.abort();
      watch.disconnect();
    },
  };
}

function hintOf(film) {
  const drag = film.gaussian || film.D === 3
    ? "Drag a numbered centre to start EM from there (or press its number, arrows, Enter). "
    : "Centres cannot be dragged here: the plane shows two of more dimensions. " +
      "Outlines and shading are normal approximations, decision lines a slice through each mean. ";
  return `${drag}Space plays, ← → half-steps, ↑ ↓ iterations, comma and full stop walk the points.`;
}

export default function (component) {
  return renderInto(component, "em-film", mount);
}
