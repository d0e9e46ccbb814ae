"""Shares of the machine that one session may use: promises to the other sessions.

Limits of the whole server are settings (see `app.settings`).
"""

SLICE_S = 0.02
"""Processor time of one call into the engine, so that sessions take turns and edits get in."""

FRAME_S = 0.1
HEARTBEAT_S = 0.5
FRAME_GAP_S = 0.04
"""Wall time between frames: while running, while nothing moves, and at the least."""

WINDOW_S = 1.0
"""Wall time that a frame's rates are about."""

DEBT_S = 0.5
"""A run further behind its clock than this many wall seconds gives the arrears up."""

HOPS_PER_S = 60
"""Requests a second of wall time that are traced from hop to hop, at the most."""

HOPS_PER_FRAME = 600
"""Traced hops in one frame; what is drawn on a screen is less."""

HOPS_KEPT = 20_000
"""Traced hops between two frames that requests are put together from."""

RING_FRAMES = 64
LAG_FRAMES = 5
"""Frames kept for viewers, and how far behind one may fall before it skips to the newest."""

TIMELINE_ROWS = 2000
PENDING_MAX = 200
"""Actions of a session that wait for the next frame boundary."""

EDITS_MAX = 1000
"""Edits of one action, counting those inside batches."""

SCRIPT_AT_ONCE = 50
INTERVENTIONS_AT_ONCE = 20
"""Actions of a script that are played, and that are given to the engine, in one go."""

JOURNAL_MAX = 20_000
JOURNAL_BYTES_MAX = 16_000_000
"""Entries of one run, and the memory that they take, about; one action may be of 1,000 edits."""

HISTORY_MAX = 1000
HISTORY_BYTES_MAX = 8_000_000
"""Steps that can be taken back, and their memory; the oldest goes first."""

SITUATIONS_MAX = 1000
SITUATION_PARTS_MAX = 40_000
INCIDENTS_MAX = 20_000
"""Drawings, their nodes and links in all, and incidents that causes of failures are told from; the
oldest goes first."""

CHECKPOINT_S = 5.0
CHECKPOINT_EVENTS = 300_000
CHECKPOINT_ENTRIES = 20
"""A checkpoint is due after this much simulated time, work or doing, whichever comes first; going
back costs as much as doing that again. All three double when there are too many checkpoints."""

CHECKPOINTS_MAX = 64
CHECKPOINT_BYTES_MAX = 16 << 20
"""Checkpoints of one run, and what they take together."""

RUN_BYTES_MAX = 32_000_000
CHECKPOINT_BYTES_MIN = 4_000_000
"""A run and its checkpoints together; these may take so much even if the run is as large itself,
which only what is in flight can make it."""

CHECKPOINT_SHARE = 0.5
CHECKPOINT_SHARE_IDLE = 0.01
"""Cost that checkpoints may have, as a part of the run's own work, or else of the wall time."""

STEPS_MAX = 100_000
"""Single events that wait to be stepped through."""

SAVE_AFTER_S = 1.0
"""A change is in the store after this long."""
