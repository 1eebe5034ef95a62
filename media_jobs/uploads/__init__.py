"""What people hand in: stored, probed, quarantined."""
