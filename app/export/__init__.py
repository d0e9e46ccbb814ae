"""A drawing as something else: a picture (SVG), Mermaid text."""
