"""What a chapter leaves, and what prose says of it."""
