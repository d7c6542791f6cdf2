"""What a newcomer can try: a local GitHub and a sample community."""
