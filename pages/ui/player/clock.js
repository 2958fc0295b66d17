// Where a film stands: step s of 0 .. last, on the way there by u in 0 .. 1.  Owns the animation
// frames; `stepped` is told of every new step, `draw` of every frame, `rested` when all is still.

export function makeClock({ stepped, draw, rested }) {
  let [s, last, u, pace, speed] = [0, 0, 1, 500, 1];
  let [playing, moving, calm, loop, then, resting, moves] = [false, false, false, 0, 0, 0, 0];

  function wake() {
    if (!loop) loop = requestAnimationFrame(frame);
  }

  function frame(now) {
    loop = 0;
    tick(Math.min(then ? now - then : 16, 100));
    then = now;
    draw();
    if (playing || moving) wake();
    else then = 0;
  }

  function tick(elapsed) {
    if (!playing && !moving) return;
    u += (elapsed * speed) / pace;
    if (u < 1) return;
    if (playing && s < last) {
      [s, u, moving] = [s + 1, calm ? 0 : u - 1, !calm];
    } else {
      [u, playing, moving] = [1, false, false];
    }
    told();
  }

  function told() {
    moves += 1;
    stepped();
    clearTimeout(resting);
    if (!playing) resting = setTimeout(rested, 350);
    wake();
  }

  function go(to, animate = false) {
    const target = Math.min(Math.max(Math.round(to), 0), last);
    moving = animate && !calm && target === s + 1;
    [s, u] = [target, moving ? 0 : 1];
    told();
  }

  function play(on) {
    if (on && s >= last) s = 0;
    [playing, moving] = [on && last > 0, moving && on];
    if (!moving) u = on ? 0.5 : 1;
    told();
  }

  return {
    go, play, wake,
    by: (steps) => {
      playing = false;
      go(s + steps, steps === 1);
    },
    set: (steps, milliseconds) => [last, pace] = [steps, milliseconds],
    setSpeed: (value) => { speed = value; },
    setCalm: (value) => { calm = value; },
    stop: () => {
      cancelAnimationFrame(loop);
      clearTimeout(resting);
    },
    get s() { return s; },
    get u() { return moving ? u : 1; },
    get last() { return last; },
    get calm() { return calm; },
    get playing() { return playing; },
    get busy() { return playing || moving; },
    get moves() { return moves; }, // grows with every step, press and click
  };
}
