// Where the tape stands, and how one half-step becomes the next on the screen.

const PACE = 620; // milliseconds a half-step at speed 1

export function makeReel(getTape, onStep, onRest) {
  let [s, u, playing, moving, speed, calm] = [0, 1, false, false, 1, false];
  const eased = () => {
    const t = Math.min(1, u / 0.8);
    return t * t * (3 - 2 * t);
  };

  function go(target, animate = false) {
    const to = Math.min(Math.max(Math.round(target), 0), getTape().last);
    moving = animate && !calm && to === s + 1;
    u = moving ? 0 : 1;
    s = to;
    onStep();
    if (!moving && !playing) onRest();
  }

  function play(on) {
    if (on && s === getTape().last) go(0);
    playing = on;
    if (on) u = moving ? u : 0.5;
    onStep();
    if (!on) onRest();
  }

  // Moves time on; true while there is something left to draw.
  function tick(elapsed) {
    if (!playing && !moving) return false;
    u += (Math.min(elapsed, 100) * speed) / (PACE * (calm ? 2.5 : 1));
    if (u < 1) return true;
    moving = false;
    if (playing && s < getTape().last) {
      s += 1;
      u = calm ? 0 : u - 1;
      moving = !calm;
      onStep();
    } else {
      [u, playing] = [1, false];
      onStep();
      onRest();
    }
    return true;
  }

  // The states on both sides of the present moment, and how far between them it is.
  function view() {
    const part = moving ? eased() : 1;
    const now = getTape().at(s);
    return { now, before: part < 1 ? getTape().at(s - 1) : now, part };
  }

  return {
    go, play, tick, view,
    setSpeed: (value) => { speed = value; },
    setCalm: (value) => { calm = value; },
    get s() { return s; },
    get playing() { return playing; },
    get busy() { return playing || moving; },
    get cursor() { return moving ? s - 1 + eased() : s; },
  };
}
