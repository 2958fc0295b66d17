"""What a person takes away: tables as CSV, a model as JSON, a report as HTML, a script."""
