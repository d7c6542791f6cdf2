"""The dashboard: what the records hold, as pages and as JSON."""
