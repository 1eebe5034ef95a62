#!/usr/bin/env python
"""Django's command-line entry."""

import importlib
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        _settings()
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)  # whoever pressed Ctrl-C knows why


def _settings() -> None:
    """Read the settings first: what a variable or a folder cannot be is said in one line, not in a traceback."""
    from config.env import EnvError

    try:
        importlib.import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except (EnvError, OSError) as error:
        sys.exit(f"Hallmark cannot start: {error}")


if __name__ == "__main__":
    main()
