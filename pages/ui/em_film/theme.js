// Colours from Streamlit's variables, so the film follows the app between light and dark.

let probe;

export function toRgb(colour) {
  probe = probe || Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
    .getContext("2d", { willReadFrequently: true });
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = "#808080";
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  return Array.from(probe.getImageData(0, 0, 1, 1).data.subarray(0, 3));
}

export const mixed = (a, b, t) => a.map((value, i) => Math.round(value + t * (b[i] - value)));
export const css = ([r, g, b], alpha = 1) => `rgba(${r}, ${g}, ${b}, ${alpha})`;
const light = ([r, g, b]) => (0.299 * r + 0.587 * g + 0.114 * b) / 255;

export function readTheme(root, hues) {
  const style = getComputedStyle(root);
  const value = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const paperRgb = toRgb(value("--st-background-color", "#ffffff"));
  const inkRgb = toRgb(value("--st-text-color", "#31333f"));
  return {
    paperRgb,
    inkRgb,
    greyRgb: mixed(paperRgb, inkRgb, 0.5),
    hueRgb: hues.map(toRgb),
    hues,
    dark: light(paperRgb) < 0.5,
    paper: css(paperRgb),
    ink: css(inkRgb),
    soft: css(mixed(paperRgb, inkRgb, 0.72)),
    faint: css(inkRgb, 0.1),
    faintLine: css(inkRgb, 0.28),
    halo: css(paperRgb, 0.8),
    accent: value("--st-primary-color", "#ff4b4b"),
    font: value("--st-font", "sans-serif"),
  };
}
