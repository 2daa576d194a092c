"""Drawings for terms about networks. The numbers are computed as the drawn layers compute them."""

import math

from core.glossary.drawings import (
    CELL,
    HEIGHT,
    TRAINING,
    WRONG,
    arrow,
    bars,
    box,
    dot,
    exponentials,
    function_drawing,
    grid,
    line,
    shade,
    svg,
    text,
    wires,
)

IMAGE = ((0, 0, 9, 9, 0), (0, 0, 9, 9, 0), (0, 0, 9, 9, 0), (0, 0, 9, 9, 0))
KERNEL = ((-1, 1), (-1, 1))  # finds an edge from dark to bright
LOGITS = (2.0, 1.0, -0.5)
NAMES = ("shirt", "bag", "boot")
POOLED = ((1, 3, 2, 0), (5, 2, 1, 1), (0, 2, 7, 4), (1, 1, 3, 2))


def convolved(image: tuple[tuple[int, ...], ...], kernel: tuple[tuple[int, ...], ...]) -> list[list[int]]:
    """Return the output of a kernel at each position of an image."""
    size = len(kernel)
    return [
        [
            sum(kernel[i][j] * image[row + i][column + j] for i in range(size) for j in range(size))
            for column in range(len(image[0]) - size + 1)
        ]
        for row in range(len(image) - size + 1)
    ]


def neuron_drawing() -> str:
    """Draw three inputs, their weights, and the weighted sum with a bias."""
    inputs, weights, bias = (0.5, 1.0, 0.2), (2.0, -1.0, 3.0), 0.1
    total = sum(number * weight for number, weight in zip(inputs, weights, strict=True)) + bias
    parts = [dot((215, 75), TRAINING, 26), text(215, 81, "+"), arrow((243, 75), (268, 75)), text(296, 81, f"{total:.2g}")]
    for number, (value, weight) in enumerate(zip(inputs, weights, strict=True)):
        y = 30 + 40 * number
        parts += [text(30, y + 6, f"{value:g}"), line([(46, y), (192, 75)], "#808890", width=1 + abs(weight))]
        parts.append(text(112, y - 2 + (75 - y) * 0.45, f"× {weight:g}".replace("-", "−")))
    return svg("Three numbers, each times its weight, are added up with a bias", *parts, text(215, 128, f"bias {bias:g}"))


def network_drawing() -> str:
    """Draw the units of three layers and the links between them."""
    return svg("Three columns of units, each joined with all of the column before", wires((4, 3, 2)))


def dropout_drawing() -> str:
    """Draw a network in which dropout switches some units off."""
    return svg("A network in which two of four units are crossed out", wires((4, 4, 2), silent=((1, 0), (1, 2))))


def relu_drawing() -> str:
    """Draw the graph of relu."""
    return function_drawing("relu: 0 for negative numbers, else the number itself", lambda x: max(0.0, x), (-3, 3), (-1, 3))


def sigmoid_drawing() -> str:
    """Draw the graph of the sigmoid."""
    return function_drawing("sigmoid, from 0 to 1", lambda x: 1 / (1 + math.exp(-x)), (-6, 6), (-0.1, 1.1))


def tanh_drawing() -> str:
    """Draw the graph of the hyperbolic tangent."""
    return function_drawing("tanh, from −1 to 1", math.tanh, (-3, 3), (-1.2, 1.2))


def activation_drawing() -> str:
    """Draw the graph of leaky relu, as an example of an activation function."""
    return function_drawing("leaky relu, with a kink at 0", lambda x: max(0.2 * x, x), (-3, 3), (-1, 3))


def softmax_drawing() -> str:
    """Draw three numbers and their softmax."""
    names = [f"{name} {value:g}".replace("-", "−") for name, value in zip(NAMES, LOGITS, strict=True)]
    return svg("The numbers 2, 1 and −0.5 as shares that add up to 1", bars(exponentials(LOGITS), names))


def convolution_drawing() -> str:
    """Draw an image, the weights of a kernel, and the kernel's output at each position. Write the sum of one position."""
    row, column = 0, 1
    below = [numbers[column : column + len(KERNEL)] for numbers in IMAGE[row : row + len(KERNEL)]]
    products = [
        f"{weight} × {pixel}"
        for pixels, weights in zip(below, KERNEL, strict=True)
        for pixel, weight in zip(pixels, weights, strict=True)
    ]
    output = convolved(IMAGE, KERNEL)
    total = f"{' + '.join(products)} = {output[row][column]}".replace("+ -", "− ").replace("-", "−")
    return svg(
        "A window of 2 by 2 pixels over an image, its four weights, and the sum of the products that it gives",
        grid(IMAGE, (4, 8), marked=lambda i, j: row <= i < row + 2 and column <= j < column + 2),
        text(142.5, 62, "×"),
        grid(KERNEL, (151, 32), fill=lambda weight: shade(0.5, TRAINING if weight > 0 else WRONG)),
        text(213, 62, "→"),
        grid(output, (226, 18), cell=30, marked=lambda i, j: (i, j) == (row, column)),
        text(176, 138, total),
        size=(352, HEIGHT),
    )


