"""The frame of every page: the bar, the heading with its tabs, the drawer with the code, and the Share menu."""
