// Wires the blob, the decoder, both squares and the panel to one element.  Streamlit calls the
// default export again at every rerun; a newer decoder takes the old one's place under the pointer.

import { sameBytes, unpack } from "../em_film/blob.js";
import { readTheme } from "../em_film/theme.js";
import { makeBrightness } from "./brightness.js";
import { makeLattice } from "./lattice.js";
import { makeNetwork } from "./network.js";
import { makePanel } from "./panel.js";
import { makePlane } from "./plane.js";
import { listen } from "./pointer.js";
import { makeSpace } from "./space.js";

const walks = new WeakMap();
const NEAR = 28; // CSS pixels within which a sample is called near

function begin(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const leaving = new AbortController();
  const space = makeSpace();
  const panel = makePanel(root, space);
  const plane = makePlane(find("plane"));
  const lattice = makeLattice(find("lattice"));
  let walk, network, brightness, theme, size, loop, resting, waits;
  let [ellipses, laid, loads, frames] = [true, false, 0, 0];
  const decode = (z) => brightness(network(z));

  const page = {
    root, find, space, plane, signal: leaving.signal,
    get walk() { return walk; },
    get box() { return plane.box; },
    go(place) {
      space.move(place);
      moved();
    },
    visit(i) {
      space.hold(i);
      space.move(space.sample(i).mean);
      laid = false;
      moved();
    },
    home() {
      space.hold(-1);
      space.move([0, 0]);
      laid = false;
      moved();
    },
    release() {
      space.hold(-1);
      laid = false;
      moved();
    },
    choose(which, axis) {
      space.choose(which, axis);
      panel.load(walk);
      laid = false;
      moved();
    },
    toggle() {
      ellipses = !ellipses;
      find("posteriors").setAttribute("aria-pressed", ellipses);
      laid = false;
      wake();
    },
  };

  function load(bytes) {
    walk = unpack(bytes);
    network = makeNetwork(walk);
    brightness = makeBrightness(walk);
    loads += 1;
    root.dataset.compact = walk.compact;
    space.load(walk);
    panel.load(walk);
    dress(true);
    moved();
  }

  function dress(always = false) {
    const worn = JSON.stringify(theme);
    theme = readTheme(root, walk.hues);
    if (!always && worn === JSON.stringify(theme)) return;
    panel.dress(theme);
    fit();
  }

  function fit() {
    const { width, height } = find("plane").parentElement.getBoundingClientRect();
    if (width < 60 || height < 60) return;
    size = { width, height, ratio: Math.min(window.devicePixelRatio || 1, 2) };
    laid = false;
    wake();
  }

  function moved() {
    waits = waits || performance.now();
    wake();
  }

  function wake() {
    if (!loop) loop = requestAnimationFrame(frame);
  }

  function frame() {
    loop = 0;
    if (!size || !walk) return;
    if (!laid) {
      const view = { walk, space, size, theme, ellipses, decode, load: loads };
      plane.lay(view);
      lattice.lay(view);
      laid = true;
    }
    const image = decode(space.z);
    const near = plane.nearest(plane.box.toScreen(space.place()), NEAR);
    plane.draw();
    panel.show(image, near);
    const more = lattice.work();
    lattice.draw();
    frames += 1;
    if (waits) root.dataset.waited = (performance.now() - waits).toFixed(1);
    waits = 0;
    root.dataset.frames = frames;
    root.dataset.tiles = lattice.left;
    root.dataset.z = JSON.stringify(space.z);
    clearTimeout(resting);
    resting = setTimeout(() => panel.tell(image, near), 350);
    if (more) wake();
  }

  listen(page);
  const refit = () => walk && !leaving.signal.aborted && fit();
  const watch = new ResizeObserver(refit);
  watch.observe(find("square"));
  document.fonts.addEventListener("loadingdone", refit, { signal: leaving.signal });
  root.traversal = {
    decode: (z) => Array.from(decode(z)),
    spot: (place) => plane.box.toScreen(place),
    sample: (i) => plane.spotOf(i),
    space,
    loads: () => loads,
  };

  return {
    root,
    render({ data }) {
      if (!walk || !sameBytes(walk.bytes, data)) load(data);
      else dress();
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
  const host = component.parentElement;
  const root = host.querySelector(".traversal");
  let walk = walks.get(host);
  if (walk && walk.root !== root) {
    walk.leave();
    walk = null;
  }
  walk = walk || begin(root);
  walks.set(host, walk);
  walk.render(component);
  const turn = (walk.turn = (walk.turn || 0) + 1);
  return () => {
    if (walk.turn !== turn) return; // a later call has taken over
    walk.leave();
    walks.delete(host);
  };
}
