"""Scripts: the text of a step to the simple commands it runs, and which way a run takes there."""
