"""A component that draws a confusion matrix with clickable cells."""
