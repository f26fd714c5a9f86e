"""What templates need to know about shapes, kept out of the template library so that it can be typed and tested."""
