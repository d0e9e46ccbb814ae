"""Limits on a connection and on the head of a request, before anything else looks at it.

Limits that an installation may want otherwise are settings (see `app.settings`).
"""

HEAD_BYTES_MAX = 64 * 1024
"""Bytes of a request's line and header fields; a share link in the address takes half of it."""

HEAD_FIELDS_MAX = 100
"""Header fields of a request; browsers send about twenty."""

PIPELINED_MAX = 16
"""Requests that wait for the answer to an earlier one of the same connection."""

DESCRIPTORS_SPARE = 128
"""File descriptors that are not for connections: the store, the log, files being sent."""

KEEP_ALIVE_S = 75
"""Time that a connection without a request stays open, as nginx's `keepalive_timeout` has it: one
that is closed just when a program uses it again fails that program's request."""

STALLED_S = 20.0
"""Time until a connection is ended whose reader takes nothing of what it asked for."""

LINGER_S = 5.0
"""Time that a connection may take to send the last bytes after it was closed."""
