"""The coordinator: rules, engine, log, followers, consoles of one utility."""
