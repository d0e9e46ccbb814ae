"""Compilation of the kernel to machine code. The only folder that imports Numba."""
