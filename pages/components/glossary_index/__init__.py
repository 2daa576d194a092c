"""All terms of the glossary."""
