"""The terms of the glossary, marked where they stand on a page."""
