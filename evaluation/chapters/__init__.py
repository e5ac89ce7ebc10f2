"""What a chapter needs beyond its cells."""
