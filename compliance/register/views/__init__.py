"""The register's pages: public texts, acceptance, services, switches, onboarding."""
