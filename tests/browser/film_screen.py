"""A film on a page, as a browser test sees it."""

ROOT = """
const film = [...document.querySelectorAll("*")]
  .map((each) => each.shadowRoot && each.shadowRoot.querySelector(".em-film")).find(Boolean);
"""


class Screen:
    """The first film on a tab: its attributes, its pixels, its places in the window."""

    def __init__(self, tab):
        self.tab = tab
        self.root = tab.locator(".em-film").first

    def evaluate(self, script, argument=None):
        return self.tab.evaluate(f"(argument) => {{ {ROOT} {script} }}", argument)

    def data(self, name):
        return self.root.get_attribute(f"data-{name}")

    def half_step(self):
        return int(self.data("half-step"))

    def pause(self):
        if self.data("playing") == "true":
            self.root.locator(".play").click()
        self.settle()

    def go(self, half_step):
        self.evaluate("film.emFilm.go(argument)", half_step)
        self.settle()

    def settle(self):
        self.tab.wait_for_selector('.em-film[data-settled="true"]')
        self.two_frames()

    def two_frames(self):
        self.evaluate("return new Promise((done) => "
                      "requestAnimationFrame(() => requestAnimationFrame(done)))")  # fmt: skip

    def pixels(self):
        return self.evaluate(
            "const c = film.querySelector('.picture');"
            "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
            "let hash = 0; for (const v of new Uint32Array(d.buffer))"
            "  hash = (Math.imul(hash, 31) + v) | 0; return hash;"
        )

    def spot(self, i):
        return self.evaluate(
            "const edge = film.querySelector('.picture').getBoundingClientRect();"
            "const [x, y] = film.emFilm.spot(argument);"
            "return [edge.left + x, edge.top + y];", i)  # fmt: skip

    def colour(self, i):
        """The pixel at the heart of point i's marker, as (r, g, b)."""
        return tuple(self.evaluate(
            "const c = film.querySelector('.picture'); const r = c.width / c.clientWidth;"
            "const [x, y] = film.emFilm.spot(argument);"
            "return [...c.getContext('2d').getImageData("
            "  Math.round(x * r), Math.round(y * r), 1, 1).data].slice(0, 3);", i))  # fmt: skip

    def centre(self, k):
        box = self.root.locator(".handle").nth(k).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
