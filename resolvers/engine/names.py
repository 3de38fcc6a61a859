"""Names as clients have them and as Python has them, and the global ids of rows."""


def camel(name: str) -> str:
    """A column's name as clients know the field: `time_zone` is timeZone."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def snake(name: str) -> str:
    """A client's name as Python has it: timeZone is time_zone."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
