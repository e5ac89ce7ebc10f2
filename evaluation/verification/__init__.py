"""Whether what was built is what its inputs make, what another release changes, whether one page is that of its address."""
