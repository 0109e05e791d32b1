"""Sweeps: each looks at the tables, owes what is owed, and may run late, twice, or in two places."""
