"""What an attacker tried, and what stands in the way now."""
