"""A training run whose process is killed ends with the numbers of one that was left alone."""

import os

import numpy as np

from tests.training.executor import jobs
from tests.training.executor.watching import lines, until

STEPS = 240


def test_a_killed_run_goes_on_from_its_checkpoint_and_ends_with_the_same_numbers(
    executor, tmp_path
):
    quiet, disturbed = tmp_path / "quiet", tmp_path / "disturbed"
    for folder in (quiet, disturbed):
        folder.mkdir()
    whole = executor.submit("quiet", jobs.trained, quiet, STEPS)
    broken = executor.submit("disturbed", jobs.trained, disturbed, STEPS)
    log = disturbed / "log"
    assert until(lambda: len(lines(log)) > 9)
    os.kill(killed := int(lines(log)[-1].partition(":")[2]), 9)

    (state, losses, _), (other, others, last) = whole.result(60), broken.result(60)
    steps = [int(line.partition(":")[0]) for line in lines(log)]
    by = {int(line.partition(":")[2]) for line in lines(log)}
    assert by == {killed, last}
    assert killed != last
    # begun again where the last checkpoint was: at most the report it died in is told twice
    assert sorted(set(steps)) == list(range(3, STEPS + 1, 3))
    assert len(steps) <= STEPS // 3 + 1
    assert state.keys() == other.keys()
    for name, values in state.items():
        np.testing.assert_array_equal(other[name], values, err_msg=name)
    np.testing.assert_array_equal(others, losses)
    assert len(losses) == STEPS
    assert losses[-20:].mean() < 0.9 * losses[:20].mean()
