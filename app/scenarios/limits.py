"""Limits on the size of a document or a link. Every number here is a promise to the server's
memory.

The size of a drawing itself (nodes, links, names, positions) is limited in `app.topology.model`.
"""

DOCUMENT_BYTES_MAX = 1 << 20
"""A document as JSON text. Deflate can blow a link up a thousandfold: inflating stops here."""

LINK_LENGTH_MAX = 32 * 1024
"""Characters of a share code.

8 KiB (a common limit of proxies in between) carries about 120 nodes with 300 links; the largest
drawing allowed (200 nodes, 500 links) needs up to about 20 KiB, and 32 KiB is still half of what
the server's HTTP parser takes for a request line.
"""

DEPTH_MAX = 32
"""Objects and lists inside each other."""

DOCUMENT_VALUES_MAX = 100_000
LINK_VALUES_MAX = 12_000
ACTION_VALUES_MAX = 20_000
"""Values of a document, of a link, which leaves defaults out, and of an action. Text repeats well:
a link of a kilobyte can unpack to a million values, which would take half a second to refuse."""

KEYS_MAX = 300
"""Keys of one object; a node's parameters are the most."""

SCENARIO_NAME_LENGTH_MAX = 100
WORD_LENGTH_MAX = 60
"""Names of kinds, presets and the like."""

JOURNAL_MAX = 1000
"""Entries of a journal."""

JOURNAL_EDITS_MAX = 1000
"""Edits of a whole journal, counting those inside batches."""

DURATION_MAX_S = 2_000_000.0
"""Latest simulated second: 23 days. Below 2**51 ns a time survives the trip through seconds."""
