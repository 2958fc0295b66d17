// Held-out images, their maps of codes, and what the decoder makes of the maps.

const ROWS = ["image", "codes", "decoded"];
const ASIDE = 72; // CSS pixels of the rows' names

// Bytes (C, H, W) from an offset as a canvas.
export function pictureOf(bytes, offset, [C, H, W]) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [W, H];
  const c = canvas.getContext("2d");
  const image = c.createImageData(W, H);
  for (let p = 0; p < H * W; p++) {
    for (let j = 0; j < 3; j++) image.data[4 * p + j] = bytes[offset + (C === 3 ? j * H * W : 0) + p];
    image.data[4 * p + 3] = 255;
  }
  c.putImageData(image, 0, 0);
  return canvas;
}

// Draws the samples of a frame; returns the code under a place on the canvas.
export function drawStrip(c, box, theme, { book, now, selected }) {
  const { shape, grid } = book;
  const [h, w] = grid;
  const S = Math.min(book.S, Math.max(4, Math.floor((box.width - ASIDE) / 58))); // as many as are large
  const size = shape.reduce((a, b) => a * b, 1);
  const tall = Math.floor(box.height / 3) - 6;
  const side = Math.min(tall, Math.floor((box.width - ASIDE) / S) - 6);
  const wide = Math.max(8, Math.min(side, (side * shape[2]) / shape[1]));
  const high = Math.max(8, Math.min(side, (side * shape[1]) / shape[2]));
  c.font = `14px ${theme.font}`;
  c.textAlign = "left";
  c.textBaseline = "middle";
  c.imageSmoothingEnabled = false;
  ROWS.forEach((name, row) => {
    c.fillStyle = theme.soft;
    c.fillText(name, 0, row * (high + 6) + high / 2);
  });
  for (let s = 0; s < S; s++) {
    const x = ASIDE + s * (wide + 6);
    c.drawImage(pictureOf(book.x, s * size, shape), x, 0, wide, high);
    c.drawImage(pictureOf(now.reconstruction, s * size, shape), x, 2 * (high + 6), wide, high);
    for (let cell = 0; cell < h * w; cell++) {
      const k = now.index[s * h * w + cell];
      const [i, j] = [Math.floor(cell / w), cell % w];
      const tile = [x + (j * wide) / w, high + 6 + (i * high) / h, wide / w + 0.4, high / h + 0.4];
      c.globalAlpha = selected < 0 || k === selected ? 1 : 0.18;
      c.fillStyle = theme.hues[k];
      c.fillRect(...tile);
      if (k !== selected) continue;
      c.strokeStyle = theme.ink;
      c.lineWidth = 2;
      for (const row of [0, 1, 2]) {
        c.strokeRect(tile[0] + 1, row * (high + 6) + (i * high) / h + 1, wide / w - 2, high / h - 2);
      }
    }
    c.globalAlpha = 1;
  }
  return ([u, v]) => {
    const s = Math.floor((u - ASIDE) / (wide + 6));
    const [inU, inV] = [u - ASIDE - s * (wide + 6), v - Math.floor(v / (high + 6)) * (high + 6)];
    if (s < 0 || s >= S || v >= 3 * (high + 6) || inU >= wide || inV >= high) return -1;
    return now.index[s * h * w + Math.floor((inV * h) / high) * w + Math.floor((inU * w) / wide)];
  };
}
