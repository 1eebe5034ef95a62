"""Input and output review (Provisions Art. 10): records and holds."""
