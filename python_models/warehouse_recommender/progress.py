"""Progress lines on the console during long computations, with or without a terminal."""

import sys
import threading
import time
from types import TracebackType

SECONDS_BETWEEN_LINES = 3.0


class Progress:
    """Print the state of a computation every ``SECONDS_BETWEEN_LINES`` while its ``with`` block runs.

    The lines come from a separate thread, so a library that releases the GIL needs no callback. The block updates ``state``.
    """

    def __init__(self, title: str, state: str = "starting") -> None:
        self.title, self.state = title, state
        self._done = threading.Event()
        self._printer = threading.Thread(target=self._print_lines, daemon=True)

    def __enter__(self) -> "Progress":
        self._printer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._done.set()
        self._printer.join()

    def _print_lines(self) -> None:
        began = time.monotonic()
        while not self._done.wait(SECONDS_BETWEEN_LINES):
            print(f"{self.title}: {self.state}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
