"""What may be asked of a review: its file, the parameters of its chapters, and the values that these may have."""
