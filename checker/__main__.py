"""`python -m checker` is `parascope`."""

from .cli import main

if __name__ == "__main__":
    main()
