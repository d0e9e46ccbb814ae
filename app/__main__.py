"""``python -m app``: the command line, joined with the web server that its `serve` starts."""

import sys

from app import cli
from app.settings import Settings


def main() -> int:
    """Carry out the command of this process and give its exit code."""
    return cli.main(serve=_serve)


def _serve(settings: Settings) -> None:
    # Here and not above: the other commands should not wait for the web to load.
    from app.web.server import serve

    serve(settings)


if __name__ == "__main__":
    sys.exit(main())
