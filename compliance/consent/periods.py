"""How long things last and how often people may be written to, in one place."""

from datetime import timedelta

# A question waits a week; the reminder falls due at half time.
ANSWER_WITHIN = timedelta(days=7)
# PIPL Art. 19: no longer than needed. A consent ends by itself after a year.
CONSENT_LASTS = timedelta(days=365)
# One person gets at most this many questions and reminders a day, whoever asks.
RECIPIENT_MESSAGES = 10
RECIPIENT_PER_SECONDS = 86_400
# One asker puts at most this many questions a day.
ASKER_QUESTIONS = 60
ASKER_PER_SECONDS = 86_400
# Codes to one number, and guesses at them.
CODES_PER_HOUR = 8
GUESSES_PER_HOUR = 20
# Numbers tried from one address.
NUMBERS_PER_HOUR = 40
# A proven number opens the subject's seat for this long after the last step.
SEAT_SECONDS = 15 * 60
