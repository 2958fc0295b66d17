// Two maps with one position and one depth: what one stack sees beside what two stacks see.

import { sameBytes, unpack } from "../em_film/blob.js";
import { fill } from "../em_film/dom.js";
import { readTheme } from "../em_film/theme.js";
import { listenBar, showBar } from "../player/bar.js";
import { makeClock } from "../player/clock.js";
import { hosted, whenSeen } from "../player/mount.js";
import { countsOf, makeBoard, NEVER } from "./board.js";

function mountReceptive(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const leaving = new AbortController();
  const { signal } = leaving;
  const calmly = matchMedia("(prefers-reduced-motion: reduce)");
  let [given, boards, theme, at, frames, eye] = [null, [], null, 0, 0, null];
  const clock = makeClock({ stepped, draw, rested });
  listenBar(root, clock, signal, {
    ArrowUp: () => move(-1, 0), ArrowDown: () => move(1, 0),
    ArrowLeft: () => move(0, -1), ArrowRight: () => move(0, 1),
  });

  function load(bytes) {
    const data = unpack(bytes);
    const [rows, columns] = data.grid;
    const moved = !given || `${given.grid}` !== `${data.grid}`;
    given = data;
    const stacks = data.stacks.map((stack) => ({
      ...stack, fields: data[stack.name], positions: rows * columns,
    }));
    boards = stacks.map((stack) => ({ stack, ...makeBoard(stack, rows, columns) }));
    find("boards").replaceChildren(...boards.map((board) => board.figure));
    boards.forEach(({ canvas, under }) => {
      canvas.addEventListener("pointerdown", (event) => place(under(event)));
      canvas.addEventListener("pointermove", (event) => say(under(event)));
      canvas.addEventListener("pointerleave", () => say(-1));
    });
    if (moved) at = data.position[0] * columns + data.position[1];
    clock.set(data.layers, 650);
    clock.setCalm(calmly.matches);
    theme = null;
    dress();
    if (clock.calm) clock.go(data.layers);
    else {
      clock.go(0);
      if (eye) eye.disconnect();
      const untouched = clock.moves;
      eye = whenSeen(root, () => clock.moves === untouched && clock.play(true));
    }
  }

  function dress() {
    const worn = JSON.stringify(theme);
    theme = readTheme(root, given.hues);
    root.classList.toggle("dark", theme.dark);
    root.style.setProperty("--seen", given.hues[0]);
    root.style.setProperty("--blind", given.hues[1]);
    if (worn !== JSON.stringify(theme)) clock.wake();
  }

  function state() {
    return { at, layers: clock.s, u: clock.u, theme };
  }

  function draw() {
    if (!theme) return;
    boards.forEach((board) => board.draw(state()));
    root.dataset.frames = frames += 1;
    root.dataset.settled = !clock.busy;
  }

  function stepped() {
    if (!given) return;
    const words = clock.s ? `first layer and ${clock.s} more` : "first layer alone";
    showBar(root, clock, words);
    find("where-now").textContent = words;
    root.dataset.at = at;
    boards.forEach((board) => board.tell(state()));
  }

  function rested() {
    const [row, column] = [Math.floor(at / given.grid[1]) + 1, (at % given.grid[1]) + 1];
    const counted = boards.map(({ stack }) => [stack.title, countsOf(stack, at, clock.s)]);
    find("live").textContent = `Row ${row}, column ${column}, ${find("where-now").textContent}. ` +
      counted.map(([title, { seen, blind }]) => `${title} sees ${seen} of ${at} earlier positions` +
        (blind ? `, ${blind} are in its blind spot` : ", none is in a blind spot")).join(". ");
    fill(find("counts"), [["network", "seen", "not yet", "blind spot"],
      ...counted.map(([title, c]) => [title, `${c.seen}`, `${c.late}`, `${c.blind}`])]);
  }

  function place(i) {
    if (i < 0) return;
    at = i;
    clock.go(clock.s);
    say(-1);
  }

  function move(down, right) {
    const [rows, columns] = given.grid;
    const row = Math.min(Math.max(Math.floor(at / columns) + down, 0), rows - 1);
    const column = Math.min(Math.max((at % columns) + right, 0), columns - 1);
    place(row * columns + column);
  }

  // What the position under the pointer is to the predicted one.
  function say(i) {
    const columns = given.grid[1];
    const name = `Row ${Math.floor(i / columns) + 1}, column ${(i % columns) + 1}`;
    const depthWords = (depth) => depth === NEVER ? "never seen"
      : depth ? `seen with ${depth} layer${depth > 1 ? "s" : ""} after the first`
        : "seen by the first layer";
    find("said").textContent = i < 0 || i === at ? ""
      : i > at ? `${name} comes later: a prediction must not see it.`
        : `${name}: ` + boards.map(({ stack }) =>
          `${stack.short}, ${depthWords(stack.fields[at * stack.positions + i])}`).join("; ") + ".";
  }

  const watch = new ResizeObserver(() => given && clock.wake());
  watch.observe(root);
  calmly.addEventListener("change", () => clock.setCalm(calmly.matches), { signal });
  return {
    render(data) {
      if (!given || !sameBytes(given.bytes, data)) load(data);
      else dress();
    },
    leave() {
      clock.stop();
      leaving.abort();
      watch.disconnect();
      if (eye) eye.disconnect();
    },
  };
}

export default hosted(".receptive", mountReceptive);
