"""A walk through a latent space on a page, as a browser test sees it."""

ROOT = """
const root = [...document.querySelectorAll("*")]
  .map((each) => each.shadowRoot && each.shadowRoot.querySelector(".traversal")).find(Boolean);
"""


class Walk:
    """The first walk on a tab, opened there (or that is there, without an address)."""

    def __init__(self, tab, url):
        self.tab = tab
        if url:
            tab.goto(url)
        tab.wait_for_selector(".traversal[data-frames]", timeout=60_000)
        self.root = tab.locator(".traversal").first
        self.paved()

    def evaluate(self, script, argument=None):
        return self.tab.evaluate(f"(argument) => {{ {ROOT} {script} }}", argument)

    def paved(self):
        self.tab.wait_for_selector('.traversal[data-tiles="0"]', timeout=60_000)
        self.evaluate("return new Promise((done) => "
                      "requestAnimationFrame(() => requestAnimationFrame(done)))")  # fmt: skip

    @property
    def z(self):
        self.paved()
        return self.evaluate("return root.traversal.space.z")

    def spot(self, place, square="plane"):
        """A place of the latent square as pixels of the window."""
        return self.evaluate(
            "const edge = root.querySelector('.' + argument[1]).getBoundingClientRect();"
            "const [x, y] = root.traversal.spot(argument[0]);"
            "return [edge.left + x, edge.top + y];", [place, square])  # fmt: skip

    def sample(self, i):
        return self.evaluate(
            "const edge = root.querySelector('.plane').getBoundingClientRect();"
            "const [x, y] = root.traversal.sample(argument);"
            "return [edge.left + x, edge.top + y];", i)  # fmt: skip

    def pixels(self, square):
        return self.evaluate(
            "const c = root.querySelector('.' + argument);"
            "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
            "let hash = 0; for (const v of new Uint32Array(d.buffer))"
            "  hash = (Math.imul(hash, 31) + v) | 0; return hash;", square)  # fmt: skip

    def image(self):
        """The red channel of the decoded picture as it is painted, row by row."""
        return self.evaluate(
            "const c = root.querySelector('.decoded');"
            "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
            "return [...d].filter((_, i) => i % 4 === 0);")  # fmt: skip

    def words(self, name):
        return self.root.locator(f".{name}").inner_text().replace("−", "-")
