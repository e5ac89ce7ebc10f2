"""Plan, store, state of a folder, swap, delivery."""
