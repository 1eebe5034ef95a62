"""Users, organisations, roles, messages out, rate limits."""
