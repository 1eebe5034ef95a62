"""`python -m media_jobs.labelling.cli`."""

import sys

from media_jobs.labelling.cli import main

if __name__ == "__main__":
    sys.exit(main())
