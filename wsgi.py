"""The application for a WSGI server: `gunicorn wsgi:app`, and for the `flask` command."""

from survey_app import create_app

app = create_app()
