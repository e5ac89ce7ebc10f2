"""One chapter executed: Papermill, kernels, forks, workers."""
