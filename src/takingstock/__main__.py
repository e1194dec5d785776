"""Run the command line as a module: python -m takingstock."""

from takingstock.cli import main

if __name__ == "__main__":
    main()
