"""Paths of the templates and static files."""

from app.export.static_files import STATIC, folder

__all__ = ["STATIC", "TEMPLATES"]

TEMPLATES = folder("templates")
