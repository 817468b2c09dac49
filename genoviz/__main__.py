"""`python -m genoviz`: the command line."""

from genoviz.cli.main import main

if __name__ == "__main__":
    main()
