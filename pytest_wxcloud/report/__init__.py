"""What the contracts of a run came to: who got in where, as a table and as JSON; and which operations have none.

Knows nothing of pytest. `findings` collects, `matrix` draws, `operations` reads the function root, and
`completeness` compares.
"""
