"""CIFAR-100: small colour photographs of 100 kinds of things."""

from core.catalogue.datasets.entry import KerasDataSet

CLASSES = tuple(
    "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle "
    "caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant "
    "flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree "
    "motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate "
    "poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider "
    "squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle "
    "wardrobe whale willow_tree wolf woman worm".replace("_", "\u00a0").split(" ")
)

CIFAR100 = KerasDataSet(
    name="cifar100",
    title="CIFAR-100",
    kind="photos, 100 kinds",
    sentence="60,000 small colour photographs, a hundred kinds of things: 500 of each to learn from.",
    task="name a hundred kinds of things",
    image_shape=(32, 32, 3),
    classes=CLASSES,
    num_train=50_000,
    num_test=10_000,
    pixel_maximum=255,
    files=("cifar-100-python-target_archive",),
    num_bytes=169_001_437,
    url="https://www.cs.toronto.edu/~kriz/cifar.html",
    sha256="85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",  # as in Keras 3.15
    column_labels=True,
    upright="Photographs have the sky above and the ground below.",
)
