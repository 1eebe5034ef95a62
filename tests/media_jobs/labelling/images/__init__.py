"""Pictures in every container: labelled, read back, attacked."""
