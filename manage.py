#!/usr/bin/env python
"""Django's command-line entry."""

import importlib
import os
import sys

from config.env import EnvError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        importlib.import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except (EnvError, OSError) as error:
        sys.exit(f"Hallmark cannot start: {error}")  # a variable or a folder; the text names it
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)  # whoever pressed Ctrl-C knows why


if __name__ == "__main__":
    main()
