"""Laws of authorization, and what judges a call by them. Usable one by one, and without pytest.

A check judges one case and never draws. `world` arranges people and what they have, `attempt` makes calls
in it, `effects` tells what a call did beyond its caller's rights, `law` and `laws` say what is tried, and
`verdict` how it is told.
"""
