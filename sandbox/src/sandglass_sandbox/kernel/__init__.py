"""The kernel: the IPython interpreter that executes cells, and how its outputs become frames."""
