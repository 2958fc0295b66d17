// Buttons, slider, keyboard and pointer of one film.

export function listen(page) {
  const { root, find, signal } = page;
  const on = (name, type, react) => find(name).addEventListener(type, react, { signal });
  const by = (steps, animate = true) => {
    page.player.play(false);
    page.player.go(page.player.s + steps, animate && steps === 1);
  };

  // The next half-step if it is the one asked for, else the pair that ends with it.
  const half = (wanted) => by(page.player.s % 2 === wanted ? 2 : 1);

  on("restart", "click", () => by(-page.player.s));
  on("back", "click", () => by(-1));
  on("forward", "click", () => by(1));
  on("play", "click", () => page.player.play(!page.player.playing));
  on("step-e", "click", () => half(1));
  on("step-m", "click", () => half(0));
  on("scrub", "input", () => by(Number(find("scrub").value) - page.player.s, false));
  on("speed", "change", () => page.player.setSpeed(Number(find("speed").value)));
  on("density", "click", () => {
    page.shade = !page.shade;
    find("density").setAttribute("aria-pressed", page.shade);
    page.wake();
  });

  const order = () => {
    const { film } = page;
    if (!film.order) {
      film.order = Array.from({ length: film.N }, (_, i) => i)
        .sort((a, b) => film.place[2 * a] - film.place[2 * b]);
    }
    return film.order;
  };
  const walk = (way) => {
    const points = order();
    const now = points.indexOf(page.hover);
    const next = now < 0 ? Math.floor(points.length / 2) : now + way;
    page.player.play(false);
    page.point(points[(next + points.length) % points.length], true);
  };

  const keys = {
    " ": () => page.player.play(!page.player.playing),
    ArrowRight: (event) => by(event.shiftKey ? 2 : 1),
    ArrowLeft: (event) => by(event.shiftKey ? -2 : -1),
    ArrowUp: () => by(2),
    ArrowDown: () => by(-2),
    Home: () => by(-page.player.s),
    End: () => by(page.player.last - page.player.s),
    ",": () => walk(-1),
    ".": () => walk(1),
    Escape: () => page.point(-1),
  };
  root.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target.tagName === "SELECT") return;
    if (key === " " && target.tagName === "BUTTON") return;
    const handle = /^[1-9]$/.test(key) && find("handles").children[Number(key) - 1];
    if (handle) handle.focus();
    else if (key in keys) keys[key](event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, { signal });

  const placeOf = (event, canvas) => {
    const edge = canvas.getBoundingClientRect();
    return [event.clientX - edge.left, event.clientY - edge.top];
  };
  const look = (event) => {
    const found = page.scene.nearest(placeOf(event, page.picture));
    if (found !== page.hover) page.point(found);
  };
  on("picture", "pointermove", look);
  on("picture", "pointerdown", look);
  on("picture", "pointerleave", (event) => event.pointerType === "mouse" && page.point(-1));

  let pulling = false;
  const pull = (event) => {
    const h = page.curve.iterationAt(placeOf(event, find("curve"))[0]);
    by(2 * h + 1 - page.player.s, false);
  };
  on("curve", "pointerdown", (event) => {
    pulling = true;
    find("curve").setPointerCapture(event.pointerId);
    pull(event);
  });
  on("curve", "pointermove", (event) => pulling && pull(event));
  for (const type of ["pointerup", "pointercancel"]) on("curve", type, () => { pulling = false; });
}
