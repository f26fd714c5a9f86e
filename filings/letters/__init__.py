"""Letters as data: which words may be merged, how a template is checked and filled, and the words we ship. Pure."""
