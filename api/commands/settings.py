"""`rapport settings`: lists every setting with its value, default and description."""

from __future__ import annotations

import shutil
import sys
import textwrap
from argparse import Namespace
from dataclasses import fields

from api.settings import Settings, default, meaning, shown, variable
from api.terminal import YELLOW, coloured, say

INDENT = 4
COLUMNS_MAX = 100


def run(settings: Settings, arguments: Namespace) -> int:
    columns = min(shutil.get_terminal_size().columns, COLUMNS_MAX)
    for each in fields(settings):
        known = meaning(each)
        value = getattr(settings, each.name)
        name = variable(each)
        mark = name if value == each.default else coloured(name, YELLOW, sys.stdout)
        say(f"{mark}={shown(each, value)}")
        unit = f" {known.unit}" if known.unit else ""
        text = f"{known.text} (default {default(each)}{unit})"
        say(textwrap.indent(textwrap.fill(text, columns - INDENT), " " * INDENT))
    return 0
