// The decoder, as `latentcore.networks.layers.written` writes it: eleven numbers a layer, then
// weights in PyTorch's layout.  Sums run in float64.

const COLUMNS = 11;
const [LINEAR, SILU, CONVOLUTION, TRANSPOSED, KEEP, ADD] = [0, 1, 2, 3, 4, 5];

// A number of 16 bits: sign, exponent (5), fraction (10).
function half(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -24 * fraction;
  return bits >> 15 ? -size : size;
}

// decode(z) -> numbers of the output, in a buffer that the next call overwrites.
export function makeNetwork({ layers, halves, weights: singles }) {
  const weights = halves ? Float32Array.from(halves, half) : singles;
  const steps = [];
  let at = 0;
  for (let row = 0; row < layers.length; row += COLUMNS) {
    const [kind, inside, outside, kh, kw, sh, sw, ph, pw, oh, ow] =
      layers.subarray(row, row + COLUMNS);
    const step = { kind, inside, outside, kh, kw, sh, sw, ph, pw, oh, ow };
    if (kind === LINEAR || kind === CONVOLUTION || kind === TRANSPOSED) {
      const size = inside * outside * kh * kw;
      step.weight = weights.subarray(at, at + size);
      step.bias = weights.subarray(at + size, at + size + outside);
      at += size + outside;
    }
    steps.push(step);
  }
  if (at !== weights.length) throw new Error("traversal: layers and weights do not fit");

  return function decode(z) {
    let now = { values: Float64Array.from(z), height: 1, width: 1 };
    const kept = [];
    for (const step of steps) {
      if (step.kind === LINEAR) now = linear(step, now);
      else if (step.kind === SILU) silu(now.values);
      else if (step.kind === CONVOLUTION) now = convolution(step, now);
      else if (step.kind === TRANSPOSED) now = transposed(step, now);
      else if (step.kind === KEEP) kept.push({ ...now, values: now.values.slice() });
      else if (step.kind === ADD) {
        const before = kept.pop();
        for (let i = 0; i < before.values.length; i++) now.values[i] += before.values[i];
      } else throw new Error(`traversal: no layer is of kind ${step.kind}`);
    }
    return now.values;
  };
}

function silu(values) {
  for (let i = 0; i < values.length; i++) values[i] /= 1 + Math.exp(-values[i]);
}

function linear({ inside, outside, weight, bias }, { values }) {
  const out = new Float64Array(outside);
  for (let o = 0, w = 0; o < outside; o++) {
    let sum = bias[o];
    for (let i = 0; i < inside; i++, w++) sum += weight[w] * values[i];
    out[o] = sum;
  }
  return { values: out, height: 1, width: 1 };
}

// out[o, y, x] = bias[o] + sum of weight[o, i, a, b] * in[i, y sh + a - ph, x sw + b - pw]
function convolution({ inside, outside, kh, kw, sh, sw, ph, pw, weight, bias }, now) {
  const { values, height: h, width: w } = now;
  const height = Math.floor((h + 2 * ph - kh) / sh) + 1;
  const width = Math.floor((w + 2 * pw - kw) / sw) + 1;
  const out = new Float64Array(outside * height * width);
  for (let o = 0; o < outside; o++) {
    out.fill(bias[o], o * height * width, (o + 1) * height * width);
    for (let i = 0; i < inside; i++) {
      for (let a = 0; a < kh; a++) {
        for (let b = 0; b < kw; b++) {
          const by = weight[((o * inside + i) * kh + a) * kw + b];
          for (let y = 0; y < height; y++) {
            const from = y * sh + a - ph;
            if (from < 0 || from >= h) continue;
            const row = (i * h + from) * w;
            const to = (o * height + y) * width;
            for (let x = 0; x < width; x++) {
              const across = x * sw + b - pw;
              if (across >= 0 && across < w) out[to + x] += by * values[row + across];
            }
          }
        }
      }
    }
  }
  return { values: out, height, width };
}

// The other way round: in[i, y, x] is spread over out[o, y sh + a - ph, x sw + b - pw].
function transposed({ inside, outside, kh, kw, sh, sw, ph, pw, oh, ow, weight, bias }, now) {
  const { values, height: h, width: w } = now;
  const height = (h - 1) * sh - 2 * ph + kh + oh;
  const width = (w - 1) * sw - 2 * pw + kw + ow;
  const out = new Float64Array(outside * height * width);
  for (let o = 0; o < outside; o++) out.fill(bias[o], o * height * width, (o + 1) * height * width);
  for (let i = 0; i < inside; i++) {
    for (let o = 0; o < outside; o++) {
      for (let a = 0; a < kh; a++) {
        for (let b = 0; b < kw; b++) {
          const by = weight[((i * outside + o) * kh + a) * kw + b];
          for (let y = 0; y < h; y++) {
            const down = y * sh + a - ph;
            if (down < 0 || down >= height) continue;
            const row = (o * height + down) * width;
            const from = (i * h + y) * w;
            for (let x = 0; x < w; x++) {
              const across = x * sw + b - pw;
              if (across >= 0 && across < width) out[row + across] += by * values[from + x];
            }
          }
        }
      }
    }
  }
  return { values: out, height, width };
}
