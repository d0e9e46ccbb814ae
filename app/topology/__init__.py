"""The drawing: nodes and links, how it is edited, and what is wrong with it."""
