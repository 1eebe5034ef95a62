"""The whole story on one machine, told through HTTP: `make demo`."""
