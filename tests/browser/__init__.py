"""Few real journeys in Chromium."""
