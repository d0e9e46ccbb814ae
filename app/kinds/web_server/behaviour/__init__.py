"""Compiled behaviour of the kind `web_server`."""
