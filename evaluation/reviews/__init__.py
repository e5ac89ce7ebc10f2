"""What may be asked: parameters and review files."""
