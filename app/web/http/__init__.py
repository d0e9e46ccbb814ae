"""HTTP: request bodies, security headers, limits, errors, templates, event streams."""
