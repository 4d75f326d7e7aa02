"""`python -m checker` is `parascope`."""

from .cli import enter

if __name__ == "__main__":
    enter()
