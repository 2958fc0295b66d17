// Codes used and perplexity over the steps, with the cursor of the film on them.

const SHOWN = [["used", "codes used", 2.5], ["perplexity", "perplexity", 1.5]];

// Draws what has come so far; returns the frame nearest to a place on the canvas.
export function drawTrend(c, box, theme, { frames, steps, K, cursor }) {
  const [left, right, top, bottom] = [46, box.width - 8, 20, box.height - 20];
  const x = (step) => left + ((right - left) * step) / Math.max(steps, 1);
  const y = (value) => bottom - ((bottom - top) * value) / K;
  c.font = `14px ${theme.font}`;
  c.lineWidth = 1;
  c.strokeStyle = theme.faint;
  c.fillStyle = theme.soft;
  c.textAlign = "right";
  c.textBaseline = "middle";
  for (const value of [0, K]) {
    c.beginPath();
    c.moveTo(left, Math.round(y(value)) + 0.5);
    c.lineTo(right, Math.round(y(value)) + 0.5);
    c.stroke();
    c.fillText(`${value}`, left - 6, y(value));
  }
  c.textBaseline = "top";
  c.fillText(`${steps.toLocaleString("en")} steps`, right, bottom + 5);
  c.textAlign = "left";
  c.fillText("codes used (thick) and perplexity (thin)", left + 2, 0);
  for (const [name, , width] of SHOWN) {
    c.lineWidth = width;
    c.strokeStyle = theme.ink;
    c.lineJoin = "round";
    c.beginPath();
    frames.forEach((frame, i) => c[i ? "lineTo" : "moveTo"](x(frame.step), y(frame[name])));
    c.stroke();
  }
  const at = Math.min(Math.max(cursor, 0), frames.length - 1);
  const [low, part] = [Math.floor(at), at - Math.floor(at)];
  const high = Math.min(low + 1, frames.length - 1);
  const step = frames[low].step + part * (frames[high].step - frames[low].step);
  c.lineWidth = 1.5;
  c.strokeStyle = theme.accent;
  c.beginPath();
  c.moveTo(x(step), top - 2);
  c.lineTo(x(step), bottom);
  c.stroke();
  return (spot) => {
    let best = 0;
    frames.forEach((frame, i) => {
      if (Math.abs(x(frame.step) - spot[0]) < Math.abs(x(frames[best].step) - spot[0])) best = i;
    });
    return best;
  };
}
