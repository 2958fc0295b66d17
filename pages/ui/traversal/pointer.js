// Mouse, touch and keyboard over both squares, and the choice of axes.

const STEP = 1 / 30; // of the reach, for an arrow key

export function listen(page) {
  const { root, find, signal, space } = page;
  const on = (target, type, react) => target.addEventListener(type, react, { signal });
  let pinned = false;
  let order = [];
  let walked = -1;

  function pin(now) {
    pinned = now;
    root.dataset.pinned = now;
  }

  const spotOf = (event, canvas) => {
    const edge = canvas.getBoundingClientRect();
    return [event.clientX - edge.left, event.clientY - edge.top];
  };
  const inside = ([x, y]) => {
    const { left, right, top, bottom } = page.box;
    return x >= left && x <= right && y >= top && y <= bottom;
  };

  for (const name of ["plane", "lattice"]) {
    const canvas = find(name);
    let pressed = false;
    on(canvas, "pointermove", (event) => {
      const spot = spotOf(event, canvas);
      const mouse = event.pointerType === "mouse";
      if ((mouse && pinned && !pressed) || (!mouse && !pressed) || !(pressed || inside(spot))) return;
      page.go(page.box.toPlace(spot));
    });
    on(canvas, "pointerdown", (event) => {
      const spot = spotOf(event, canvas);
      if (event.button || !inside(spot)) return;
      pressed = true;
      canvas.setPointerCapture(event.pointerId);
      const met = name === "plane" ? page.plane.nearest(spot, 11) : -1;
      if (met >= 0) page.visit(met);
      else page.go(page.box.toPlace(spot));
      if (event.pointerType === "mouse") pin(!pinned || met >= 0);
    });
    for (const type of ["pointerup", "pointercancel"]) on(canvas, type, () => { pressed = false; });
  }

  const by = (a, b) => (event) => {
    const step = space.reach * STEP * (event.shiftKey ? 5 : 1);
    const [u, v] = space.place();
    page.go([u + a * step, v + b * step]);
  };
  const stroll = (way) => () => {
    const { walk } = page;
    if (order.length !== walk.n) {
      order = Array.from({ length: walk.n }, (_, i) => i)
        .sort((a, b) => space.sample(a).mean[0] - space.sample(b).mean[0]);
    }
    walked = walked < 0 ? Math.floor(walk.n / 2) : (walked + way + walk.n) % walk.n;
    page.visit(order[walked]);
  };
  const keys = {
    ArrowLeft: by(-1, 0), ArrowRight: by(1, 0), ArrowUp: by(0, 1), ArrowDown: by(0, -1),
    Home: () => page.home(), ",": stroll(-1), ".": stroll(1), Escape: () => pin(false),
  };
  on(root, "keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
    if (!(event.key in keys)) return;
    if (event.key !== "Escape") pin(true); // a mouse lying on the square must not take it back
    keys[event.key](event);
    event.preventDefault();
    event.stopPropagation();
  });

  ["across", "up"].forEach((name, which) =>
    on(find(name), "change", () => page.choose(which, Number(find(name).value))));
  on(find("release"), "click", () => page.release());
  on(find("posteriors"), "click", () => page.toggle());
}
