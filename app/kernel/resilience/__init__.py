"""Circuit breakers, outlier detection, and the servers in rotation."""
