"""The wording of the provider's public texts, one file per text and language."""
