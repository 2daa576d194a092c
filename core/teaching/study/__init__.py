"""Does it teach? The concept inventory, variants by chance, the gain, and the anonymous export."""
