"""The inner walls: what a container's processes may ask of the Linux kernel, and execute."""
