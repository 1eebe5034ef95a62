"""What runs without this platform: the verifier, one file, to be handed to anybody."""
