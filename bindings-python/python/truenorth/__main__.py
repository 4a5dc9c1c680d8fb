"""`python -m truenorth` is the command line."""

from ._cli import main

main()
