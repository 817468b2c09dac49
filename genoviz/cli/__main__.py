"""`python -m genoviz.cli`."""

from genoviz.cli.main import main

if __name__ == "__main__":
    main()
