// Buttons, slider, keyboard and pointer of one quantiser.

export function listen(page) {
  const { root, find, signal } = page;
  const on = (name, type, react) => find(name).addEventListener(type, react, { signal });
  const by = (steps, animate = true) => {
    page.reel.play(false);
    page.reel.go(page.reel.s + steps, animate && steps === 1);
  };
  const round = () => page.tape.phases.length;
  // On to the end of the next step of this kind.
  const until = (phase) => {
    let steps = 1;
    while (page.reel.s + steps < page.tape.last && page.tape.phaseAt(page.reel.s + steps) !== phase) {
      steps += 1;
    }
    by(steps);
  };
  const toggle = (name) => {
    page.look[name] = !page.look[name];
    find(name).setAttribute("aria-pressed", page.look[name]);
    page.arranged();
  };

  on("restart", "click", () => by(-page.reel.s));
  on("back", "click", () => by(-1));
  on("forward", "click", () => by(1));
  on("play", "click", () => page.reel.play(!page.reel.playing));
  for (const phase of ["assign", "codebook", "encode"]) on(`to-${phase}`, "click", () => until(phase));
  on("scrub", "input", () => by(Number(find("scrub").value) - page.reel.s, false));
  on("speed", "change", () => page.reel.setSpeed(Number(find("speed").value)));
  for (const name of ["arrows", "beside"]) on(name, "click", () => toggle(name));

  const walk = (way) => {
    const next = page.look.hover < 0 ? Math.floor(page.film.N / 2) : page.look.hover + way;
    page.reel.play(false);
    page.point((next + page.film.N) % page.film.N, true);
  };
  const keys = {
    " ": () => page.reel.play(!page.reel.playing),
    ArrowRight: (event) => by(event.shiftKey ? round() : 1),
    ArrowLeft: (event) => by(event.shiftKey ? -round() : -1),
    ArrowUp: () => by(round()),
    ArrowDown: () => by(-round()),
    Home: () => by(-page.reel.s),
    End: () => by(page.tape.last - page.reel.s),
    ",": () => walk(-1),
    ".": () => walk(1),
    a: () => toggle("arrows"),
    s: () => toggle("beside"),
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

  const spot = (event) => {
    const edge = find("picture").getBoundingClientRect();
    return [event.clientX - edge.left, event.clientY - edge.top];
  };
  const look = (event) => {
    const found = page.planes.hard.nearest(page.tape.at(page.reel.s).z, spot(event));
    if (found !== page.look.hover) page.point(found);
  };
  on("picture", "pointermove", look);
  on("picture", "pointerdown", look);
  on("picture", "pointerleave", (event) => event.pointerType === "mouse" && page.point(-1));

  let pulling = false;
  const pull = (event) => {
    const t = page.curve.iterationAt(event.clientX - find("curve").getBoundingClientRect().left);
    by(t * round() - page.reel.s, false);
  };
  on("curve", "pointerdown", (event) => {
    pulling = true;
    find("curve").setPointerCapture(event.pointerId);
    pull(event);
  });
  on("curve", "pointermove", (event) => pulling && pull(event));
  for (const type of ["pointerup", "pointercancel"]) on("curve", type, () => { pulling = false; });
}
