"""``python -m app.texts``: bring the catalogues in step with the sources, or check them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.texts.extraction import NotLiteral, extracted
from app.texts.upkeep import faults_of_all, update_all

SOURCES = Path(__file__).resolve().parents[1]


def main() -> int:
    """Update or check; the exit status is 1 when a check finds something."""
    parser = argparse.ArgumentParser(prog="python -m app.texts", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, say what is wrong")
    parser.add_argument("languages", nargs="*", help="codes of languages to start, such as fr")
    options = parser.parse_args()
    try:
        messages = extracted(SOURCES)
    except NotLiteral as error:
        print(error, file=sys.stderr)
        return 1
    if not options.check:
        update_all(messages, also=tuple(options.languages))
    found = faults_of_all(messages)
    print("\n".join(found) or "Every text is translated.", file=sys.stderr if found else sys.stdout)
    return 1 if found and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
