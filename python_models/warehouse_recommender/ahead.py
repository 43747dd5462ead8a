"""Process blocks in threads while earlier blocks are written."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = 2  # blocks processed at the same time
Item, Result = TypeVar("Item"), TypeVar("Result")


def results_ahead(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Apply a function to items in threads, ``AT_ONCE`` at a time, and yield the results in the order of the items.

    Threads process the next items while the caller uses a result. Items are read in the caller's thread.
    """
    running: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for item in items:
            running.append(threads.submit(function, item))
            if len(running) > AT_ONCE:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
