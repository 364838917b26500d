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
    _l("Was anybody else near enough to hear?"),
    _l("Note what you saw; don't ask, and write no names."),
    _l("Nobody"),
    _l("Somebody, part of the time"),
    _l("Somebody, most of the time"),
    _l("Choose whether anybody else was there; then finish."),
    _l("Finish the interview"),
    _l("Kept on the phone"),
    _l("The interview is finished and will be sent when there is a connection."),
    _l(
        "The phone could not keep the interview: %(reason)s. It is still open; free some memory and finish "
        "again."
    ),
    _l("This interview is no longer on the phone."),
    _l("The interview is paused. You can go on with it from the list."),
    _l("The answers were deleted. The visit is recorded as declined."),
    _l("Is there one more to tell about?"),
    _l("Yes, add one"),
    # paused and returned interviews, who holds the phone, enrolling, training
    _l("Sent back: ask again"),
    _l("Waits for the supervisor"),
    _l("Room left on the phone: %(size)s"),
    _l("%(n)s paused interviews not sent yet"),
    _l("New here? Read how to ask, and practise once before the first household."),
    _l("Training and practice"),
    _l("First of all"),
    _l("Sent back by the supervisor"),
    _l("Only these questions are asked again: %(n)s. Say so at the door."),
    _l(
        "This interview rested for more than a day and is sealed. Your supervisor can release it; then "
        "press “Send and update” and go on."
    ),
    _l("Ask the questions again"),
    _l("Visit %(n)s of at least %(of)s, on different days and hours"),
    _l("Note to the supervisor"),
    _l("About the visit only. No names, numbers or addresses, and nothing of the answers."),
    _l("Take out of the note what could tell a person: %(what)s"),
    _l("A note has at most %(n)s characters."),
    _l("It is right, go on"),
    _l("Give the phone back"),
    _l("What was answered here before is kept and no longer shown."),
    _l("Show card"),
    _l("Next card"),
    _l("Back to the interview"),
    _l("What you enter now is not kept: %(reason)s. Finish or stop here, and free some memory."),
    _l("Now the respondent answers alone"),
    _l(
        "Say: “The next questions you may answer yourself. I don't see the answers, and nobody can go back "
        "to them.” Then hand over the phone."
    ),
    _l("The respondent has the phone: begin"),
    _l("The respondent wants it read aloud"),
    _l("Thank you. Please give the phone back"),
    _l("The answers are locked. The interviewer goes on with the PIN."),
    _l("Go on answering"),
    _l("Practice finished"),
    _l("Nothing of it is kept or sent."),
    _l("Begin on this phone"),
    _l("Enter the code from your supervisor, or scan the QR code with the phone's camera."),
    _l("Code"),
    _l("Sign in with name and password"),
    _l("The code has eight letters and digits."),
    _l("Too many codes were tried. Wait a few minutes and try again."),
    _l(
        "This code is not right, has been used, or is older than three days. Ask your supervisor for a new "
        "one."
    ),
    _l("The server can't be reached. The first sign-in needs a connection."),
    _l("This phone has been shut out"),
    _l(
        "The administrator has withdrawn this phone. Households, visits and paused interviews can no longer"
        " be opened here. Finished interviews are still on it, sealed: save them to a file and give it to "
        "your supervisor, or sign in with a new code and they are sent."
    ),
    _l("Sign in with a new code"),
    _l("Practise: %(title)s"),
    _l("Begin a practice interview"),
    _l("A practice interview needs a survey. Press “Send and update” on the first screen."),
    _l("Before the first household"),
    _l("Read every question as it stands, also when it seems long. Its words are what is being measured."),
    _l("Carry your card. Charge the phone; nothing else is needed, everything works without a signal."),
    _l("Never write down a name, a telephone number or an address, on the phone or on paper."),
    _l("At the door"),
    _l(
        "Say who you are, who asks and why: “I come for a survey of opinion on life and services here. Your"
        " household was drawn by chance.”"
    ),
    _l(
        "Go at different hours and days. A household counts as not reached only after the tries that the "
        "app asks for."
    ),
    _l(
        "Somebody declines: thank them, record it and go. Never press, and never take another household "
        "instead."
    ),
    _l("Who answers"),
    _l(
        "Ask how many adults live in the household, and type the number. The phone draws one of them: only "
        "this person answers."
    ),
    _l("The person drawn isn't in: make an appointment. Nobody else answers for them."),
    _l("Consent"),
    _l("Read the consent text aloud in full. Wait for a clear yes."),
    _l(
        "Say that any question may be passed over and that one may stop at any time; whoever takes "
        "everything back has it deleted at once."
    ),
    _l("Asking"),
    _l(
        "No remark, no face, no help with the opinion. Repeat the question and the choices; explain no word"
        " otherwise than the hint does."
    ),
    _l(
        "“Don't know” and “prefer not to answer” are answers like others. Take them as they come, never "
        "offer them."
    ),
    _l(
        "Long lists of choices: turn the phone with “Show card”. Where the app says so, the respondent "
        "answers alone; your PIN brings you back."
    ),
    _l("Others are in the room: ask kindly for a quiet place, above all for the last sections."),
    _l("Afterwards"),
    _l("Finish the interview before you leave. From then on nobody can read it on this phone, you neither."),
    _l(
        "Press “Send and update” whenever there is a signal. What waits for days can be saved to a file for"
        " your supervisor."
    ),
    _l("Practice"),
    _l(
        "A whole interview with a made-up household. Nothing of it is kept or sent: play both parts, and "
        "try the ways out as well."
    ),
    # photos and recordings
    _l("Photos and recordings"),
    _l(
        "Only where the app asks for them, and only after a clear yes to the text that it shows. A no costs nothing: "
        "the interview goes on."
    ),
    _l(
        "No faces, no house numbers, no number plates, no papers. When one got in by chance, take the photo again."
    ),
    _l(
        "Use the app's own buttons, never the phone's gallery: what the app makes is sealed, and isn't left on the "
        "phone."
    ),
    _l("The photo"),
    _l("Take a photo"),
    _l("Take it again"),
    _l("Choose a photo"),
    _l("Remove the photo"),
    _l("Choose a file"),
    _l("Choose another"),
    _l("Remove the file"),
    _l("The recording"),
    _l("Record"),
    _l("Record again"),
    _l("Stop recording"),
    _l("Choose or make a recording"),
    _l("Remove the recording"),
    _l("Recording. It stops by itself after %(n)s minutes."),
    _l("Being made small…"),
    _l("Removed."),
    _l("Kept and sealed: it can no longer be shown on this phone."),
    _l(
        "The phone doesn't let this app use the microphone. Allow it in the browser's settings for this page, or "
        "choose a recording made with another app."
    ),
    _l("This phone has no microphone that can be used. Choose a recording made with another app."),
    _l("There was no room to keep it. The interview can go on without it."),
    _l(
        "There is too little memory left for a photo or a recording (%(mb)s MB). The interview can go on without it."
    ),
    _l("This file is no picture that the phone can read. Take a photo, or choose a JPEG or PNG."),
    _l("This kind of recording can't be taken. Choose one in M4A, 3GP, AMR or MP3."),
    _l("That did not work (%(reason)s). Try once more, or go on without it."),
    _l("May we take a photo or record?"),
    _l("Read this aloud, and wait for a clear answer:"),
    _l(
        "For some questions we ask leave to take a photo or to record your voice. Photos and recordings are sealed "
        "on this phone at once; only the researchers of this survey can open them, they are never published, and "
        "they are destroyed when the survey is locked. You may decline: the interview goes on all the same. Do you "
        "agree?"
    ),
    _l("The respondent agrees"),
    _l("The respondent doesn't agree: go on without"),
    _l("Ask again about photos and recordings"),
    _l("This survey is anonymous: its questions for photos and recordings are not asked."),
    _l("%(n)s photos and recordings not sent yet"),
    _l(
        "%(n)s photos and recordings could not be taken by the server. They are kept here; tell your supervisor."
    ),
    # parts of widgets
    _l("Choose one"),
    _l("Type to find an answer"),
    _l("Nothing fits. Type fewer letters or check the spelling."),
    _l("%(n)s fit."),
    _l("The first %(n)s are shown. Type more letters to narrow them down."),
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
