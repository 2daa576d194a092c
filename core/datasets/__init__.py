"""Data sets that enter the dashboard: downloads, uploads, data sets of visitors' own pictures, duplicates and previews."""
