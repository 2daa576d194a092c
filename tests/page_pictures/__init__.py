"""Pictures of every page, in each size, theme and state, with what was measured there."""
