"""The line of a pen that writes each digit. A visitor can follow the line on the sheet of Try it."""

from collections.abc import Mapping
from types import MappingProxyType

DIGIT_LINES: Mapping[str, str] = MappingProxyType(  # by the digit: a path of SVG on a square of 100
    {
        "0": "M50 15C26 15 26 85 50 85C74 85 74 15 50 15",
        "1": "M38 29L52 15V85",
        "2": "M32 32C33 10 68 10 68 33C68 50 40 65 31 85H70",
        "3": "M33 25C40 10 67 12 67 32C67 46 54 49 46 49C58 49 70 54 70 68C70 89 38 89 30 74",
        "4": "M55 15L29 62H72M58 42V85",
        "5": "M66 15H37L35 45C48 37 70 43 70 63C70 88 40 90 30 77",
        "6": "M60 15C40 25 31 48 31 64C31 92 69 92 69 65C69 46 40 44 32 60",
        "7": "M30 15H70L43 85",
        "8": "M50 49C30 45 31 15 50 15C69 15 70 45 50 49C26 53 26 85 50 85C74 85 74 53 50 49",
        "9": "M68 34C68 10 32 10 32 34C32 57 66 55 68 34C69 56 63 74 52 85",
    }
)
