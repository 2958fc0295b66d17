// The film as it arrives: "EMF1", header length, JSON header, aligned arrays.

const KINDS = {
  f8: Float64Array, f4: Float32Array, i4: Int32Array, u2: Uint16Array, u1: Uint8Array,
};

// Header and arrays of any blob, with the bytes they lie in.
export function unpack(bytes) {
  const own = bytes.slice(); // a copy: aligned, and ours to keep
  const head = new DataView(own.buffer, own.byteOffset, 8);
  if (head.getUint32(0) !== 0x454d4631) throw new Error("this is no blob of the app");
  const size = head.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(own.subarray(8, 8 + size)));
  const arrays = {};
  for (const [name, kind, length, offset] of header.arrays) {
    arrays[name] = new KINDS[kind](own.buffer, own.byteOffset + 8 + size + offset, length);
  }
  return { ...header, ...arrays, bytes: own };
}

export function decode(bytes) {
  const film = unpack(bytes);
  film.gaussian = film.family === "gaussian";
  film.shapeSize = film.gaussian ? 3 : film.D;
  film.heads = Boolean(film.intercept) && film.C > 1;
  film.happened = new Map();
  for (const [number, sentence] of film.events) {
    film.happened.set(number, [...(film.happened.get(number) || []), sentence]);
  }
  unpackPoints(film);
  return film;
}

// x (N, D) in float64, log x where the family needs it, and the place on the screen's plane (N, 2).
function unpackPoints(film) {
  const { N, D, origin, plane } = film;
  const x = new Float64Array(N * D);
  const place = new Float64Array(N * 2);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < D; j++) {
      const value = film.x[i * D + j] + origin[j];
      x[i * D + j] = value;
      place[2 * i] += value * plane[2 * j];
      place[2 * i + 1] += value * plane[2 * j + 1];
    }
  }
  film.x = x;
  film.place = place;
  film.rows = film.gaussian ? x : x.map(Math.log);
  film.digits = Array.from({ length: D }, (_, j) => digitsFor(film, j));
}

// Decimals that tell places apart along feature j.
function digitsFor({ N, D, x }, j) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = j; i < N * D; i += D) {
    low = Math.min(low, x[i]);
    high = Math.max(high, x[i]);
  }
  const digits = Math.floor(3.2 - Math.log10(high - low || 1));
  return Math.min(Math.max(digits, 0), 9);
}

export function sameBytes(a, b) {
  if (!a || !b || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
