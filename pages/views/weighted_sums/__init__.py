"""The computation of a single output number of a layer, as a weighted sum."""
