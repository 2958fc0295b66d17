// Where the walker stands: the point z, the two axes that are shown, and how far they reach.
// A latent space of one dimension has no second axis (-1).

const ENOUGH = 0.7; // of the largest KL: axes that carry so much stay on the screen
const REACHES = [3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100];

export function makeSpace() {
  let walk;
  let mine = false; // whether the axes were chosen by hand
  const space = { z: [], axes: [0, -1], reach: 3, held: -1 };

  // A newer blob of the same kind keeps the place, and the axes unless others carry much more;
  // another kind starts at the prior's mean.
  space.load = (next) => {
    const same = walk && walk.Z === next.Z && String(walk.shape) === String(next.shape);
    walk = next;
    if (!same) {
      space.z = new Array(walk.Z).fill(0);
      space.axes = strongest(walk);
      space.held = -1;
      mine = false;
    } else {
      const best = strongest(walk);
      const carried = (axes) => axes.reduce((sum, axis) => sum + (walk.kl[axis] || 0), 0);
      if (!mine && carried(space.axes) < ENOUGH * carried(best)) space.axes = best;
      space.hold(Math.min(space.held, walk.n - 1));
    }
    space.reach = reachOf(walk, space.axes);
  };

  space.choose = (which, axis) => {
    const other = 1 - which;
    if (space.axes[other] === axis) space.axes[other] = space.axes[which];
    space.axes[which] = axis;
    mine = true;
    space.hold(space.held);
    space.reach = reachOf(walk, space.axes);
  };

  // The axes that are not shown take a sample's means, or 0 (i = -1).
  space.hold = (i) => {
    space.held = i;
    for (let j = 0; j < walk.Z; j++) {
      if (!space.axes.includes(j)) space.z[j] = i < 0 ? 0 : walk.mean[i * walk.Z + j];
    }
  };

  space.place = () => space.axes.map((axis) => (axis < 0 ? 0 : space.z[axis]));
  space.at = (place) => {
    const z = space.z.slice();
    space.axes.forEach((axis, which) => {
      if (axis >= 0) z[axis] = place[which];
    });
    return z;
  };
  space.move = (place) => {
    const within = (value) => Math.min(Math.max(value, -space.reach), space.reach);
    space.z = space.at(place.map(within));
  };

  // Mean and standard deviation of sample i along the two axes; with one axis, a row a class.
  space.sample = (i) => {
    const row = walk.y ? (1.4 * (walk.y[i] + 0.5)) / walk.classes.length - 0.7 : 0;
    const mean = space.axes.map((a) => (a < 0 ? -row * space.reach : walk.mean[i * walk.Z + a]));
    const sd = space.axes.map((a) =>
      (a < 0 ? 0 : Math.exp(walk.log_variance[i * walk.Z + a] / 2)));
    return { mean, sd };
  };
  return space;
}

// The two axes that carry most, in their own order.
function strongest({ Z, kl }) {
  if (Z === 1) return [0, -1];
  const order = Array.from({ length: Z }, (_, j) => j).sort((a, b) => kl[b] - kl[a]);
  return order.slice(0, 2).sort((a, b) => a - b);
}

// Half the side of the square: nearly all means, and at least three standard deviations.
function reachOf({ n, Z, mean }, axes) {
  const sizes = [];
  for (let i = 0; i < n; i++) {
    sizes.push(Math.max(...axes.map((axis) => (axis < 0 ? 0 : Math.abs(mean[i * Z + axis])))));
  }
  sizes.sort((a, b) => a - b);
  const most = 1.05 * sizes[Math.floor(0.99 * (n - 1))];
  return REACHES.find((reach) => reach >= most) || most;
}
