// Beside the squares: the picture at z, numbers in words, and which axes are shown.
// Text enters as textContent only: class names come from files.

import { axisName, signed } from "./plane.js";
import { paintImage } from "./brightness.js";
import { element } from "../em_film/dom.js";
import { traceSymbol } from "../em_film/paint.js";

export function makePanel(root, space) {
  const find = (name) => root.querySelector(`.${name}`);
  let walk;

  function load(next) {
    walk = next;
    find("choice").hidden = walk.Z < 3;
    const named = (axis) => `${axisName(axis)} · ` +
      (walk.kl[axis] < walk.collapsed ? "collapsed" : `${signed(walk.kl[axis])} nats`);
    [find("across"), find("up")].forEach((select, which) => {
      const options = Array.from({ length: walk.Z }, (_, axis) => {
        const option = element("option", "", named(axis));
        option.value = axis;
        return option;
      });
      select.replaceChildren(...options);
      select.value = space.axes[which];
    });
    const rows = Array.from(walk.kl, (kl, axis) => {
      const row = element("tr");
      row.append(element("th", "", axisName(axis)), element("td", "", signed(kl, 3)));
      return row;
    });
    find("axes").tBodies[0].replaceChildren(...rows);
    const most = Math.max(...walk.kl, 1);
    const bars = Array.from(walk.kl, (kl, axis) => {
      const empty = kl < walk.collapsed;
      const bar = element("div", empty ? "bar empty" : "bar");
      const track = element("span", "track");
      track.append(element("i"));
      track.firstChild.style.transform = `scaleX(${kl / most})`;
      bar.append(element("b", "", axisName(axis)), track,
        element("span", "soft", empty ? "collapsed" : signed(kl)));
      return bar;
    });
    find("bars").replaceChildren(...bars);
  }

  function dress(theme) {
    const legible = walk.classes.every((name) => name.length < 3);
    find("classes").replaceChildren(...(legible ? [] : walk.classes.map((name, klass) => {
      const entry = element("span", "class");
      const mark = element("canvas", "mark");
      mark.width = mark.height = 40;
      const c = mark.getContext("2d");
      c.translate(20, 20);
      traceSymbol(c, walk.symbols[klass], 12);
      c.fillStyle = theme.hues[klass];
      c.fill();
      entry.append(mark, element("span", "", name));
      return entry;
    })));
  }

  const pointed = () => space.axes.filter((axis) => axis >= 0)
    .map((axis) => `${axisName(axis)} = ${signed(space.z[axis])}`).join(", ");
  const distance = () => Math.hypot(...space.z);
  const called = (i) => (walk.y ? walk.classes[walk.y[i]] : `sample ${i + 1}`);

  function show(image, near) {
    paintImage(find("decoded"), image, walk.shape);
    find("place").textContent = pointed();
    find("far").textContent = `${signed(distance())} from the prior's mean; its draws lie about ` +
      `${signed(Math.sqrt(walk.Z), 1)} away`;
    find("near").textContent = near < 0 ? "no encoded sample near"
      : `nearest encoded sample: ${called(near)}`;
    find("others").textContent = walk.Z < 3 ? ""
      : space.held < 0 ? "The other axes are held at 0. Press a sample to hold them at its values."
        : `The other axes are held at a sample's values: ${called(space.held)}.`;
    find("release").hidden = space.held < 0 || walk.Z < 3;
  }

  function tell(image, near) {
    const mean = image.reduce((sum, value) => sum + value, 0) / image.length;
    find("live").textContent = `${pointed()}. ${find("far").textContent}. ` +
      `${find("near").textContent}. The picture's mean brightness is ${mean.toFixed(2)} of 1.`;
  }

  return { load, dress, show, tell };
}
