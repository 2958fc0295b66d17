// Elements and tables.  Text enters as textContent only: names come from users' tables.

export function element(tag, name = "", text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}

// What begins to move out of sight comes into sight.
export function reveal(root) {
  const { top, bottom } = root.getBoundingClientRect();
  if (Math.min(bottom, innerHeight) - Math.max(top, 0) < 200) root.scrollIntoView({ block: "center" });
}

// Rows of a table, the first of them its heading.
export function fill(table, lines) {
  const made = lines.map((cells, i) => {
    const row = element("tr");
    row.append(...cells.map((cell) => element(i ? "td" : "th", "", cell)));
    return row;
  });
  table.tBodies[0].replaceChildren(...made);
}
