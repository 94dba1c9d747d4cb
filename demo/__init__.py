"""The demonstration: an invented portfolio, loaded the way users load theirs."""
