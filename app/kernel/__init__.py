"""The compiled machine that knows no kind of node: events, requests, stations, one buffer of state.

One-letter arguments mean the same everywhere: `w` the World's tables, `n` a node's row, `s` a slot
(a request in flight), `b` a second slot (a branch of the request, or the one that it moves to), `e`
an edge (a link's row), `g` a replication group, `k` a row of the table that a function is about (a
health check, a key's version, a circulating write), `t` the present simulated time in nanoseconds.
"""
