// Rungs as bars; a call moves the bars that are there.

const made = (name, className) => {
  const element = document.createElement(name);
  element.className = className;
  return element;
};

function rungOf() {
  const rung = made("div", "rung");
  const track = made("div", "rung-track");
  track.append(made("i", "rung-bar"));
  rung.append(made("span", "rung-name"), made("span", "rung-bits"), made("span", "rung-saved"), track);
  return rung;
}

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".ladder");
  while (root.children.length < data.rungs.length) root.append(rungOf());
  const most = Math.max(...data.rungs.map((rung) => rung.bits), 1e-9);
  data.rungs.forEach(({ name, bits, hue }, i) => {
    const rung = root.children[i];
    const change = i ? bits - data.rungs[i - 1].bits : 0;
    const sign = change > 0 ? "+" : "−";
    rung.querySelector(".rung-name").textContent = name;
    rung.querySelector(".rung-bits").textContent = `${bits.toFixed(2)} bits`;
    rung.querySelector(".rung-saved").textContent = i ? `${sign}${Math.abs(change).toFixed(2)}` : "";
    rung.querySelector(".rung-bar").style.setProperty("--hue", hue);
    rung.querySelector(".rung-bar").style.transform = `scaleX(${bits / most})`;
  });
  root.dataset.bits = data.rungs.map((rung) => rung.bits.toFixed(3)).join(" ");
}
