"""The pages of this room: the subject's (public, by proven number) and the asker's fragments (owner only)."""
