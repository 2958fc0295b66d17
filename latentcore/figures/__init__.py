"""State in, figure out: functions that draw; they know neither the screen nor a training loop."""
