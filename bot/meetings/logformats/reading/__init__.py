"""How a log is read: bytes to text, stamps to moments, shapes to lines; what each format looks like stands one folder up."""
