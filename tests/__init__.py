"""The tests mirror `app/`; the folders beyond that are explained in docs/map.md."""
