"""Pure cipher, keyring and blind index; fields.py binds them to models."""
