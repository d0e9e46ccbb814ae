"""Numbers that mean something, an IntEnum per subject; compiled code sees plain int64 constants."""
