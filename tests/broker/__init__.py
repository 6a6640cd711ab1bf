"""A real Apache Kafka for the tests, on whatever this machine has."""
