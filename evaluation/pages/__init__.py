"""From records to a page."""
