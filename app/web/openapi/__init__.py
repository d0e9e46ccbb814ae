"""OpenAPI: the description of every address, for programs and, as a page, for people."""
