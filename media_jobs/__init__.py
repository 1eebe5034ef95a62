"""THE WORK: from upload to a labelled release."""
