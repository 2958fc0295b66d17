"""Who is next: the visitor who has least now, and of those the one whose last turn is longest ago.

    waiting   ann 1 2 3    bob 4    cem 5          one place free, nothing runs
    order     1 (ann)  4 (bob)  5 (cem)  2 (ann)  3 (ann)

Within a visitor the first to come is the first to go.  So a class of thirty goes round in turns,
whatever one of them has put into the queue, and everybody's position is known.
"""

from collections import Counter, deque
from heapq import heapify, heappop, heappush

from latentcore.training.executor.limits import Full, Limits, TooMany

REMEMBERED = 1000  # visitors whose last turn is known; one who is forgotten counts as new


class Queue:
    """Keys of jobs that wait or run, by visitor.  Not safe for threads: its owner holds a lock."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._waiting: dict[str, deque[tuple[int, str]]] = {}  # visitor -> (arrival, key)
        self._running: dict[str, str] = {}  # key -> visitor
        self._turns: dict[str, int] = {}  # visitor -> number of the last turn, oldest first
        self._arrivals = self._taken = 0
        self._order: list[str] | None = None

    def __len__(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values()))

    @property
    def running(self) -> int:
        """How many run."""
        return len(self._running)

    def add(self, key: str, visitor: str, limited: bool = True) -> None:
        """Wait behind the visitor's others.  Raises TooMany or Full; ValueError for a twin."""
        if self.position(key) is not None:
            raise ValueError(f"the job {key!r} runs or waits already; cancel it first")
        if limited:
            running = Counter(self._running.values())[visitor]
            waiting = len(self._waiting.get(visitor, ()))
            if visitor and running + waiting >= self.limits.each:
                raise TooMany(running, waiting, self.limits.each)
            if len(self) >= self.limits.waiting:
                raise Full(len(self))
        self._waiting.setdefault(visitor, deque()).append((self._arrivals, key))
        self._arrivals += 1
        self._order = None

    def take(self) -> str | None:
        """The next to run, which counts as running from now; None while nobody may begin."""
        order = self._ordered()
        if not order:
            return None
        key = order[0]
        visitor = next(v for v, own in self._waiting.items() if own[0][1] == key)
        if visitor and Counter(self._running.values())[visitor] >= self.limits.at_once:
            return None  # whoever comes later in the order has no less
        self._leave(visitor, key)
        self._running[key] = visitor
        self._taken += 1
        self._turns.pop(visitor, None)
        self._turns[visitor] = self._taken
        if len(self._turns) > REMEMBERED:
            del self._turns[next(iter(self._turns))]
        return key

    def remove(self, key: str) -> None:
        """It runs or waits no longer; nothing happens if it did neither."""
        if self._running.pop(key, None) is not None:
            self._order = None
            return
        for visitor, own in self._waiting.items():
            if any(key == waiting for _, waiting in own):
                self._leave(visitor, key)
                return

    def position(self, key: str) -> int | None:
        """0 for one that runs, n for the n-th that waits, None for one that does neither."""
        if key in self._running:
            return 0
        try:
            return self._ordered().index(key) + 1
        except ValueError:
            return None

    def _leave(self, visitor: str, key: str) -> None:
        left = deque(item for item in self._waiting[visitor] if item[1] != key)
        if left:
            self._waiting[visitor] = left
        else:
            del self._waiting[visitor]
        self._order = None

    def _ordered(self) -> list[str]:
        """All that wait, as they would begin if nothing ended: found anew after every change."""
        if self._order is None:
            running = Counter(self._running.values())
            # running jobs, last turn, arrival of the first; then where in the visitor's own it is
            heap = [
                (running[visitor], self._turns.get(visitor, 0), own[0][0], 0, visitor)
                for visitor, own in self._waiting.items()
            ]
            heapify(heap)
            self._order, turn = [], self._taken
            while heap:
                has, _, _, place, visitor = heappop(heap)
                own = self._waiting[visitor]
                self._order.append(own[place][1])
                turn += 1
                if (place := place + 1) < len(own):
                    heappush(heap, (has + 1, turn, own[place][0], place, visitor))
        return self._order
