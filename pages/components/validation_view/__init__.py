"""What a network says of the validation set while it learns."""