def kernel_drawing() -> str:
    """Draw the weights of a kernel."""
    cells = grid(KERNEL, (125, 40), cell=36, fill=lambda weight: shade(0.5, TRAINING if weight > 0 else WRONG))
    return svg("A kernel of 2 by 2 weights, which finds an edge from dark to bright", cells)


def pooling_drawing() -> str:
    """Draw a 4 × 4 grid of numbers, and the largest number of each 2 × 2 window, as in max pooling."""
    largest = [
        [max(POOLED[2 * row + i][2 * column + j] for i in range(2) for j in range(2)) for column in range(2)]
        for row in range(2)
    ]
    numbers = grid(POOLED, (24, 22), marked=lambda row, column: row < 2 and column < 2)
    result = grid(largest, (210, 48), marked=lambda row, column: (row, column) == (0, 0))
    return svg("Of each 2 by 2 numbers the largest stays", numbers, arrow((146, 75), (196, 75)), result)


def stride_drawing() -> str:
    """Draw the positions of a window that moves by two pixels."""
    cells = grid(((1,) * 7,), (60, 40), cell=30, written=False)
    windows = [
        line([(62 + 60 * number, 82 + 10 * number), (148 + 60 * number, 82 + 10 * number)], TRAINING) for number in range(3)
    ]
    return svg("Three windows of three pixels, each moved by two pixels", cells, *windows, text(160, 130, "stride 2"))


def padding_drawing() -> str:
    """Draw an image with a frame of zeros."""
    framed = [[0] * 5, [0, 4, 7, 2, 0], [0, 1, 9, 3, 0], [0] * 5]
    cells = grid(framed, (95, 22), marked=lambda row, column: row in (0, 3) or column in (0, 4))
    return svg("An image of 2 by 3 pixels with a frame of zeros", cells)


def flatten_drawing() -> str:
    """Draw two rows of numbers that become a single row."""
    numbers = ((1, 2, 3), (4, 5, 6))
    return svg(
        "Two rows of three numbers become one row of six",
        grid(numbers, (121, 12)),
        arrow((160, 70), (160, 94)),
        grid((tuple(value for row in numbers for value in row),), (82, 104)),
    )


def residual_drawing() -> str:
    """Draw two layers, and a connection that leads around the layers."""
    parts = [
        box(90, 50, 60, 36), text(120, 74, "layer"), box(180, 50, 60, 36), text(210, 74, "layer"),
        arrow((40, 68), (88, 68)), arrow((150, 68), (178, 68)), arrow((240, 68), (272, 68)),
        f'<path d="M60 68 C60 140 282 150 282 84" fill="none" stroke="{TRAINING}" stroke-width="3"/>',
        text(282, 74, "+", bold=True), arrow((292, 68), (314, 68)),
    ]  # fmt: skip
    return svg("The input of two layers is added to their output", *parts)


def attention_drawing() -> str:
    """Draw the attention of each of four words to all words."""
    words, meaning = ("the", "bag", "is", "red"), ((0.1, 0.2), (2.0, 0.1), (0.2, 0.4), (1.6, 0.9))
    weights = [exponentials([2 * (a * c + b * d) for c, d in meaning]) for a, b in meaning]
    cells = grid(weights, (110, 34), written=False, fill=lambda value: shade(value, TRAINING))
    across = [text(123 + CELL * number, 28, word[:3]) for number, word in enumerate(words)]
    down = [text(102, 52 + CELL * number, word, anchor="end") for number, word in enumerate(words)]
    return svg("A square of 4 by 4: each row says how much a word looks at the others", cells, *across, *down)


def embedding_drawing() -> str:
    """Draw a table with a row of values for each number."""
    table = ((0.2, -1.0), (0.9, 0.3), (-0.5, 0.7))
    cells = grid(table, (130, 24), cell=36, marked=lambda row, column: row == 1)
    rows = [text(112, 48 + 36 * row, row, anchor="end") for row in range(3)]
    return svg(
        "A table of three rows: number 1 becomes 0.9 and 0.3", cells, *rows, arrow((60, 78), (92, 78)), text(46, 84, 1)
    )


def batch_normalisation_drawing() -> str:
    """Draw the outputs of a unit before and after batch normalisation."""
    before = (3.0, 5.0, 7.0, 9.0)
    mean = sum(before) / len(before)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in before) / len(before))
    parts = [line([(20, y), (300, y)], "#808890", width=1.5) for y in (50, 112)] + [text(160, HEIGHT - 6, 0)]
    for value in before:
        parts += [dot((160 + 14 * value, 50), TRAINING), dot((160 + 50 * (value - mean) / deviation, 112), TRAINING)]
    return svg(
        "Four numbers around 6 become four numbers around 0",
        *parts,
        text(160, 34, 0),
        line([(160, 44), (160, 118)], width=1),
    )
