// The codebook among encoder outputs, in the plane of their principal components.

const lerp = (a, b, t) => a + t * (b - a);

// Draws between two frames; returns the code nearest to a place on the canvas.
export function drawCloud(c, box, theme, { before, now, part, ends, selected }) {
  const scale = Math.min(box.width / (ends[1] - ends[0]), (box.height - 18) / (ends[3] - ends[2]));
  const [u, v] = [(ends[0] + ends[1]) / 2, (ends[2] + ends[3]) / 2];
  const keep = (value, most) => Math.min(Math.max(value, 7), most - 7);
  const x = (value) => box.width / 2 + scale * (value - u);
  const y = (value) => (box.height - 18) / 2 - scale * (value - v);
  const at = (name, i) => [
    x(lerp(before[name][2 * i], now[name][2 * i], part)),
    y(lerp(before[name][2 * i + 1], now[name][2 * i + 1], part)),
  ];
  c.globalAlpha = 0.55;
  for (let i = 0; i < now.owner.length; i++) {
    const own = selected < 0 || now.owner[i] === selected;
    c.fillStyle = own ? theme.hues[now.owner[i]] : theme.faintLine;
    c.beginPath();
    c.arc(...at("encoded", i), own && selected >= 0 ? 4 : 2.4, 0, 2 * Math.PI);
    c.fill();
  }
  c.globalAlpha = 1;
  const spots = [];
  const K = now.share.length;
  const height = (k) => (k === selected ? 2 : now.share[k]); // the chosen code lies on top
  const order = Array.from({ length: K }, (_, k) => k).sort((a, b) => height(a) - height(b));
  for (const k of order) {
    const place = at("place", k);
    const spot = [keep(place[0], box.width), keep(place[1], box.height - 18)];
    spots[k] = spot;
    const share = lerp(before.share[k], now.share[k], part);
    const radius = share > 0 ? Math.min(4 + 5 * Math.sqrt(share * K), 13) : 3;
    c.beginPath();
    c.arc(...spot, radius, 0, 2 * Math.PI);
    if (now.share[k] > 0) {
      c.fillStyle = theme.hues[k];
      c.fill();
      c.lineWidth = 1.5;
      c.strokeStyle = theme.paper;
      c.stroke();
    } else {
      c.lineWidth = 1.2;
      c.strokeStyle = theme.soft;
      c.stroke();
    }
    if (k === selected || now.revived[k] > 0) {
      c.globalAlpha = k === selected ? 1 : now.revived[k];
      c.beginPath();
      c.arc(...spot, radius + 4, 0, 2 * Math.PI);
      c.lineWidth = 2;
      c.strokeStyle = theme.ink;
      c.stroke();
      c.globalAlpha = 1;
    }
  }
  c.font = `14px ${theme.font}`;
  c.fillStyle = theme.soft;
  c.textBaseline = "bottom";
  c.textAlign = "left";
  const percent = now.explained.map((value) => `${(100 * value).toFixed(0)} %`).join(" + ");
  c.fillText(`principal components: ${percent}`, 4, box.height);
  return (spot) => {
    let [best, least] = [-1, 18 * 18];
    spots.forEach(([a, b], k) => {
      const far = (a - spot[0]) ** 2 + (b - spot[1]) ** 2;
      if (far < least) [best, least] = [k, far];
    });
    return best;
  };
}
