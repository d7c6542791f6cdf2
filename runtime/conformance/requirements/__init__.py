"""Requirements: what a release of the specification's text asks of whom, and what changed since another release."""
