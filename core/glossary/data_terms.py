"""Terms about images, data sets and their division into training, validation and test set."""

from core.glossary.drawings import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TEST,
    TRAINING,
    VALIDATION,
    WIDTH,
    arrow,
    bars,
    box,
    dot,
    grid,
    line,
    shade,
    svg,
    text,
)
from core.glossary.term import KERAS, PAGE, SCIKIT_LEARN, WIKIPEDIA, Term
from core.number_text import percent

LEVELS = ((0, 90, 255), (30, 255, 120), (200, 60, 0))  # the pixels of a tiny grey image
COLOURS = (("red", "#D55E00", 0.9), ("green", "#009E73", 0.55), ("blue", "#0072B2", 0.3))
CLASSES = ("shirt", "bag", "boot")


def pixel_drawing() -> str:
    """Draw a tiny image beside its pixel values."""
    image = grid(LEVELS, (40, 24), cell=34, written=False, fill=lambda level: f"rgb({level},{level},{level})")
    numbers = grid(LEVELS, (176, 24), cell=36)
    return svg("Nine pixels as grey squares, and as numbers from 0 to 255", image, arrow((150, 75), (170, 75)), numbers)


def channel_drawing() -> str:
    """Draw three channels as stacked sheets."""
    sheets = [
        box(70 + 34 * number, 16 + 18 * number, 72, 72, fill=colour, stroke="#808890")
        + text(150 + 34 * number, 34 + 18 * number, name, anchor="start")
        for number, (name, colour, _) in enumerate(COLOURS)
    ]
    return svg("Three sheets, red, green and blue, behind each other", *sheets)


def rgb_drawing() -> str:
    """Draw the shares of red, green and blue, and the colour that they mix to."""
    shares = [share for _, _, share in COLOURS]
    mixed = f"rgb({','.join(str(round(255 * share)) for share in shares)})"
    columns = [
        box(50 + 44 * number, BOTTOM - 100 * share, 30, 100 * share, fill=colour, stroke="none")
        + text(65 + 44 * number, HEIGHT - 6, round(255 * share))
        for number, (_, colour, share) in enumerate(COLOURS)
    ]
    patch = box(220, 40, 70, 70, fill=mixed, stroke="#808890")
    return svg("Three numbers as columns, and the orange that they mix to", *columns, arrow((186, 75), (212, 75)), patch)


def one_hot_drawing() -> str:
    """Draw a label as a row of 0 and 1, with a cell for each class."""
    cells = grid([[0, 1, 0]], (145, 60), cell=50, marked=lambda row, column: column == 1)
    names = [text(170 + 50 * number, 50, name) for number, name in enumerate(CLASSES)]
    return svg("The label bag as the numbers 0, 1, 0", text(80, 92, "bag = 1"), arrow((115, 86), (139, 86)), cells, *names)


def scaling_drawing() -> str:
    """Draw pixel values on two number lines, from 0 to 255 and from 0 to 1."""
    levels = (0, 51, 128, 255)
    parts = []
    for y, high, written in ((50, 255, str), (112, 1.0, lambda value: f"{value / 255:.1g}")):
        parts.append(line([(LEFT + 10, y), (RIGHT - 10, y)], "#808890", width=2))
        for level in levels:
            x = LEFT + 10 + level / 255 * (RIGHT - LEFT - 20)
            parts += [dot((x, y), TRAINING), text(x, y - 12, written(level))]
        parts.append(text(WIDTH / 2, y + 24, "÷ 255" if high == 255 else ""))
    return svg("Levels from 0 to 255 become numbers from 0 to 1", *parts)


def split_drawing() -> str:
    """Draw a data set that is divided into training, validation and test set."""
    parts, x = [], float(LEFT)
    for name, share, colour in (("training", 0.72, TRAINING), ("validation", 0.08, VALIDATION), ("test", 0.2, TEST)):
        width = share * (RIGHT - LEFT)
        parts.append(box(x, 50, width, 40, fill=colour, stroke="none"))
        at = max(x + width / 2, 40)
        parts.append(text(min(at, RIGHT - 20), 116 if name != "validation" else 40, f"{name} {percent(share)}"))
        x += width
    parts.append(text(WIDTH / 2, 140, "of all images"))
    return svg("A bar in three parts: of all images, training 72 %, validation 8 %, test 20 %", *parts)


def histogram_drawing() -> str:
    """Draw a histogram of an image's pixel values."""
    counts = (9, 2, 1, 1, 2, 3, 4, 6)
    columns = [
        box(34 + 32 * number, BOTTOM - 11 * count, 28, 11 * count, fill="#808890", stroke="none")
        for number, count in enumerate(counts)
    ]
    return svg(
        "Columns: how many pixels have which level from 0 to 255",
        *columns,
        text(34, HEIGHT - 5, 0, anchor="start"),
        text(288, HEIGHT - 5, 255, anchor="end"),
    )


def imbalance_drawing() -> str:
    """Draw the unequal shares of three classes."""
    return svg("Of ten images, eight are shirts, one is a bag and one a boot", bars((0.8, 0.1, 0.1), CLASSES))


def augmentation_drawing() -> str:
    """Draw a shape, and the same shape turned and shifted."""
    shape = "M0 0 L30 0 L30 12 L12 12 L12 40 L0 40 Z"
    moves = ((30, 50, 0), (104, 44, 15), (186, 60, -15), (260, 42, 8))
    parts = [
        f'<path d="{shape}" transform="translate({x} {y}) rotate({angle})" fill="{shade(0.8, TRAINING)}"/>'
        for x, y, angle in moves
    ]
    return svg("A shape, and the same shape turned and shifted", *parts)


