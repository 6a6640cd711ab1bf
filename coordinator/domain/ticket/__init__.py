"""A work ticket (工作票, 事故紧急抢修单): its life from the draft to its end, and who is on it."""
