"""The one writer: whatever the program changes goes through here, whole or not at all, by one command at a time."""
