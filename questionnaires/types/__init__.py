"""Question types: one module a type (or a family that shares everything but its name), one registry.

What is it for: everything that depends on a question's type is asked of `registry` here: how the type cell
is spelt, what the product does with it, which stored values fit, which columns it makes, how a simulated
respondent answers. Who may call it: the rest of `questionnaires`; outsiders use what
`questionnaires/__init__.py` exports. How is it tested: `tests/unit/questionnaires/test_types*.py`; the table
of types in `questionnaires/README.md` is generated from it and compared by a test. Where does the next thing
go: a module here with a tuple `TYPES`, named in `registry.MODULES`.
"""
