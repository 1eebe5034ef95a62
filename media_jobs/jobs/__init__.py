"""Job, Work, Release and their one transition table."""
