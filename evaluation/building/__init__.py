"""What is out of date, made and swapped in."""
