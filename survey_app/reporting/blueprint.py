"""The room's addresses: leaders' pages (`views.py`) and the researcher's page of a release (`views_release.py`)."""

from flask import Blueprint

bp = Blueprint("reporting", __name__)
