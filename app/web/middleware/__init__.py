"""Rules that every request keeps to before a route sees it: host, origin, method, size of body."""
