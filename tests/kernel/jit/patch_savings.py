"""Seconds that each patch of Numba saves of compiling the whole kernel.

``python -m tests.kernel.jit.patch_savings [ROUNDS]``: in each round the kernel is compiled with
every patch, with none, and with every patch but one, each in a fork of its own and in another
order. Prints the least processor time of each, and the difference to that with every patch: other
work on a machine makes a compilation slower, never faster.
"""

import gc
import os
import random
import sys
from collections.abc import Callable

from app.kernel.jit.mode import compile_here

compile_here()  # before the kernel is imported

from app.engine.loop.entry import enter  # noqa: E402
from app.kernel.jit.machine_code import compiled  # noqa: E402
from app.kernel.jit.numba_patches import PATCHES, with_room  # noqa: E402

Patches = tuple[Callable[[], None], ...]


def _compile(entry: object) -> None:
    compiled(entry)


def compile_cpu_s(patches: Patches) -> float:
    """Processor time of compiling the kernel with these patches, in a fork of this process."""
    child = os.fork()
    if child == 0:
        gc.disable()
        for patch in patches:
            patch()
        with_room(_compile)(enter)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"compiling ended with {status}")
    return used.ru_utime + used.ru_stime


def main(rounds: int) -> None:
    variants: dict[str, Patches] = {"all": PATCHES, "none": ()}
    for left_out in PATCHES:
        variants[left_out.__name__] = tuple(one for one in PATCHES if one is not left_out)
    least = dict.fromkeys(variants, float("inf"))
    for number in range(rounds):
        for name in random.Random(number).sample(sorted(variants), len(variants)):
            least[name] = min(least[name], compile_cpu_s(variants[name]))
            print(f"round {number + 1}: {name} {least[name]:.2f}", file=sys.stderr, flush=True)
    base = least["all"]
    print(f"all {base:.2f} s, none {least['none']:.2f} s; saved by each:")
    for name, seconds in sorted(least.items(), key=lambda one: -one[1]):
        if name.startswith("patch_"):
            print(f"{name:28} {seconds - base:6.2f} s  {100 * (seconds / base - 1):5.1f} %")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
