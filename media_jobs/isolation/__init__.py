"""Pure child runner with limits for untrusted media."""