TERMS = (
    Term(
        "pixel",
        "The smallest square of an image: one number for its grey, or three for its colour.",
        PAGE + "images",
        drawing=pixel_drawing,
    ),
    Term(
        "channel",
        "A number that every pixel has, such as its red; inside a network, the map of a filter.",
        PAGE + "images",
        drawing=channel_drawing,
    ),
    Term(
        "RGB", "Red, green and blue: the three numbers that mix to a pixel's colour.", PAGE + "images", drawing=rgb_drawing
    ),
    Term(
        "histogram",
        "Columns that say how many numbers lie in each range.",
        WIKIPEDIA + "Histogram",
        drawing=histogram_drawing,
    ),
    Term(
        "data set",
        "The images and their labels that a network learns from and is tested with.",
        PAGE + "load",
        also=("dataset",),
        example="Fashion-MNIST: 60,000 images to learn from and 10,000 to test, each 28 × 28 pixels, in 10 classes.",
    ),
    Term(
        "class",
        "A kind of image that a network tells apart from others; the answer has a number for each class.",
        WIKIPEDIA + "Statistical_classification",
        also=("classes",),
        example="Digits has 10 classes: 0, 1, 2 … 9. A net for them ends with 10 units.",
        not_after=("ready for", "for", "in", "once the", "the page"),
        not_on=("classroom", "ready"),
    ),
    Term(
        "label",
        "The right answer that comes with an image: the number of its class.",
        PAGE + "load",
        example="An image of a bag has the label 8, since bag is the class with number 8 in Fashion-MNIST.",
    ),
    Term(
        "one-hot",
        "A label written as a row of zeros with a single 1 at the place of its class.",
        KERAS + "utils/python_utils/#to_categorical-function",
        drawing=one_hot_drawing,
    ),
    Term(
        "feature",
        "A number that describes an image: a pixel, or a pattern that a layer finds.",
        WIKIPEDIA + "Feature_(machine_learning)",
        example="“There is a vertical edge in the middle” is a feature; a unit gives a large number where it is so.",
    ),
    Term(
        "scaling",
        "Bringing numbers to a small range, such as 0 to 1, so that steps of learning suit all of them.",
        KERAS + "layers/preprocessing_layers/image_preprocessing/rescaling/",
        also=("rescaling", "scaled"),
        drawing=scaling_drawing,
    ),
    Term(
        "normalisation",
        "Shifting and scaling numbers so that their mean is 0 and their standard deviation 1.",
        KERAS + "layers/preprocessing_layers/numerical/normalization/",
        also=("normalization", "normalise", "normalised"),
        example="The numbers 2, 4, 6 have mean 4 and standard deviation 1.63; they become −1.22, 0 and 1.22.",
    ),
    Term(
        "shuffle",
        "Putting the images in another random order before each epoch, so that batches are mixed.",
        KERAS + "models/model_training_apis/#fit-method",
        also=("shuffled", "shuffling"),
        example="Sorted by class, a batch of 32 holds shirts only; shuffled, it holds about three of each of ten classes.",
    ),
    Term(
        "split",
        "Dividing the images: most to learn from, some to check each epoch, some kept for the end.",
        SCIKIT_LEARN + "modules/cross_validation.html",
        drawing=split_drawing,
    ),
    Term(
        "training set",
        "The images that the weights learn from; only these change them.",
        WIKIPEDIA + "Training,_validation,_and_test_data_sets",
        drawing=split_drawing,
        also=("training images",),
    ),
    Term(
        "validation set",
        "Images kept aside from learning, evaluated after each epoch: they show whether learning helps with new images.",
        WIKIPEDIA + "Training,_validation,_and_test_data_sets",
        also=("validation images", "validation data", "validation split"),
        drawing=split_drawing,
    ),
    Term(
        "test set",
        "Images that nothing was decided with, opened at the end: how well the network does in earnest.",
        WIKIPEDIA + "Training,_validation,_and_test_data_sets",
        also=("test images", "test data"),
        drawing=split_drawing,
    ),
    Term(
        "class imbalance",
        "Some classes have many more images than others, so that naming the largest looks good.",
        KERAS.replace("/api/", "/examples/") + "structured_data/imbalanced_classification/",
        also=("imbalanced", "unbalanced"),
        drawing=imbalance_drawing,
    ),
    Term(
        "augmentation",
        "Turning, shifting or zooming training images at random, so that the network sees more than there are.",
        KERAS + "layers/preprocessing_layers/image_augmentation/",
        also=("data augmentation",),
        drawing=augmentation_drawing,
    ),
    Term(
        "interpolation",
        "Computing pixels in between when an image is made larger, smaller or turned.",
        WIKIPEDIA + "Bilinear_interpolation",
        example="Halfway between a pixel of 100 and one of 200, bilinear interpolation gives 150.",
    ),
    Term(
        "data leak",
        "The same image, or nearly the same, in training and test set: the test looks better than it is.",
        WIKIPEDIA + "Leakage_(machine_learning)",
        also=("leakage", "near-duplicates", "near copies"),
        example="If 30 of 100 test images were learned by heart, 70 % right on new ones looks like 79 %.",
    ),
)
