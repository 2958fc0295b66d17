// The codes of one stage as numbered buttons, dragged by pointer or by arrow keys.

import { element } from "../em_film/dom.js";

export function makeGrips(page, box, side) {
  const { film } = page;
  const buttons = Array.from({ length: film.K }, (_, k) => {
    const button = element("button", "handle", `${k + 1}`);
    button.type = "button";
    attach(button, k);
    return button;
  });
  box.replaceChildren(...buttons);

  const placeOf = (event) => {
    const stage = box.getBoundingClientRect();
    return [event.clientX - stage.left, event.clientY - stage.top];
  };

  function attach(button, k) {
    const { signal } = page;
    let from = null;
    let held = false;
    button.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      from = placeOf(event);
      button.setPointerCapture(event.pointerId);
      page.point(-1);
      page.reel.play(false);
      page.reel.go(page.reel.s);
    }, { signal });
    button.addEventListener("pointermove", (event) => {
      if (!from) return;
      const at = placeOf(event);
      if (!held && Math.hypot(at[0] - from[0], at[1] - from[1]) < 4) return;
      held = true;
      button.classList.add("held");
      page.carry(side, k, page.planes[side].toPlane(at));
    }, { signal });
    const drop = () => {
      button.classList.remove("held");
      if (held) page.dropped();
      [from, held] = [null, false];
    };
    button.addEventListener("pointerup", drop, { signal });
    button.addEventListener("pointercancel", drop, { signal });
    button.addEventListener("keydown", (event) => key(event, k), { signal });
  }

  function key(event, k) {
    const step = event.shiftKey ? 24 : 6;
    const ways = {
      ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step],
    };
    if (!(event.key in ways)) return;
    page.reel.play(false);
    page.reel.go(page.reel.s);
    const codes = page.tape.at(page.reel.s)[side].place;
    const spot = page.planes[side].toScreen([codes[2 * k], codes[2 * k + 1]]);
    const way = ways[event.key];
    page.carry(side, k, page.planes[side].toPlane([spot[0] + way[0], spot[1] + way[1]]));
    page.dropped();
    event.preventDefault();
    event.stopPropagation();
  }

  function move(spots, codes, shares) {
    buttons.forEach((button, k) => {
      button.style.transform = `translate(${spots[k][0]}px, ${spots[k][1]}px)`;
      button.classList.toggle("dead", shares[k] * film.N < 0.5);
    });
    if (page.reel.busy) return;
    buttons.forEach((button, k) => {
      const [x, y] = [codes[2 * k], codes[2 * k + 1]].map((value) => value.toFixed(2));
      button.setAttribute("aria-label", `Code ${k + 1} at ${x}, ${y}, has ` +
        `${Math.round(100 * shares[k])} percent of the samples. Arrow keys move it.`);
    });
  }

  function dress(theme) {
    buttons.forEach((button, k) => button.style.setProperty("--hue", theme.hues[k]));
  }

  function flash(k) {
    buttons[k].classList.remove("revived");
    void buttons[k].offsetWidth; // so that the animation starts again
    buttons[k].classList.add("revived");
  }

  return { move, dress, flash };
}
