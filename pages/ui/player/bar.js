// Buttons, slider and keys of a film.  `keys` are a component's own: key -> function(event).

export function listenBar(root, clock, signal, keys = {}) {
  const find = (name) => root.querySelector(`.${name}`);
  const on = (name, type, react) => find(name).addEventListener(type, react, { signal });
  on("restart", "click", () => clock.by(-clock.s));
  on("back", "click", () => clock.by(-1));
  on("forward", "click", () => clock.by(1));
  on("play", "click", () => clock.play(!clock.playing));
  on("scrub", "input", () => {
    const to = Number(find("scrub").value); // stopping sets the slider back to where it is
    clock.play(false);
    clock.go(to);
  });
  on("speed", "change", () => clock.setSpeed(Number(find("speed").value)));
  const all = {
    " ": () => clock.play(!clock.playing),
    ",": () => clock.by(-1),
    ".": () => clock.by(1),
    Home: () => clock.by(-clock.s),
    End: () => {
      clock.play(false);
      clock.go(clock.last);
    },
    ...keys,
  };
  root.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target.tagName === "SELECT") return;
    if (target.tagName === "INPUT" && key.startsWith("Arrow")) return; // the slider's own
    if ((key === " " || key === "Enter") && target.tagName === "BUTTON") return;
    if (!(key in all)) return;
    all[key](event);
    event.preventDefault();
    event.stopPropagation();
  }, { signal });
}

export function showBar(root, clock, words) {
  const find = (name) => root.querySelector(`.${name}`);
  const { s, last, playing } = clock;
  Object.assign(root.dataset, { step: s, playing, settled: false }); // until it is drawn
  find("play").setAttribute("aria-label", playing ? "Pause" : "Play");
  find("scrub").max = last;
  find("scrub").value = s;
  find("scrub").setAttribute("aria-valuetext", words);
  find("scrub").style.setProperty("--done", `${last ? (100 * s) / last : 0}%`);
}
