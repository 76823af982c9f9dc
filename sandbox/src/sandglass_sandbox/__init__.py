"""What runs inside a Sandglass sandbox: zygote, supervisor, kernel, file worker (docs/protocol.md).

Bind-mounted read-only at /opt/sandglass. Standard library only, but for the kernel, which is
IPython; nothing here may import anything else at module level outside `kernel/`.
"""

PROTOCOL = 3
