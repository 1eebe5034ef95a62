"""What builds, checks and serves the checkout; nothing here is part of the installed platform."""
