"""Replications: runs of documents with several seeds, on all cores, judged by what they expect."""
