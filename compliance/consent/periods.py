"""How often people may be written to, how long a seat stays open. How long a consent lasts: rules.consent."""

# One person gets at most this many questions and reminders a day, whoever asks.
RECIPIENT_MESSAGES = 10
RECIPIENT_PER_SECONDS = 86_400
# One asker puts at most this many questions a day.
ASKER_QUESTIONS = 60
ASKER_PER_SECONDS = 86_400
# Guesses at the codes of one number, whichever browser makes them; the sending itself is limited by people.codes.
GUESSES_PER_HOUR = 20
# Numbers tried from one network address.
NUMBERS_PER_HOUR = 60
HOUR = 3600
# A proven number opens the subject's seat for this long after the last step.
SEAT_SECONDS = 15 * 60
