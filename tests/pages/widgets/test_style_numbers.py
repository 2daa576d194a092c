"""Numbers for style sheets: written as custom properties, and nothing else."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.widgets.style_numbers import style_numbers


def test_numbers_are_properties_of_the_page_or_of_a_container() -> None:
    def page() -> None:
        from pages.widgets.style_numbers import style_numbers  # noqa: PLC0415 - AppTest runs the text of the function

        style_numbers({"": {"done": 37.5}, "asked-guess-1": {"share": 40, "bar": 60}})

    (html,) = AppTest.from_function(page).run().get("html")
    expected = ':root { --done: 37.5; } [class*="st-key-asked-guess-1"] { --share: 40; --bar: 60; } '
    assert html.proto.body == f"<style>{expected}</style>"


@pytest.mark.parametrize("key", ["a</style><script>", 'a"]', "a b"])
def test_name_of_other_signs_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="are not made of letters, digits, hyphens and underscores"):
        style_numbers({key: {"share": 1}})


def test_property_of_other_signs_is_refused() -> None:
    with pytest.raises(ValueError, match="are not made of letters"):
        style_numbers({"": {"share: 1; } body { display: none": 1}})
