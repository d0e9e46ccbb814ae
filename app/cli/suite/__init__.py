"""The command `test`: documents run against what they expect, and reports for people and for CI."""
