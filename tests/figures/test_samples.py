"""Generated samples: every one is drawn, by component and label."""

import numpy as np
import pytest

from latentcore.evaluation import experiment
from latentcore.evaluation.experiment import Design
from latentcore.figures.samples import SHOWN, samples
from latentcore.mixture.examples.presets import PRESETS

ALL = [(family, name) for family in PRESETS for name in PRESETS[family]]


@pytest.mark.parametrize(("family", "name"), ALL)
def test_every_sample_is_a_marker_of_its_component_and_class(family, name):
    drawn, _ = experiment.draw(PRESETS[family][name].truth, Design(120))
    clouds = [t for t in samples(drawn).data if t.mode == "markers"]
    assert len(clouds) == 2 * len(drawn.truth)
    counts = [((drawn.z == k) & (drawn.data.y == c)).sum()
              for k in range(len(drawn.truth)) for c in (0, 1)]  # fmt: skip
    assert [len(t.x) for t in clouds] == counts
    assert all(np.isfinite(t.x).all() and np.isfinite(t.y).all() for t in clouds)
    assert len({(t.marker.color, t.marker.symbol) for t in clouds}) == len(clouds)


def test_many_samples_are_thinned():
    drawn, _ = experiment.draw(PRESETS["gaussian"]["figure-1"].truth, Design(5000))
    assert sum(len(t.x) for t in samples(drawn).data) == SHOWN
