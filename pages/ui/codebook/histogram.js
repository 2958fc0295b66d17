// Usage of codes: a bar a code, the mark of even use, crosses under dead codes, triangles over
// those that began again.  Returns the code under a place on the canvas.

export function drawHistogram(c, box, theme, shown) {
  const { share, hues, dead, revived, selected = -1, order } = shown;
  const K = share.length;
  const [left, right, top, bottom] = [box.left + 46, box.right - 4, box.top + 22, box.bottom - 26];
  const even = 1 / K;
  const most = Math.max(2 * even, shown.most || Math.max(...share)) * 1.04;
  const y = (value) => bottom - ((bottom - top) * Math.min(value, most)) / most;
  const wide = (right - left) / K;
  const gap = wide > 5 ? Math.min(wide * 0.16, 6) : wide > 2.5 ? 0.6 : 0;
  c.font = `14px ${theme.font}`;
  c.lineWidth = 1;
  c.textBaseline = "middle";
  c.textAlign = "right";
  const marks = [0, 0.5, 1].map((part) => Number((part * most / 1.04).toPrecision(2)));
  for (const value of marks) {
    const at = Math.round(y(value)) + 0.5;
    c.strokeStyle = theme.faint;
    c.beginPath();
    c.moveTo(left, at);
    c.lineTo(right, at);
    c.stroke();
    c.fillStyle = theme.soft;
    const percent = 100 * value;
    c.fillText(`${percent < 10 && percent > 0 ? percent.toFixed(1) : percent.toFixed(0)} %`, left - 6, at);
  }
  for (let place = 0; place < K; place++) {
    const k = order ? order[place] : place;
    const x = left + place * wide;
    const height = bottom - y(share[k]);
    if (k === selected) {
      c.fillStyle = theme.faint;
      c.fillRect(x - 1, top, wide + 2, bottom - top + 14);
    }
    c.fillStyle = hues[k];
    c.fillRect(x + gap / 2, bottom - height, Math.max(wide - gap, 0.8), height);
    const middle = x + wide / 2;
    if (dead[k]) cross(c, middle, bottom + 8, Math.min(4, Math.max(wide / 2.4, 1.2)), theme);
    if (revived[k] > 0) {
      triangle(c, middle, Math.max(bottom - height - 4, top), Math.min(6, Math.max(wide / 1.6, 3)),
        theme, revived[k]);
    }
    if (wide > 22 && !dead[k]) {
      c.fillStyle = theme.soft;
      c.textAlign = "center";
      c.textBaseline = "top";
      c.fillText(`${k + 1}`, middle, bottom + 4);
      c.textBaseline = "middle";
    }
  }
  c.setLineDash([5, 4]);
  c.strokeStyle = theme.soft;
  c.beginPath();
  c.moveTo(left, Math.round(y(even)) + 0.5);
  c.lineTo(right, Math.round(y(even)) + 0.5);
  c.stroke();
  c.setLineDash([]);
  c.fillStyle = theme.soft;
  c.textAlign = "left";
  c.textBaseline = "top";
  c.fillText(shown.title || "share of samples (dashed: even)", left + 2, box.top);
  return ([spot]) => {
    const place = Math.floor((spot - left) / wide);
    return place < 0 || place >= K ? -1 : order ? order[place] : place;
  };
}

function cross(c, x, y, half, theme) {
  c.strokeStyle = theme.soft;
  c.lineWidth = half > 2 ? 1.8 : 1;
  c.beginPath();
  c.moveTo(x - half, y - half);
  c.lineTo(x + half, y + half);
  c.moveTo(x + half, y - half);
  c.lineTo(x - half, y + half);
  c.stroke();
  c.lineWidth = 1;
}

function triangle(c, x, y, half, theme, strength) {
  c.globalAlpha = 0.35 + 0.65 * strength;
  c.fillStyle = theme.ink;
  c.beginPath();
  c.moveTo(x, y - 2 * half);
  c.lineTo(x + half, y);
  c.lineTo(x - half, y);
  c.fill();
  c.globalAlpha = 1;
}
