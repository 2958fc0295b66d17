"""Training as a generator of events: whoever consumes it draws, saves, stops or resumes."""
