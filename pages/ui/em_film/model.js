// The mixture's E-step in the browser: log-densities, heads, responsibilities.
// Logs throughout; softmax by log-sum-exp.  Rows are x (gaussian) or log x (dirichlet).

const LOG_TWO_PI = Math.log(2 * Math.PI);

export function logGamma(x) {
  let shift = 0;
  for (; x < 10; x += 1) shift -= Math.log(x);
  const r = 1 / x;
  const s = r * r;
  const series = r * (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188))));
  return shift + (x - 0.5) * Math.log(x) - x + 0.5 * LOG_TWO_PI + series;
}

// Parameters of step t, as views into the film's arrays.
export function thetaAt(film, t) {
  const { K, D, C, shapeSize } = film;
  const cut = (array, width) => array && array.subarray(t * width, (t + 1) * width);
  return {
    weight: cut(film.weight, K),
    centre: cut(film.centre, K * D),
    shape: cut(film.shape, K * shapeSize),
    intercept: cut(film.intercept, K * (C - 1)),
    slope: cut(film.slope, K * (C - 1) * D),
  };
}

// A theta between two steps, for the eye only.  Covariances mix linearly (their cone is convex),
// concentrations geometrically (they stay positive).
export function between(film, a, b, u) {
  const mix = (p, q) => p && p.map((value, i) => value + u * (q[i] - value));
  const grow = (p, q) => p.map((value, i) => value * Math.pow(q[i] / value, u));
  return {
    weight: mix(a.weight, b.weight),
    centre: mix(a.centre, b.centre),
    shape: film.gaussian ? mix(a.shape, b.shape) : grow(a.shape, b.shape),
    intercept: mix(a.intercept, b.intercept),
    slope: mix(a.slope, b.slope),
  };
}

// theta with component k moved to the point `to` (D numbers); a Dirichlet keeps its total.
export function withCentre(film, theta, k, to) {
  const { D } = film;
  if (film.gaussian) {
    const centre = theta.centre.slice();
    centre.set(to, k * D);
    return { ...theta, centre };
  }
  const shape = theta.shape.slice();
  const total = shape.subarray(k * D, (k + 1) * D).reduce((sum, value) => sum + value, 0);
  shape.set(to.map((part) => part * total), k * D);
  return { ...theta, shape };
}

// Mean of component k: (D,).
export function meanOf(film, theta, k) {
  const { D } = film;
  const own = (film.gaussian ? theta.centre : theta.shape).subarray(k * D, (k + 1) * D);
  if (film.gaussian) return own;
  const total = own.reduce((sum, value) => sum + value, 0);
  return own.map((value) => value / total);
}

export function gaussianColumn(centre, cov, rows, n, out, k, K) {
  const a = Math.sqrt(cov[0]);
  const b = cov[1] / a;
  const c = Math.sqrt(cov[2] - b * b); // Cholesky: [[a, 0], [b, c]]
  const constant = -LOG_TWO_PI - Math.log(a) - Math.log(c);
  const [m0, m1] = centre;
  for (let i = 0, o = k; i < n; i++, o += K) {
    const z = (rows[2 * i] - m0) / a;
    const w = (rows[2 * i + 1] - m1 - b * z) / c;
    out[o] = constant - 0.5 * (z * z + w * w);
  }
}

export function dirichletColumn(alpha, rows, n, out, k, K) {
  const D = alpha.length;
  let total = 0;
  let constant = 0;
  for (const a of alpha) {
    total += a;
    constant -= logGamma(a);
  }
  constant += logGamma(total);
  for (let i = 0, o = k, r = 0; i < n; i++, o += K) {
    let sum = constant;
    for (let j = 0; j < D; j++, r++) sum += (alpha[j] - 1) * rows[r];
    out[o] = sum;
  }
}

// log f_k of n rows: (n * K,).
export function logDensities(film, theta, rows, n) {
  const { K, D, shapeSize } = film;
  const out = new Float64Array(n * K);
  for (let k = 0; k < K; k++) {
    const shape = theta.shape.subarray(k * shapeSize, (k + 1) * shapeSize);
    if (film.gaussian) {
      gaussianColumn(theta.centre.subarray(k * D, (k + 1) * D), shape, rows, n, out, k, K);
    } else {
      dirichletColumn(shape, rows, n, out, k, K);
    }
  }
  return out;
}

// Score of class c under component k's head; class 0 is the reference.
function score(film, theta, k, c, x, start) {
  if (c === 0) return 0;
  const { D, C } = film;
  const h = k * (C - 1) + c - 1;
  let sum = theta.intercept[h];
  for (let j = 0; j < D; j++) sum += theta.slope[h * D + j] * x[start + j];
  return sum;
}

// log p_k(y | x) for the sample that starts at x[start].
export function logHead(film, theta, k, x, start, y) {
  const { C } = film;
  if (C === 2) {
    const logit = score(film, theta, k, 1, x, start);
    const margin = y === 1 ? logit : -logit; // log sigmoid, safe at both ends
    return Math.min(margin, 0) - Math.log1p(Math.exp(-Math.abs(margin)));
  }
  const scores = Array.from({ length: C }, (_, c) => score(film, theta, k, c, x, start));
  const largest = Math.max(...scores);
  const sum = scores.reduce((total, value) => total + Math.exp(value - largest), 0);
  return scores[y] - largest - Math.log(sum);
}

// Responsibilities tau (N * K,) and the log-likelihood they are computed under.
export function eStep(film, theta) {
  const { N, K, D } = film;
  const joint = logDensities(film, theta, film.rows, N);
  const logWeight = Array.from(theta.weight, Math.log);
  let logLikelihood = 0;
  for (let i = 0, o = 0; i < N; i++, o += K) {
    let largest = -Infinity;
    for (let k = 0; k < K; k++) {
      joint[o + k] += logWeight[k];
      if (film.uses_labels) joint[o + k] += logHead(film, theta, k, film.x, i * D, film.y[i]);
      if (joint[o + k] > largest) largest = joint[o + k];
    }
    let sum = 0;
    for (let k = 0; k < K; k++) sum += joint[o + k] = Math.exp(joint[o + k] - largest);
    for (let k = 0; k < K; k++) joint[o + k] /= sum;
    logLikelihood += largest + Math.log(sum);
  }
  return { tau: joint, logLikelihood };
}

// The E-step of one sample with every term in sight: one record per component.
export function termsOf(film, theta, i) {
  const { K, D } = film;
  const density = logDensities(film, theta, film.rows.subarray(i * D, (i + 1) * D), 1);
  const terms = Array.from({ length: K }, (_, k) => {
    const weight = Math.log(theta.weight[k]);
    const head = film.uses_labels ? logHead(film, theta, k, film.x, i * D, film.y[i]) : 0;
    return { weight, density: density[k], head, sum: weight + density[k] + head };
  });
  const largest = Math.max(...terms.map((term) => term.sum));
  const total = terms.reduce((sum, term) => sum + Math.exp(term.sum - largest), 0);
  return terms.map((term) => ({ ...term, tau: Math.exp(term.sum - largest) / total }));
}
