"""Real-name verification: one Protocol, one module per channel."""
