"""A video without explicit label (Labelling Measures Art. 9): the same bytes, with personal data blanked out."""
