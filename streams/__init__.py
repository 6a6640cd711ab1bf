"""The coordinator on Kafka: topics, and the log on a partition of one."""
