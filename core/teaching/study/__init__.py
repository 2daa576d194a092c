"""The measurement of learning: the concept inventory, random variants of decks, the gain, and the anonymous export."""
