"""Who may change the data: tokens, what each is good for, and who asks just now."""
