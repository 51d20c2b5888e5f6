"""Benchmarks: ``python -m tests.bench [name]`` prints what this package costs.

They measure and never judge: a goal that is not reached is printed, and nothing is tried again.
"""
