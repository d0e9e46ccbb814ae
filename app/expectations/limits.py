"""Limits on rows of expectations, looked at before anything is parsed."""

ROW_LENGTH_MAX = 200
"""Characters of a row."""

ROWS_MAX = 50
"""Rows of one list of a document."""

NUMBER_MAX = 10**12
PLACES_MAX = 6
"""Decimal places of a number."""

TIME_MAX_S = 2_000_000
"""The longest time in a row: a document's longest run."""

SEEDS = 5
SEEDS_MAX = 1000
"""Seeds that a document is judged over, if nothing else is asked for, and at most."""
