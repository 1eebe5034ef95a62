"""The read-only seat: trail, orders, query API."""
