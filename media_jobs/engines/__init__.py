"""What synthesises, one module each; and the face detector."""
