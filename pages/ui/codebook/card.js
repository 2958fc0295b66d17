// One code in words and pictures: what it decodes to and where in the map it is used.

import { pictureOf } from "./strip.js";

export function makeCard(root) {
  const find = (name) => root.querySelector(`.${name}`);

  function drawTile(book, k) {
    const canvas = find("decodes");
    const size = book.tile.reduce((a, b) => a * b, 1);
    const tile = pictureOf(book.decoded, k * size, book.tile);
    const c = canvas.getContext("2d");
    c.imageSmoothingEnabled = false;
    c.clearRect(0, 0, canvas.width, canvas.height);
    const scale = Math.min(canvas.width / tile.width, canvas.height / tile.height);
    c.drawImage(tile, 0, 0, tile.width * scale, tile.height * scale);
  }

  function drawWhere(book, k, hue) {
    const canvas = find("placed");
    const [h, w] = book.grid;
    const c = canvas.getContext("2d");
    const used = book.used.subarray(k * h * w, (k + 1) * h * w);
    const most = Math.max(...used, 1);
    c.clearRect(0, 0, canvas.width, canvas.height);
    const side = Math.min(canvas.width / w, canvas.height / h);
    for (let cell = 0; cell < h * w; cell++) {
      c.globalAlpha = 0.06 + 0.94 * (used[cell] / most);
      c.fillStyle = hue;
      c.fillRect((cell % w) * side, Math.floor(cell / w) * side, side - 1, side - 1);
    }
    c.globalAlpha = 1;
  }

  // Shows code k of a frame, or hides the card (k = -1).
  function show(book, frame, k, theme) {
    find("card").hidden = k < 0;
    find("card-empty").hidden = k >= 0;
    if (k < 0) return "";
    const badge = find("card-badge");
    badge.textContent = `${k + 1}`;
    badge.style.setProperty("--hue", theme.hues[k]);
    const at = frame.moved[k];
    const said = `${(100 * frame.share[k]).toFixed(2)} % of the positions. ` +
      (at > 0 ? `Restarted last at step ${at}.` : "Never restarted.");
    find("card-said").textContent = said;
    find("card-pictures").hidden = !book.S;
    if (book.S) {
      drawTile(book, k);
      drawWhere(book, k, theme.hues[k]);
    }
    return `Code ${k + 1}: ${said}`;
  }

  return { show };
}
