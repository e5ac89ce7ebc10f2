"""Questions to a built review: where a number comes from, and what would change what is said of it."""
