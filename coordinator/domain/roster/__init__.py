"""Who there is, who is on shift, and who may be called."""
