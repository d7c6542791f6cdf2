"""Facts to verdicts, by the project's own written rules; it asks no clock and reads no database."""
