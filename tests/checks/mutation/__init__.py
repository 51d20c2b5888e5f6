"""Takes every single guard out of the mended twins, or turns it around, and counts what contracts find of that.

`python -m tests.checks.mutation` does it to all of them, `make mutation` too; a few are tried with the other tests.
"""
