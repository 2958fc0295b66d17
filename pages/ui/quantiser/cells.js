// Voronoi cells: the window, cut by the line half way between a code and every other one.

export function voronoi(codes, [left, top, right, bottom]) {
  const K = codes.length / 2;
  return Array.from({ length: K }, (_, k) => {
    let corners = [[left, top], [right, top], [right, bottom], [left, bottom]];
    const [x, y] = [codes[2 * k], codes[2 * k + 1]];
    for (let j = 0; j < K && corners.length; j++) {
      if (j === k) continue;
      const [u, v] = [codes[2 * j] - x, codes[2 * j + 1] - y];
      if (u === 0 && v === 0) {
        if (j < k) corners = []; // of two codes at one place, the first has the cell
        continue;
      }
      const level = u * (x + u / 2) + v * (y + v / 2);
      corners = cut(corners, u, v, level);
    }
    return corners;
  });
}

// The part of a convex polygon in which u x + v y <= level.
function cut(corners, u, v, level) {
  const kept = [];
  corners.forEach((here, i) => {
    const next = corners[(i + 1) % corners.length];
    const [a, b] = [here, next].map((spot) => u * spot[0] + v * spot[1] - level);
    if (a <= 0) kept.push(here);
    if ((a < 0 && b > 0) || (a > 0 && b < 0)) {
      const t = a / (a - b);
      kept.push([here[0] + t * (next[0] - here[0]), here[1] + t * (next[1] - here[1])]);
    }
  });
  return kept;
}
