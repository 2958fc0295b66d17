"""Another process, in this one: whatever goes there and comes back is pickled, and comes late."""

import cloudpickle


def elsewhere(function, items):
    """A `Map` as an executor's, last first."""
    sent = [cloudpickle.dumps((function, item)) for item in items]
    for i in reversed(range(len(sent))):
        work, item = cloudpickle.loads(sent[i])
        yield i, cloudpickle.loads(cloudpickle.dumps(work(item)))
