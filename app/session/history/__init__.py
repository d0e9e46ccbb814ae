"""The journal of actions, undo and redo, and scripts of timed actions."""
