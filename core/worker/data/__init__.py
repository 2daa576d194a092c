"""Data sets as arrays: downloaded, checked, split; and uploads that become data sets."""
