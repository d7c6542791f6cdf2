"""The database: facts are added and never changed, and importing or syncing twice changes nothing."""
