"""Reports: complete, text as text, and nothing that is fetched."""

import io
import re
import zipfile
from html.parser import HTMLParser

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.offline import get_plotlyjs

from latentcore.data.labelled import Labelled
from latentcore.data.tables import Choices
from latentcore.evaluation.candidates import Setting, candidates
from latentcore.evaluation.community.looking import look
from latentcore.evaluation.community.resampling import resamples
from latentcore.evaluation.crossvalidation import cross_validate
from latentcore.evaluation.scores import AUC
from latentcore.evaluation.summary import summarise
from latentcore.export.pages import Section, report, zipped
from latentcore.export.report import Found, compared, sections
from latentcore.export.script import Analysis, Origin
from latentcore.figures.picture import Picture
from tests.evaluation.community.made import CLASSES, EVERY, RECIPE, fitted

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<b>bold</b> **md** $x^2$ [a](http://b.c)",
    "=1+1",
    "%{y} &lt;b&gt;",
    "\u202eright to left\u202c",
    "x" * 10_000,
]


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.said = [], []
        self.inside = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self.inside += tag in ("script", "style")

    def handle_endtag(self, tag):
        self.inside -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.inside:
            self.said.append(data)


def own(text):
    """A page without Plotly's code."""
    assert text.count(get_plotlyjs()) == 1
    return text.replace(get_plotlyjs(), "")


def analysis(label="state", classes=CLASSES, which="diag"):
    return Analysis(Origin(None, ("t.csv",), ("0" * 64,)), Choices(), label, classes, (), None,
                    EVERY[which], 2)  # fmt: skip


def found(which="diag"):
    model, values, y, _ = fitted(which, 120)
    models = candidates(["Logistic regression, CLR", "Dirichlet-multinomial mixture"],
                        Setting(RECIPE, (1,), starts=1, counts=True))  # fmt: skip
    data = Labelled(values, y, classes=CLASSES)
    folds = list(cross_validate({c.name: c.model for c in models}, data, 3, 1, 0))
    again = list(resamples(model, values, y, None, range(2)))
    return Found(values, y, look(model, values), again, summarise(models, folds))


def test_a_report_holds_data_settings_fit_comparison_and_versions():
    whole = found()
    text = own(report("My table", sections(analysis(), whole, AUC)))
    said = " ".join(Tags(text).said)
    for heading in ("My table", "Data", "Settings", "Fit", "Comparison", "Versions"):
        assert heading in said
    assert np.__version__ in said
    assert "0" * 64 in said
    assert "class shares alone" in said and "Dirichlet-multinomial mixture, K = 1" in said
    assert "adjusted Rand index" in said
    assert "middle 95 % of resampled tables" in said
    assert f"{whole.summaries[0].of(AUC).mean:.3f}" in said
    assert text.count('class="plotly-graph-div"') == 9
    assert len(compared(whole, AUC)) == 2


def test_a_report_without_comparison_has_none():
    model, values, y, _ = fitted("dirichlet")
    whole = Found(values, y, look(model, values))
    headings = [s.heading for s in sections(analysis(which="dirichlet"), whole, AUC)]
    assert headings == ["Data", "Settings", "Fit", "Versions"]


def test_nothing_is_fetched():
    text = own(report("t", sections(analysis(), found(), AUC)))
    for _, attributes in Tags(text).found:
        assert not {"src", "href", "srcset", "action", "data"} & set(attributes)
    assert "default-src 'none'" in text and "connect-src 'none'" in text
    assert not re.findall(r"url\(|@import", text)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(name):
    figure = go.Figure(go.Bar(x=[1], y=[1], name=name, hovertext=name))
    pictures = [Picture("p", name, figure)]
    text = own(report(name, [Section(name, [name], [[name], [name]], pictures)]))
    tags = Tags(text)
    plain = own(report("t", [Section("h", ["w"], [["a"], ["b"]], [Picture("p", "c", figure)])]))
    assert [t for t, _ in tags.found] == [t for t, _ in Tags(plain).found]
    assert "\u202e" not in text
    assert not any(key.startswith("on") for _, attributes in tags.found for key in attributes)
    shown = re.sub(r"\s+", " ", "".join(tags.said))
    assert name[:100].strip("\u202e\u202c")[:50] in shown.replace("\u202c", "")


def test_figures_are_pages_beside_one_copy_of_plotly():
    model, values, y, _ = fitted("diag")
    drawn = [Picture("one", "First", go.Figure(go.Bar(x=[1], y=[2]))),
             Picture("two", "Second", go.Figure(go.Bar(x=[1], y=[2])))]  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(zipped(drawn))) as folder:
        assert set(folder.namelist()) == {"plotly.min.js", "one.html", "two.html"}
        assert folder.read("plotly.min.js").decode() == get_plotlyjs()
        text = folder.read("two.html").decode()
    sources = [a["src"] for tag, a in Tags(text).found if tag == "script" and "src" in a]
    assert sources == ["plotly.min.js"]
    assert "Second" in text


def test_sample_ids_are_not_in_a_report():
    text = own(report("t", sections(analysis(), found(), AUC)))
    assert "bar 1" in text  # what stands in their place
    assert not re.search(r"\bid\d+\b", text)
