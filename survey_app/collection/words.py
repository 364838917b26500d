"""Every sentence that the scripts of this room say, in both languages.

The scripts use the English sentence as the key, as templates do; `test_collect_words.py` checks that each
sentence in `static/js/collect` and each `data-t` in the app's page is listed here or is an outcome's label.
"""

from __future__ import annotations

import json
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from questionnaires import sentences_of
from survey_app.sampling.outcomes import OUTCOMES

LANGUAGES = ("vi", "en")

SENTENCES = (
    # the frame
    _l("Ý Dân"),
    _l("In English"),
    _l("Opening…"),
    _l("The first sign-in needs a connection"),
    _l("Go where there is a signal, open this page again and sign in. From then on it works without one."),
    # the lock
    _l("This address is not safe for interviews"),
    _l(
        "Open the app by its https address, or ask your supervisor for it. "
        "Over a plain http address a phone can neither encrypt answers nor work without a connection."
    ),
    _l("Enter the PIN"),
    _l("PIN"),
    _l("Open"),
    _l("I have forgotten the PIN"),
    _l("Somebody else signs in"),
    _l("The PIN locks the answers on this phone. Choose six digits that others can't guess."),
    _l("The same PIN again"),
    _l("Use this PIN"),
    _l("Forgotten the PIN?"),
    _l("Enter your sign-in password; then you choose a new PIN. Nothing on the phone is lost."),
    _l("Password"),
    _l("Continue"),
    _l("A PIN has six digits."),
    _l("This PIN is too easy to guess. Choose another."),
    _l("The two entries differ. Type the same PIN twice."),
    _l("Too many wrong tries. Wait %(n)s seconds."),
    _l("This is not the PIN. Try again."),
    _l("A new PIN"),
    _l("The password is not right, or was wrong too often. Check it and try again."),
    _l("This needs a connection. Nothing on the phone is lost in the meantime."),
    _l("Choose a PIN for this phone"),
    # home
    _l("My interviews"),
    _l("Send and update"),
    _l("Sending"),
    _l("Save unsent interviews to a file"),
    _l(
        "So that the phone never clears unsent interviews by itself, "
        "add this app to the home screen (browser menu, “Install app”)."
    ),
    _l("Sign in"),
    _l("No households are assigned to you yet. Ask your supervisor, then press “Send and update”."),
    _l("Interview begun"),
    _l("Given to somebody else"),
    _l("Appointment %(at)s"),
    _l("Not visited yet"),
    _l("Household %(n)s"),
    _l("%(n)s visits"),
    _l("%(n)s of %(of)s households left"),
    _l("All households done"),
    _l(
        "The phone's memory is nearly full (%(mb)s MB left). "
        "Send what waits and delete photos or apps you don't need."
    ),
    _l("Everything has been sent"),
    _l("%(n)s interviews not sent yet"),
    _l("%(n)s visits not sent yet"),
    _l("Waiting since %(day)s"),
    _l("Last contact with the server: %(at)s"),
    _l("No contact with the server yet"),
    _l("%(n)s interviews could not be placed by the server. They are kept here; tell your supervisor."),
    _l("%(n)s interviews sent"),
    _l("Sign in again to send. Nothing is lost."),
    _l("No connection with the server now. Everything is kept on the phone and will be sent later."),
    # a household
    _l("All households"),
    _l("This household is done. There is nothing more to do here."),
    _l("No interview this time?"),
    _l("How did the visit end?"),
    _l("Day and time of the appointment"),
    _l("Record the visit"),
    _l("Last visit: %(outcome)s"),
    _l("This household has been given to somebody else. What you have done here will still be sent."),
    _l("Go on with the interview"),
    _l("Begin the interview"),
    _l("Choose how the visit ended."),
    _l("Give the day and time of the appointment."),
    _l("Visit recorded. It will be sent when there is a connection."),
    # an interview
    _l("Stop"),
    _l("How far along"),
    _l("Next"),
    _l("Back"),
    _l("Go to a section"),
    _l("Back to the question"),
    _l("Stop the interview?"),
    _l("Everything answered so far is kept on the phone."),
    _l("Pause and go on later"),
    _l("The respondent will not go on: keep what was answered"),
    _l("The respondent takes back all answers: delete them"),
    _l("That was the last question"),
    _l("Thank the respondent, then finish. After that the answers can't be opened on this phone."),
    _l("Finish the interview"),
    _l("Kept on the phone"),
    _l("The interview is finished and will be sent when there is a connection."),
    _l(
        "The phone could not keep the interview: %(reason)s. It is still open; free some memory and finish again."
    ),
    _l("This interview is no longer on the phone."),
    _l("The interview is paused. You can go on with it from the list."),
    _l("The answers were deleted. The visit is recorded as declined."),
    _l("Is there one more to tell about?"),
    _l("Yes, add one"),
    # parts of widgets
    _l("Choose one"),
    _l("Day"),
    _l("Month"),
    _l("Year"),
    _l("I have read this"),
    _l("Does not apply"),
    _l("Don't know / hard to say"),
    _l("Prefer not to answer"),
)


def data_block(value: Any) -> Markup:
    """JSON for a `<script type="application/json">`: letters as they are, and nothing that could end the block."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def block() -> dict[str, Any]:
    """The data block of the app's page: words by language, sentences of findings, outcomes."""
    keys = [*SENTENCES, *(outcome.label for outcome in OUTCOMES.values())]
    with force_locale("en"):
        english = [str(key) for key in keys]
    with force_locale("vi"):
        vietnamese = [str(key) for key in keys]
    return {
        "words": {"vi": dict(zip(english, vietnamese, strict=True)), "en": {"In English": "Tiếng Việt"}},
        "sentences": {language: sentences_of("answer.", language) for language in LANGUAGES},
        "outcomes": [
            {"code": o.code, "closes": o.closes, "label": label}
            for o, label in zip(OUTCOMES.values(), english[len(SENTENCES) :], strict=True)
        ],
    }


def manifest(icons: list[dict[str, str]]) -> dict[str, Any]:
    """What the phone needs to install the app."""
    return {
        "name": f"{_l('Ý Dân')} – {_l('Interviews')}",
        "short_name": str(_l("Ý Dân")),
        "lang": "vi",
        "start_url": "/collect/",
        "scope": "/collect/",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#ffffff",
        "theme_color": "#0b5c7d",
        "icons": icons,
    }
