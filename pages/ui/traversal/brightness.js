// From a decoder's output to the expected image, as each likelihood reads it, and to pixels.

const sigmoid = (u) => 1 / (1 + Math.exp(-u));

// brightness(output) -> (C H W) numbers, 0 dark and 1 bright.
export function makeBrightness({ shape, likelihood, levels }) {
  const dims = shape.reduce((product, size) => product * size, 1);
  const read = {
    bernoulli: (output, i) => sigmoid(output[i]),
    categorical: (output, i) => categorical(output, i, dims, levels),
    "discretised logistic": (output, i) => logistic(output[i], output[dims + i], levels),
  }[likelihood] || ((output, i) => output[i]); // the Gaussians: means come first
  return (output) => Float64Array.from({ length: dims }, (_, i) => read(output, i));
}

function categorical(output, i, dims, levels) {
  let most = -Infinity;
  for (let l = 0; l < levels; l++) most = Math.max(most, output[l * dims + i]);
  let [total, sum] = [0, 0];
  for (let l = 0; l < levels; l++) {
    const weight = Math.exp(output[l * dims + i] - most);
    total += weight;
    sum += (weight * l) / (levels - 1);
  }
  return sum / total;
}

function logistic(at, rawScale, levels) {
  const scale = Math.exp(Math.min(Math.max(rawScale - 2.3, -7), 20));
  const last = levels - 1;
  let sum = 0;
  for (let l = 0; l < last; l++) sum += sigmoid((at + 0.5 - (l + 0.5) / last) / scale);
  return sum / last;
}

// Paints an image of its own size onto a canvas of that size.
export function paintImage(canvas, image, [channels, height, width]) {
  if (canvas.width !== width || canvas.height !== height) {
    [canvas.width, canvas.height] = [width, height];
  }
  const pen = canvas.getContext("2d");
  const data = pen.createImageData(width, height);
  const area = height * width;
  for (let p = 0; p < area; p++) {
    for (let c = 0; c < 3; c++) {
      const value = image[(channels === 3 ? c : 0) * area + p];
      data.data[4 * p + c] = Math.round(255 * Math.min(Math.max(value, 0), 1));
    }
    data.data[4 * p + 3] = 255;
  }
  pen.putImageData(data, 0, 0);
}
