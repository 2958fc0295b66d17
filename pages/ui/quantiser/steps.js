// The quantiser's arithmetic; latentcore/mixture/quantising.py says what it is, a test holds the
// two together.  Arrays are flat: z (2N), codes (2K), owned (NK).

function squaredDistance(z, i, codes, k) {
  const [u, v] = [z[2 * i] - codes[2 * k], z[2 * i + 1] - codes[2 * k + 1]];
  return u * u + v * v;
}

// Number of the nearest code of each row: (N,).
export function nearestCode(z, codes) {
  const [N, K] = [z.length / 2, codes.length / 2];
  const index = new Int32Array(N);
  for (let i = 0; i < N; i++) {
    let least = Infinity;
    for (let k = 0; k < K; k++) {
      const far = squaredDistance(z, i, codes, k);
      if (far < least) [least, index[i]] = [far, k];
    }
  }
  return index;
}

export function hardShares(index, K) {
  const owned = new Float64Array(index.length * K);
  index.forEach((k, i) => { owned[i * K + k] = 1; });
  return owned;
}

// Responsibilities of K equal spherical Gaussians.
export function softShares(z, codes, sigma) {
  const [N, K] = [z.length / 2, codes.length / 2];
  const owned = new Float64Array(N * K);
  for (let i = 0, o = 0; i < N; i++, o += K) {
    let most = -Infinity;
    for (let k = 0; k < K; k++) {
      owned[o + k] = -squaredDistance(z, i, codes, k) / (2 * sigma * sigma);
      most = Math.max(most, owned[o + k]);
    }
    let sum = 0;
    for (let k = 0; k < K; k++) sum += owned[o + k] = Math.exp(owned[o + k] - most);
    for (let k = 0; k < K; k++) owned[o + k] /= sum;
  }
  return owned;
}

// What each code has: its share of the rows and their mean.
export function gathered(z, owned, K) {
  const N = z.length / 2;
  const [share, mean] = [new Float64Array(K), new Float64Array(2 * K)];
  for (let i = 0, o = 0; i < N; i++, o += K) {
    for (let k = 0; k < K; k++) {
      const part = owned[o + k];
      if (!part) continue;
      share[k] += part;
      mean[2 * k] += part * z[2 * i];
      mean[2 * k + 1] += part * z[2 * i + 1];
    }
  }
  for (let k = 0; k < K; k++) {
    mean[2 * k] /= Math.max(share[k], 1e-300);
    mean[2 * k + 1] /= Math.max(share[k], 1e-300);
    share[k] /= N;
  }
  return { share, mean };
}

// The codebook after an iteration, and the codes that began again.
export function updateCodes(codes, z, owned, rules, picks, number) {
  const K = codes.share.length;
  const { share, mean } = gathered(z, owned, K);
  const running = codes.share.map((old, k) => rules.decay * old + (1 - rules.decay) * share[k]);
  const part = {
    "k-means": (k) => (share[k] > 0 ? 1 : 0),
    EMA: (k) => ((1 - rules.decay) * share[k]) / Math.max(running[k], 1e-300),
    gradient: (k) => 2 * rules.rate * share[k],
  }[rules.method];
  const place = codes.place.map((old, j) => old + part(j >> 1) * (mean[j] - old));
  const level = running.reduce((sum, value) => sum + value, 0) / K;
  const moved = Int32Array.from(codes.moved);
  const dead = [];
  running.forEach((value, k) => { if (value < rules.restart * level) dead.push(k); });
  dead.forEach((k, n) => {
    const row = picks[(codes.restarts + n) % picks.length];
    place[2 * k] = z[2 * row];
    place[2 * k + 1] = z[2 * row + 1];
    running[k] = level;
    moved[k] = number;
  });
  return { place, share: running, moved, restarts: codes.restarts + dead.length };
}

// Minus the gradients that encoder output i gets: the decoder's, copied, and the commitment's.
export function pullsOf(x, z, codes, index, beta, i) {
  const k = index[i];
  const code = [codes[2 * k], codes[2 * k + 1]];
  return {
    decoder: [0, 1].map((j) => 2 * (x[2 * i + j] - code[j])),
    commitment: [0, 1].map((j) => 2 * beta * (code[j] - z[2 * i + j])),
  };
}

export function encodeRows(x, z, codes, index, rules) {
  const next = Float64Array.from(z);
  for (let i = 0; i < index.length; i++) {
    const { decoder, commitment } = pullsOf(x, z, codes, index, rules.beta, i);
    for (let j = 0; j < 2; j++) next[2 * i + j] += rules.encoder * (decoder[j] + commitment[j]);
  }
  return next;
}

export function perplexityOf(share) {
  let entropy = 0;
  for (const part of share) if (part > 0) entropy -= part * Math.log(part);
  return Math.exp(entropy);
}
