"""What a screen reader says of a page, out of its accessibility tree."""

import pytest

from tests.page_pictures.story import story

SNAPSHOT = """\
- navigation "The five steps":
  - list:
    - link "Load done" [cursor=pointer]:
      - /url: ./load
- main:
  - heading "Train" [level=1]
  - paragraph: The network sees all training images.
  - button "Train" [disabled]:
    - paragraph: Train
  - row "7 actual 7, predicted 7: 3 images":
    - gridcell "actual 7, predicted 7: 3 images": "3"
  - 'button "Batch: 32" [expanded]'
  - img "Loss: 0.38"
  - text: run 1
"""


@pytest.fixture(autouse=True)
def data_folder() -> None:
    """No data is kept here."""


def test_story_says_headings_landmarks_controls_and_texts_in_their_order() -> None:
    assert story(SNAPSHOT) == [
        "navigation: The five steps",
        "link: Load done",
        "main",
        "heading 1: Train",
        "The network sees all training images.",
        "button: Train (disabled)",
        "gridcell: actual 7, predicted 7: 3 images",
        "button: Batch: 32 (expanded)",
        "img: Loss: 0.38",
        "run 1",
    ]
