"""The effect of random augmentation layers on an image: of a layer to try, and of the draft's own layers."""
