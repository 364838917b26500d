"""The application for a WSGI server: `gunicorn wsgi:app`, and for the `flask` command."""

import gc
import os

# Several workers, each with threads of its own: BLAS threads on top would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from survey_app import create_app

app = create_app()

# What is loaded by now stays as long as the process: the garbage collector need not walk through it again and again.
gc.collect()
gc.freeze()
