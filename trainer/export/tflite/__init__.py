"""TensorFlow Lite files, made by a child process that knows nothing of the trainer."""
