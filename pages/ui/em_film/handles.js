// The components' centres: numbered buttons on the stage, dragged by pointer or by arrow keys.
// What moved is sent once, on release (or Enter); Escape puts it back.

import { meanOf, withCentre } from "./model.js";
import { composition } from "./geometry.js";
import { element } from "./dom.js";

let serial = 0;

export function makeHandles(page) {
  const { film, player } = page;
  const box = page.find("handles");
  const movable = film.gaussian || film.D === 3;
  let held = null; // { k, to, theta, lift: pointer offset from the centre }

  const buttons = Array.from({ length: film.K }, (_, k) => {
    const button = element("button", "handle", `${k + 1}`);
    button.type = "button";
    button.dataset.component = k;
    if (movable) attach(button, k);
    else button.setAttribute("aria-disabled", "true");
    return button;
  });
  box.replaceChildren(...buttons);

  const placeOf = (event) => {
    const stage = page.picture.getBoundingClientRect();
    return [event.clientX - stage.left, event.clientY - stage.top];
  };

  function lift(k) {
    const theta = player.laid ? player.laid.theta : player.thetaOf(0);
    held = { k, theta, to: Array.from(meanOf(film, theta, k)) };
  }

  function carry(place) {
    held.to = film.gaussian ? place : composition(film, place);
    held.theta = withCentre(film, held.theta, held.k, held.to);
    player.lay(held.theta);
  }

  function release() {
    const { k, to } = held;
    held = null;
    serial = Math.max(serial + 1, Date.now());
    page.root.dataset.sent = serial;
    page.find("meaning").textContent = "EM is running from here.";
    page.send({ component: k, to: Array.from(to), serial });
    page.rested();
  }

  function cancel() {
    held = null;
    player.go(0);
  }

  function attach(button, k) {
    const { signal } = page;
    let from = null;
    button.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      from = placeOf(event);
      button.setPointerCapture(event.pointerId);
      page.point(-1);
    }, { signal });
    button.addEventListener("pointermove", (event) => {
      if (!from) return;
      const at = placeOf(event);
      if (!held && Math.hypot(at[0] - from[0], at[1] - from[1]) < 4) return;
      if (!held) lift(k);
      button.classList.add("held");
      carry(page.scene.toPlane(at));
    }, { signal });
    const drop = (event) => {
      from = null;
      button.classList.remove("held");
      if (!held) return;
      if (event.type === "pointerup") release();
      else cancel();
    };
    button.addEventListener("pointerup", drop, { signal });
    button.addEventListener("pointercancel", drop, { signal });
    button.addEventListener("keydown", (event) => key(event, button, k), { signal });
    button.addEventListener("blur", () => {
      if (held && !from) cancel();
    }, { signal });
  }

  function key(event, button, k) {
    const step = event.shiftKey ? 24 : 6;
    const ways = {
      ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step],
    };
    if (event.key === "Enter" && held) release();
    else if (event.key === "Escape" && held) cancel();
    else if (event.key in ways) {
      if (!held) lift(k);
      const spot = page.scene.toScreen(planeOf(held.to));
      carry(page.scene.toPlane([spot[0] + ways[event.key][0], spot[1] + ways[event.key][1]]));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function planeOf(mean) {
    const place = [0, 0];
    mean.forEach((value, j) => {
      place[0] += value * film.plane[2 * j];
      place[1] += value * film.plane[2 * j + 1];
    });
    return place;
  }

  function move(spots, theta) {
    buttons.forEach((button, k) => {
      button.style.transform = `translate(${spots[k][0]}px, ${spots[k][1]}px)`;
    });
    if (player.busy) return;
    buttons.forEach((button, k) => {
      const mean = Array.from(meanOf(film, theta, k), (value) => value.toFixed(2)).join(", ");
      button.setAttribute("aria-label", `Centre of component ${k + 1}: ${mean}. ` +
        (movable ? "Arrow keys move it, Enter runs EM from there, Escape puts it back." : ""));
    });
  }

  function dress(theme) {
    buttons.forEach((button, k) => button.style.setProperty("--hue", theme.hues[k]));
  }

  return { move, dress, get holding() { return Boolean(held); } };
}
