"""WHO: the vault, people, real-name identity."""
