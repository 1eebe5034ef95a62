"""THE RULES and the evidence."""
