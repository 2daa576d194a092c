"""An address of this server to share."""
