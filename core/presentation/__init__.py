"""What templates need to know about shapes, apart from the tag library so that it can be typed and tested."""
