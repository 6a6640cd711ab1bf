"""Kafka: the topics and the log on a real broker."""
