"""The command line: `rapport`, or `python -m api`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from api.settings import Settings, SettingsError
from api.terminal import Refused, complain

WRONG_USE_EXIT_CODE = 2
INTERRUPTED_EXIT_CODE = 130

KINDS = "customers, services, contacts, items or relationships"

COMMANDS = {
    "serve": "serve the graph until it is told to stop",
    "migrate": "bring the database's tables up to date",
    "seed": "fill an empty database with the demo data",
    "import": "take in a table of comma-separated values, all of it or nothing",
    "export": "give out a table that an import takes in",
    "schema": "print the GraphQL schema",
    "check": "say whether settings, database and GraphiQL page are as they should be",
    "settings": "list every setting: its value, default and meaning",
}

MODULES = {"import": "exchange", "export": "exchange"}
"""The module of each command that is not named like it."""

EXAMPLES = """\
examples:
  rapport migrate && rapport seed      a database with the demo data in ./data
  RAPPORT_DEMO=1 rapport serve         then GraphiQL is at http://127.0.0.1:8000/graphql
  RAPPORT_DEMO=1 RAPPORT_PORT=0 rapport serve
                                       a second server; it says which port it took
  RAPPORT_DATABASE_URL=postgresql://brm@db/brm rapport check
                                       is that database reachable and up to date?
  rapport import customers.csv --dry-run
                                       what would change, and what stands against it?
  rapport export contacts contacts.csv

Settings are environment variables: see 'rapport settings'.
Exit codes: 0 done, 1 refused or not well, 2 wrong use or a wrong setting.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. What a person can mend ends it with one line and no traceback."""
    arguments = _parser().parse_args(argv)
    try:
        settings = Settings.from_environment(os.environ)
        code: int = import_module(_module(arguments.command)).run(settings, arguments)
        sys.stdout.flush()
    except SettingsError as error:
        for fault in error.faults:
            complain(fault)
        return WRONG_USE_EXIT_CODE
    except Refused as refusal:
        complain(str(refusal))
        return refusal.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED_EXIT_CODE
    except BrokenPipeError:
        # Whoever read the output has enough of it; the interpreter must not try again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _module(command: str) -> str:
    return f"api.commands.{MODULES.get(command, command)}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rapport",
        description="A GraphQL API server for ITIL Business Relationship Management.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    for name, text in COMMANDS.items():
        command = commands.add_parser(
            name, help=text, description=f"{text[0].upper()}{text[1:]}.", allow_abbrev=False
        )
        if name in DESCRIPTIONS:
            DESCRIPTIONS[name](command)
    return parser


def _describe_seed(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--scale",
        type=_scale,
        default=1,
        metavar="N",
        help="load N times as much, for measurements (1 is 40 customers and 300 complaints)",
    )
    command.add_argument(
        "--if-empty",
        action="store_true",
        help="do nothing, and be content, where the database holds data already",
    )


def _describe_import(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="a file of comma-separated values, in UTF-8")
    command.add_argument(
        "--kind",
        metavar="KIND",
        help=f"what its rows are: {KINDS} (default: as the file is named)",
    )
    command.add_argument(
        "--dry-run", action="store_true", help="say what would change, and change nothing"
    )
    command.add_argument("--json", action="store_true", help="print the report for programs")


def _describe_export(command: argparse.ArgumentParser) -> None:
    command.add_argument("kind", metavar="KIND", help=KINDS)
    command.add_argument(
        "file", metavar="FILE", nargs="?", help="where to write (default: standard output)"
    )


DESCRIPTIONS = {
    "seed": _describe_seed,
    "import": _describe_import,
    "export": _describe_export,
}


def _scale(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"N is a whole number from 1 to 10000, not '{text}'")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
