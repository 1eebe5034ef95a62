"""Hand-over: what a platform that spreads content owes to a file (Labelling Measures Art. 6)."""
