"""What a library can be imported from, each as a stream of soils on the grid."""
