"""What is read: measures under the law of a day and a place, and quotes. No writes."""
