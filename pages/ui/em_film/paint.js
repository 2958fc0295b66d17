// Points painted straight into pixels: a stamp per marker shape, a colour per point.

const SYMBOLS = {
  circle: (c, r) => c.arc(0, 0, r, 0, 2 * Math.PI),
  square: (c, r) => c.rect(-0.86 * r, -0.86 * r, 1.72 * r, 1.72 * r),
  diamond: (c, r) => polygon(c, [[0, -1.25 * r], [1.1 * r, 0], [0, 1.25 * r], [-1.1 * r, 0]]),
  "triangle-up": (c, r) => polygon(c, [[0, -1.25 * r], [1.2 * r, 0.9 * r], [-1.2 * r, 0.9 * r]]),
  "triangle-down": (c, r) => polygon(c, [[0, 1.25 * r], [1.2 * r, -0.9 * r], [-1.2 * r, -0.9 * r]]),
  cross: (c, r) => plus(c, 1.2 * r, 0.42 * r, 0),
  x: (c, r) => plus(c, 1.25 * r, 0.4 * r, Math.PI / 4),
  star: (c, r) => polygon(c, Array.from({ length: 10 }, (_, i) => {
    const reach = (i % 2 ? 0.6 : 1.4) * r;
    return [reach * Math.sin((i * Math.PI) / 5), -reach * Math.cos((i * Math.PI) / 5)];
  })),
};

function polygon(c, corners) {
  corners.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
  c.closePath();
}

function plus(c, arm, half, angle) {
  const quarter = [[half, -arm], [half, -half], [arm, -half]];
  const corners = [];
  for (let q = 0; q < 4; q++) {
    const turn = angle + (q * Math.PI) / 2;
    for (const [x, y] of quarter) {
      corners.push([
        x * Math.cos(turn) - y * Math.sin(turn),
        x * Math.sin(turn) + y * Math.cos(turn),
      ]);
    }
  }
  polygon(c, corners);
}

export function traceSymbol(c, name, radius) {
  c.beginPath();
  (SYMBOLS[name] || SYMBOLS.circle)(c, radius);
}

// Coverage of one marker, as pixel offsets: a rim in the background's colour, then the body.
export function makeStamp(name, radius, rim) {
  const half = Math.ceil(1.5 * radius + rim + 1);
  const side = 2 * half + 1;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const c = canvas.getContext("2d", { willReadFrequently: true });
  const read = (draw) => {
    c.clearRect(0, 0, side, side);
    c.save();
    c.translate(half + 0.5, half + 0.5);
    traceSymbol(c, name, radius);
    draw();
    c.restore();
    const { data } = c.getImageData(0, 0, side, side);
    const pixels = [];
    for (let p = 0; p < side * side; p++) {
      const cover = data[4 * p + 3];
      if (cover > 12) pixels.push([(p % side) - half, Math.floor(p / side) - half, cover]);
    }
    return pixels;
  };
  c.lineJoin = "round";
  const body = read(() => c.fill());
  const edge = rim ? read(() => {
    c.lineWidth = 2 * rim;
    c.stroke();
  }) : [];
  return { body, edge, half };
}

function flat(pixels, stride) {
  return {
    jump: Int32Array.from(pixels, ([dx, dy]) => dy * stride + dx),
    cover: Int32Array.from(pixels, ([, , cover]) => (cover > 243 ? 256 : cover)),
  };
}

// Colours are 0xAABBGGRR, as ImageData lays them out on little-endian machines.
export function packColour([r, g, b]) {
  return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
}

// t of 256 parts of `top` over `under`, channel pairs at a time.
function blend(under, top, t) {
  const pair = ((under & 0xff00ff) * (256 - t) + (top & 0xff00ff) * t) >>> 8;
  const green = ((under & 0x00ff00) * (256 - t) + (top & 0x00ff00) * t) >>> 8;
  return (pair & 0xff00ff) | (green & 0x00ff00);
}

// Each point's colour: the components' hues in proportion to its responsibilities.
export function mixHues(tau, hues, N) {
  const K = hues.length;
  const inks = new Uint32Array(N);
  for (let i = 0, o = 0; i < N; i++, o += K) {
    let [r, g, b] = [0, 0, 0];
    for (let k = 0; k < K; k++) {
      r += tau[o + k] * hues[k][0];
      g += tau[o + k] * hues[k][1];
      b += tau[o + k] * hues[k][2];
    }
    inks[i] = packColour([r + 0.5, g + 0.5, b + 0.5]);
  }
  return inks;
}

export function fadeInks(a, b, u, out) {
  const t = Math.round(256 * u);
  for (let i = 0; i < out.length; i++) out[i] = (0xff000000 | blend(a[i], b[i], t)) >>> 0;
  return out;
}

function press(pixels, at, { jump, cover }, ink) {
  const solid = (0xff000000 | ink) >>> 0;
  const plain = ink & 0xffffff;
  for (let j = 0; j < jump.length; j++) {
    const p = at + jump[j];
    const t = cover[j];
    const under = pixels[p];
    if (t === 256) pixels[p] = solid;
    else if (under >>> 24 === 0) pixels[p] = (plain | (t << 24)) >>> 0;
    else {
      const alpha = under >>> 24;
      const sum = alpha + ((t * (255 - alpha)) >> 8);
      pixels[p] = (blend(under, plain, t) | (sum << 24)) >>> 0;
    }
  }
}

// A layer of points of fixed places; `paint` fills it with new colours.
export function makePoints(symbols, klass, radius, rim) {
  const canvas = document.createElement("canvas");
  const c = canvas.getContext("2d", { willReadFrequently: true });
  const stamps = symbols.map((name) => makeStamp(name, radius, rim));
  const pad = Math.max(...stamps.map((stamp) => stamp.half)) + 1;
  let image, pixels, at, bodies, edges;

  function place(width, height, spots) {
    canvas.width = width + 2 * pad;
    canvas.height = height + 2 * pad;
    image = c.createImageData(canvas.width, canvas.height);
    pixels = new Uint32Array(image.data.buffer);
    bodies = stamps.map((stamp) => flat(stamp.body, canvas.width));
    edges = stamps.map((stamp) => flat(stamp.edge, canvas.width));
    at = new Int32Array(spots.length / 2);
    for (let i = 0; i < at.length; i++) {
      const x = Math.round(spots[2 * i]);
      const y = Math.round(spots[2 * i + 1]);
      const seen = x >= 0 && y >= 0 && x < width && y < height;
      at[i] = seen ? (y + pad) * canvas.width + x + pad : -1;
    }
  }

  function paint(inks, paper) {
    pixels.fill(0);
    for (let i = 0; i < at.length; i++) {
      if (at[i] < 0) continue;
      const s = klass ? klass[i] : 0;
      if (rim) press(pixels, at[i], edges[s], paper);
      press(pixels, at[i], bodies[s], inks[i]);
    }
    c.putImageData(image, 0, 0);
  }

  return { canvas, pad, place, paint };
}
