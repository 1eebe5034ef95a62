"""A job's way: dispatch, run one stage, lease, sweep."""
