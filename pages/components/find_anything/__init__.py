"""The search over all pages, layers, settings and terms."""
