"""Handlers as people write them, a family a file. Each is a twin: mended, and with the hole that is taken out of it."""
