"""Compiled primitives of the engine. The same source runs with the JIT off, bit for bit."""

from app.engine.cache import use_cache

use_cache()
