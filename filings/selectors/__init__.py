"""Read side of the spine; everything here is already limited to what the asking actor may see."""
