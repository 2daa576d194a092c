"""The pages on which a scene may take place; `pages.shell.page_map` shows them."""

SCENE_PAGES = (
    *("start.py", "load.py", "own.py", "images.py", "define.py", "compile.py", "train.py", "runs.py", "stage.py"),
    *("evaluate.py", "mistakes.py", "inside.py", "why.py", "try_it.py", "take_away.py"),
    *("backends.py", "glossary.py", "ready.py"),
)
