"""Tests of the treatments, as torch and as ONNX, against other makers' code."""
