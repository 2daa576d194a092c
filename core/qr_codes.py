"""Functions that draw an address as a QR code."""

from html import escape

QUIET = 4  # white squares around a code, without which cameras do not find the code


def qr_code_path(address: str) -> tuple[str, int]:
    """Return the QR code of an address: the SVG path of its dark squares, and the number of squares on a side."""
    import segno  # noqa: PLC0415 - the first page must not wait for this import

    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
    squares = [f"M{column} {row}h1v1h-1z" for row, cells in enumerate(rows) for column, cell in enumerate(cells) if cell]
    return "".join(squares), len(rows)


def qr_code_svg(address: str) -> str:
    """Return the QR code of an address as SVG. The code is black on white in both themes, as cameras expect."""
    path, squares = qr_code_path(address)
    side = squares + 2 * QUIET
    frame = f'viewBox="0 0 {side} {side}" width="{side}" height="{side}" shape-rendering="crispEdges"'
    label = f"QR code of the address {address}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {frame} role="img" aria-label="{escape(label)}">'
        f'<rect width="{side}" height="{side}" fill="#ffffff"/>'
        f'<path transform="translate({QUIET} {QUIET})" d="{path}" fill="#000000"/></svg>'
    )
