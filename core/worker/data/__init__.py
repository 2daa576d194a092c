"""Download, check and split data sets, load them as arrays, and make data sets from uploads."""
