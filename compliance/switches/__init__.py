"""What is stopped by order."""
