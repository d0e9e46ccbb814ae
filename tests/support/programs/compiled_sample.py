"""A small part of the kernel compiled with some patches of Numba, and what it then does.

``python -m tests.support.programs.compiled_sample``: a line of JSON for no patch, for each, and for
all: name, a digest of the machine code, and a digest of the World after the code has run. Each is
compiled in a fork of its own, since a patch stays for the rest of a process.
"""

import hashlib
import json
import os
from collections.abc import Callable

from app.kernel.jit.mode import compile_here

compile_here()  # before the kernel is imported

from app.kernel.events.event_queue import event_of, schedule, take_first  # noqa: E402
from app.kernel.jit.decorators import entry, open_tables  # noqa: E402
from app.kernel.jit.machine_code import callable_of, compiled  # noqa: E402
from app.kernel.jit.numba_patches import PATCHES  # noqa: E402
from app.kernel.state.world import World  # noqa: E402


@entry
def shuffle(address: int, count: int, b: int, c: int, d: int, e: int, x: float) -> int:
    """Schedule so many events out of order, take them all; a figure that depends on the order."""
    w = open_tables(address)
    found = 0
    for i in range(count):
        schedule(w, (i * 7919) % 1000, event_of(1, i % 3, i))
    for _ in range(count):
        found = (found * 31 + take_first(w)) % 1_000_003
    return found


def outcome(name: str, patches: tuple[Callable[[], None], ...]) -> str:
    """Compile in a fork of this process, with these patches, and run it."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        for patch in patches:
            patch()
        code = compiled(shuffle)
        world = World({})
        world.grow_slots()
        result = callable_of(code)(world.buffer, 40, 0, 0, 0, 0, 0.0)
        digests = [hashlib.sha256(one).hexdigest()[:12] for one in (code, world.buffer.tobytes())]
        os.write(writer, json.dumps([name, result, *digests]).encode())
        os._exit(0)
    os.close(writer)
    os.wait()
    with os.fdopen(reader) as answer:
        return answer.read()


if __name__ == "__main__":
    print(outcome("none", ()))
    for one in PATCHES:
        print(outcome(one.__name__, (one,)))
    print(outcome("all", PATCHES))
