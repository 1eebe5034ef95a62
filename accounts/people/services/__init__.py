"""What changes people: every service is atomic and records its event in the same transaction."""
