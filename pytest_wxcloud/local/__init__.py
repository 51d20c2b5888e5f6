"""The parts of the local cloud that answer from Python: open APIs, open data, hosts outside."""
