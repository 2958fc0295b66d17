// Where the film stands.  Half-steps s = 0 .. 2T-1: 0 is the start, grey; odd s = 2h + 1 is the
// E-step at iteration h (theta_h, coloured by tau(theta_h)); even s = 2h + 2 is the M-step after
// it (theta_{h+1}, still coloured by tau(theta_h)).

import { between, eStep, thetaAt } from "./model.js";
import { fadeInks, mixHues, packColour } from "./paint.js";

const HALF_STEP = 520; // milliseconds at speed 1
const KEPT = 8; // E-steps remembered

export const shapeStep = (s) => Math.floor(s / 2);
export const colourStep = (s) => (s === 0 ? -1 : Math.floor((s - 1) / 2));
const ease = (u) => {
  const t = Math.min(1, u / 0.8); // arrive early, rest, go on
  return t * t * (3 - 2 * t);
};

export function makePlayer(film, onStep, onRest) {
  const last = 2 * film.T - 1;
  const remembered = new Map();
  const faded = new Uint32Array(film.N);
  let [s, u, playing, moving, speed, calm] = [0, 1, false, false, 1, false];
  let [theme, override, grey] = [null, null, null];

  function asked(h) {
    if (!remembered.has(h)) {
      if (remembered.size >= KEPT) remembered.delete(remembered.keys().next().value);
      const answer = eStep(film, thetaAt(film, h));
      remembered.set(h, { ...answer, inks: mixHues(answer.tau, theme.hueRgb, film.N) });
    }
    return remembered.get(h);
  }

  const inksOf = (h) => (h < 0 ? grey : asked(h).inks);

  function dress(newTheme) {
    theme = newTheme;
    grey = new Uint32Array(film.N).fill(packColour(theme.greyRgb));
    remembered.clear();
  }

  function go(target, animate = false) {
    const to = Math.min(Math.max(Math.round(target), 0), last);
    override = null;
    moving = animate && !calm && to === s + 1;
    u = moving ? 0 : 1;
    s = to;
    onStep();
    if (!moving && !playing) onRest();
  }

  function play(on) {
    if (on && s === last) go(0);
    override = null;
    playing = on;
    if (on) u = moving ? u : 0.5;
    onStep();
    if (!on) onRest();
  }

  // Moves time on; true while there is something left to draw.
  function tick(elapsed) {
    if (!playing && !moving) return false;
    u += (Math.min(elapsed, 100) * speed) / (HALF_STEP * (calm ? 2.5 : 1));
    if (u < 1) return true;
    moving = false;
    if (playing && s < last) {
      s += 1;
      u = calm ? 0 : u - 1;
      moving = !calm;
      onStep();
    } else {
      u = 1;
      playing = false;
      onStep();
      onRest();
    }
    return true;
  }

  // What to draw now.
  function view() {
    if (override) {
      const { tau } = override.answer;
      return { ...override, inks: mixHues(tau, theme.hueRgb, film.N), inkKey: override.thetaKey };
    }
    const g = shapeStep(s);
    const h = colourStep(s);
    const part = moving ? ease(u) : 1;
    const sliding = part < 1 && s % 2 === 0;
    const fading = part < 1 && s % 2 === 1;
    const theta = thetaAt(film, g);
    return {
      theta: sliding ? between(film, thetaAt(film, g - 1), theta, part) : theta,
      thetaKey: sliding ? `${g} ${part}` : `${g}`,
      inks: fading ? fadeInks(inksOf(h - 1), inksOf(h), part, faded) : inksOf(h),
      inkKey: fading ? `${h} ${part}` : `${h}`,
    };
  }

  // Shows a theta of no step (a centre under the pointer) with the E-step it would give.
  function lay(theta) {
    [playing, moving, u, s] = [false, false, 1, 0];
    override = { theta, thetaKey: `lay ${performance.now()}`, answer: eStep(film, theta) };
    onStep();
  }

  return {
    thetaOf: (t) => thetaAt(film, t),
    asked, dress, go, play, tick, view, lay,
    setSpeed: (value) => { speed = value; },
    setCalm: (value) => { calm = value; },
    get s() { return s; },
    get last() { return last; },
    get playing() { return playing; },
    get busy() { return playing || moving; },
    get laid() { return override; },
    get cursor() {
      return moving && s % 2 === 0 ? shapeStep(s) - 1 + ease(u) : shapeStep(s);
    },
  };
}
