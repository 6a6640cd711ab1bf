"""Real Kafka and Redis for the tests, on whatever this machine has."""
