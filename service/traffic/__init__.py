"""Who uses the service and how much: budgets, running queries, metrics and the log."""
