"""The provider's public rules, convention and agreements, and who accepted them."""
