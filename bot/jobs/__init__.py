"""The errands: each reads, judges, renders and queues one thing; the schedule and the command line call the same ones."""
