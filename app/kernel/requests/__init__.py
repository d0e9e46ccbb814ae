"""One request's life: attempts, retries, fan-out, page parts, cache-aside reads."""
