"""The language of what must hold: rows such as ``availability >= 99.9 %``, parsed and written."""
