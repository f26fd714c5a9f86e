"""What is seen: querysets limited to what an actor may see. No writes."""
