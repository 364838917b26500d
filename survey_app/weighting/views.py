"""Screens of weighting: the recipe's steps, its effect, and the runs made so far. For researchers."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("weighting", __name__)
