"""The application for a WSGI server: `gunicorn wsgi:app`, and for the `flask` command."""

import os

# Several workers, each with threads of its own: BLAS threads on top would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from survey_app import create_app

app = create_app()
