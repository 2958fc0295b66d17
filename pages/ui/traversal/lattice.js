// The latent square paved with what it decodes to, from the middle outwards, a few tiles a frame.

import { drawFrame, drawPrior, drawWalker, makeBox, nameAxes, sized } from "./plane.js";
import { paintImage } from "./brightness.js";

const TILE = 18; // CSS pixels that a tile needs to be recognised
const BUDGET = 9; // milliseconds of a frame that tiles may take

export function makeLattice(canvas) {
  const paved = document.createElement("canvas");
  const tile = document.createElement("canvas");
  let space, box, size, theme, queue, tiles, picture, key, gap;

  function lay(view) {
    ({ space, size, theme } = view);
    box = makeBox(size.width, size.height, space.reach);
    const [, height, width] = view.walk.shape;
    const odd = (about) => 2 * Math.floor(about / 2) + 1;
    const fitting = odd(Math.min(480 / Math.max(height, width), box.side / TILE));
    const count = Math.min(15, Math.max(7, fitting));
    const now = JSON.stringify([view.load, count, space.axes, space.reach, others()]);
    if (now === key) return;
    key = now;
    picture = { decode: view.decode, shape: view.walk.shape };
    if (!tiles || tiles.count !== count || tiles.height !== height || tiles.width !== width) {
      tiles = { count, height, width }; // else the tiles of before stay until they are decoded
      gap = Math.max(1, Math.round(height / 12));
      paved.width = count * (width + gap);
      paved.height = count * (height + gap);
      const pen = paved.getContext("2d");
      pen.fillStyle = "#585858"; // between tiles: tells bright edges and dark ones apart
      pen.fillRect(0, 0, paved.width, paved.height);
    }
    const middle = (count - 1) / 2;
    const rows = space.axes[1] < 0 ? [middle] : Array.from({ length: count }, (_, row) => row);
    if (rows.length === 1) paved.getContext("2d").clearRect(0, 0, paved.width, paved.height);
    queue = rows.flatMap((row) => Array.from({ length: count }, (_, column) => [row, column]));
    queue.sort((a, b) => far(b) - far(a));
    function far([row, column]) { return Math.hypot(row - middle, column - middle); }
  }

  const others = () => space.z.filter((_, axis) => !space.axes.includes(axis));

  // Where the middle of a tile lies in the latent square.
  const placeOf = ([row, column]) => {
    const middle = (tiles.count - 1) / 2;
    const across = (2 * space.reach) / tiles.count;
    return [(column - middle) * across, (middle - row) * across];
  };

  // Decodes tiles for a while; true if some are left.
  function work(until = performance.now() + BUDGET) {
    const pen = paved.getContext("2d");
    while (queue.length && performance.now() < until) {
      const at = queue.pop();
      paintImage(tile, picture.decode(space.at(placeOf(at))), picture.shape);
      const left = at[1] * (tiles.width + gap) + gap / 2;
      pen.drawImage(tile, Math.floor(left), Math.floor(at[0] * (tiles.height + gap) + gap / 2));
    }
    return queue.length > 0;
  }

  function draw() {
    const c = sized(canvas, size);
    c.fillStyle = theme.paper;
    c.fillRect(0, 0, size.width, size.height);
    drawFrame(c, box, space, theme, false);
    c.imageSmoothingEnabled = false;
    c.drawImage(paved, box.left, box.top, box.side, box.side);
    c.save();
    c.beginPath();
    c.rect(box.left, box.top, box.side, box.side);
    c.clip();
    drawPrior(c, box, theme);
    c.restore();
    nameAxes(c, box, space, theme);
    drawWalker(c, box, space, theme);
  }

  return { lay, work, draw, get left() { return queue ? queue.length : 0; } };
}
