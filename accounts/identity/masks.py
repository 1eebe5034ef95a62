"""What may be shown of a name and a number to the person they belong to."""


def mask_name(name: str) -> str:
    """Return the first character and a star for each other: 张*, A****; a blank stays."""
    return name[:1] + "".join(" " if char == " " else "*" for char in name[1:])


def mask_number(number: str) -> str:
    """Return the first and the last character of an official number: 1****************X."""
    return f"{number[:1]}{'*' * (len(number) - 2)}{number[-1:]}" if len(number) > 2 else "**"
