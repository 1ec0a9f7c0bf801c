"""The way to the cloud: MQTT 5 over mutual TLS, and an outbox that forgets nothing."""
