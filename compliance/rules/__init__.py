"""Pure: which labels a job needs, when a consent is valid, how long a log is kept."""
