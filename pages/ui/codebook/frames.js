// The frames of a run: unpacked, and every plane turned onto the one before it.

import { unpack } from "../em_film/blob.js";

// The turn (and flip) of the plane that brings `now` closest to `then`: places (2M) both.
export function turnOnto(then, now) {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < Math.min(then.length, now.length); i += 2) {
    a += then[i] * now[i];
    b += then[i] * now[i + 1];
    c += then[i + 1] * now[i];
    d += then[i + 1] * now[i + 1];
  }
  const turned = Math.hypot(a + d, c - b); // what a turn reaches, and a flip with a turn
  const flipped = Math.hypot(a - d, b + c);
  if (turned >= flipped) {
    const [cos, sin] = turned ? [(a + d) / turned, (c - b) / turned] : [1, 0];
    return [cos, -sin, sin, cos];
  }
  const [cos, sin] = [(a - d) / flipped, (b + c) / flipped];
  return [cos, sin, sin, -cos];
}

function turnedBy([p, q, r, s], places) {
  const out = new Float64Array(places.length);
  for (let i = 0; i < places.length; i += 2) {
    out[i] = p * places[i] + q * places[i + 1];
    out[i + 1] = r * places[i] + s * places[i + 1];
  }
  return out;
}

// Adds the frames of a blob that are newer than those already there.
export function addFrames(frames, book) {
  const { K, M, S } = book;
  const size = book.shape.reduce((a, b) => a * b, 1);
  const cells = book.grid[0] * book.grid[1];
  book.frames.forEach((numbers, t) => {
    const newest = frames[frames.length - 1];
    if (newest && newest.step >= numbers.step) return;
    const part = (name, length) => book[name].subarray(t * length, (t + 1) * length);
    const encoded = part("encoded", 2 * M);
    const turn = newest ? turnOnto(newest.encoded, encoded) : [1, 0, 0, 1];
    frames.push({
      ...numbers,
      share: part("share", K),
      place: turnedBy(turn, part("place", 2 * K)),
      encoded: turnedBy(turn, encoded),
      owner: part("owner", M),
      moved: part("moved", K),
      revived: part("revived", K),
      reconstruction: S ? part("reconstruction", S * size) : null,
      index: S ? part("index", S * cells) : null,
    });
  });
}

export function readBook(bytes) {
  return unpack(bytes);
}

// Ends of the cloud of encoder outputs: [left, right, bottom, top].
export function reachOf({ encoded }) {
  const ends = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < encoded.length; i += 2) {
    ends[0] = Math.min(ends[0], encoded[i]);
    ends[1] = Math.max(ends[1], encoded[i]);
    ends[2] = Math.min(ends[2], encoded[i + 1]);
    ends[3] = Math.max(ends[3], encoded[i + 1]);
  }
  const pad = 0.08 * Math.max(ends[1] - ends[0], ends[3] - ends[2], 1e-9);
  return [ends[0] - pad, ends[1] + pad, ends[2] - pad, ends[3] + pad];
}
