"""`python3 -m sandglass_sandbox.card PATH [CHARACTERS]` prints the card of a file."""

import sys

from sandglass_sandbox.card import main

if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:3]))
