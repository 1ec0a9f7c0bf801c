"""What a farm's model is averaged from: local fits, and fits informed by a library."""
