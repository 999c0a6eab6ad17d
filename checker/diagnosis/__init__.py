"""After a failure: from the text of a log to the cause behind it. Prints and opens nothing."""
