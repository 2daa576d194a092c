"""What goes wrong in lecture halls, one test for each."""
