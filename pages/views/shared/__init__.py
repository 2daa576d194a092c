"""Parts that several views share: the view in a scene, the moments of a network, and the card for a missing picture."""
