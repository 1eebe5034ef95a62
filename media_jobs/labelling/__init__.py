"""Pure library and CLI: visible and metadata labels, read-back."""
