"""What each exit code means, the same for every command."""

OK, NO, NOTHING, UNREADABLE, USAGE = 0, 1, 2, 3, 10
