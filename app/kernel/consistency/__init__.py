"""Consistency of reads: quorums, read-your-writes, stale reads."""
