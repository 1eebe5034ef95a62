"""The implicit label in the file: our own small readers and injectors, which change no pixel."""
