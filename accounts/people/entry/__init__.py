"""The way in: django-allauth with codes to a mobile number or an e-mail address, and no password anywhere."""
