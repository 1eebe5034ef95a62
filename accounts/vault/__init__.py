"""The vault: PURE cipher, keyring and blind index (keys are injected); fields.py binds them to models."""
