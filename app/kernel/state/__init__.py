"""The state of a run: tables, fields, codes and limits of the World's one buffer."""
