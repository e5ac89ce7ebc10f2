"""Whether what was built is what its inputs make, what a release changes, whether one page is that of its address."""
