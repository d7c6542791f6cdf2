"""Facts and verdicts to text and HTML; the texts themselves are in templates/."""
