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
    "serve": "run the server until it is stopped",
    "migrate": "bring the database schema up to date",
    "seed": "fill an empty database with the demo data",
    "import": "import a CSV file, all of it or nothing",
    "export": "export a CSV file that can be imported again",
    "schema": "print the GraphQL schema",
    "check": "check the settings, the database and the GraphiQL page",
    "settings": "list every setting with its value, default and description",
}

MODULES = {"import": "exchange", "export": "exchange"}
"""Commands whose module has another name."""

EXAMPLES = """\
examples:
  rapport migrate && rapport seed      a database with the demo data in ./data
  RAPPORT_DEMO=1 rapport serve         then GraphiQL is at http://127.0.0.1:8000/graphql
  RAPPORT_DEMO=1 RAPPORT_PORT=0 rapport serve
                                       a second server; it prints the port it uses
  RAPPORT_DATABASE_URL=postgresql://brm@db/brm rapport check
                                       is that database reachable and up to date?
  rapport import customers.csv --dry-run
                                       what would change, and what is wrong?
  rapport export contacts contacts.csv

Settings are environment variables: see 'rapport settings'.
Exit codes: 0 success, 1 refused or failed, 2 wrong usage or invalid setting.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Errors that a person can fix print one line and no traceback."""
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
        # The reader closed the pipe; keep the interpreter from flushing to it again at exit.
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
        help="load N times as much data, for benchmarks (1 is 40 customers and 300 complaints)",
    )
    command.add_argument(
        "--if-empty",
        action="store_true",
        help="do nothing, successfully, if the database already contains data",
    )


def _describe_import(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="a CSV file in UTF-8")
    command.add_argument(
        "--kind",
        metavar="KIND",
        help=f"the kind of its rows: {KINDS} (default: the file's name)",
    )
    command.add_argument(
        "--dry-run", action="store_true", help="show what would change, and change nothing"
    )
    command.add_argument("--json", action="store_true", help="print the report as JSON")


def _describe_export(command: argparse.ArgumentParser) -> None:
    command.add_argument("kind", metavar="KIND", help=KINDS)
    command.add_argument(
        "file", metavar="FILE", nargs="?", help="the file to write (default: standard output)"
    )


DESCRIPTIONS = {
    "seed": _describe_seed,
    "import": _describe_import,
    "export": _describe_export,
}


def _scale(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"N must be a whole number from 1 to 10000, not '{text}'")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
