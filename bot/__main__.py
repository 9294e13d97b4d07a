"""The door: `moves` and `python -m bot`. What is built, and how, stands in `bot/composition.py`."""

import multiprocessing

from bot.cli.app import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()
