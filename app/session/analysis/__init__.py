"""Analysis of a session's drawing as it is now: theory, outage, findings."""
