// Every half-step of a quantiser, computed when it is asked for.  A state s holds z, the codes of
// hard and of soft EM, what each owns (null before the first assignment), and what happened.

import {
  encodeRows, gathered, hardShares, nearestCode, perplexityOf, softShares, updateCodes,
} from "./steps.js";

export function makeTape(film) {
  const { x, rules, picks, K, N } = film;
  const phases = rules.encoder > 0 ? ["assign", "codebook", "encode"] : ["assign", "codebook"];
  let iterations = film.steps;
  const fresh = () => ({
    place: Float64Array.from(film.start),
    share: new Float64Array(K).fill(1 / K),
    moved: new Int32Array(K),
    restarts: 0,
  });
  let states = [{ z: x, hard: fresh(), soft: fresh(), index: null, owned: null, news: [] }];

  const phaseAt = (s) => (s === 0 ? "start" : phases[(s - 1) % phases.length]);
  const iterationAt = (s) => Math.ceil(s / phases.length);

  function next(state, s) {
    const phase = phaseAt(s);
    const number = iterationAt(s);
    if (phase === "assign") {
      const index = nearestCode(state.z, state.hard.place);
      const owned = softShares(state.z, state.soft.place, rules.sigma);
      return { ...state, index, owned, news: [] };
    }
    if (phase === "encode") {
      const z = encodeRows(x, state.z, state.hard.place, nearestCode(state.z, state.hard.place), rules);
      return { ...state, z, news: [] };
    }
    const owned = hardShares(state.index, K);
    const hard = updateCodes(state.hard, state.z, owned, rules, picks, number);
    const soft = updateCodes(state.soft, state.z, state.owned, rules, picks, number);
    const revived = [];
    hard.moved.forEach((at, k) => { if (at === number) revived.push(k + 1); });
    const news = revived.length === 0 ? [] : [revived.length === 1
      ? `Code ${revived[0]} was hardly used: it begins again at a sample.`
      : `Codes ${revived.join(", ")} were hardly used: they begin again at samples.`];
    return { ...state, hard, soft, news };
  }

  function at(s) {
    while (states.length <= s) states.push(next(states[states.length - 1], states.length));
    return states[s];
  }

  // One code of one side at another place; what comes after is computed anew.
  function fork(s, side, k, to) {
    const state = at(s);
    const sides = s === 0 ? ["hard", "soft"] : [side]; // both begin alike
    const changed = { ...state, news: [] };
    for (const name of sides) {
      const place = Float64Array.from(state[name].place);
      place.set(to, 2 * k);
      changed[name] = { ...state[name], place };
    }
    changed.index = nearestCode(changed.z, changed.hard.place); // what the next assignment will say
    changed.owned = softShares(changed.z, changed.soft.place, rules.sigma);
    states = [...states.slice(0, s), changed];
    const done = iterationAt(s); // so that what follows can be watched, also after the end
    if (iterations - done < film.steps / 3) iterations = done + film.steps;
  }

  // Numbers of one side: shares (K,), how many are used, perplexity, mean squared error.
  function numbers(state, side) {
    const codes = state[side].place;
    const owned = side === "hard"
      ? hardShares(state.index || nearestCode(state.z, codes), K)
      : state.owned || softShares(state.z, codes, rules.sigma);
    const { share } = gathered(state.z, owned, K);
    let [error, commitment] = [0, 0];
    for (let i = 0, o = 0; i < N; i++) {
      for (let k = 0; k < K; k++, o++) {
        if (!owned[o]) continue;
        error += owned[o] * ((x[2 * i] - codes[2 * k]) ** 2 + (x[2 * i + 1] - codes[2 * k + 1]) ** 2);
        commitment += owned[o] *
          ((state.z[2 * i] - codes[2 * k]) ** 2 + (state.z[2 * i + 1] - codes[2 * k + 1]) ** 2);
      }
    }
    const used = share.filter((part) => part * N >= 0.5).length;
    return { owned, share, used, perplexity: perplexityOf(share), error: error / N,
      commitment: commitment / N };
  }

  // The error at the end of every iteration, with the codes as they then are.
  function errors() {
    return Array.from({ length: iterations + 1 }, (_, t) =>
      numbers(at(t * phases.length), "hard").error);
  }

  function events() {
    const found = new Map();
    for (let s = 0; s <= phases.length * iterations; s++) if (at(s).news.length) found.set(iterationAt(s), at(s).news);
    return found;
  }

  return {
    at, fork, numbers, errors, events, phaseAt, iterationAt, phases,
    get iterations() { return iterations; },
    get last() { return phases.length * iterations; },
  };
}
