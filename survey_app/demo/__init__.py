"""The demo: a made-up population with known truth, a frame inside the real communes of Quảng Ninh, simulated
fieldwork through the real receiving code, and three waves.

Called by the `flask` commands only. Stands above the rooms and may import them all. Tested in
`tests/integration/test_demo.py` and `tests/simulation`. A new demo question gets its truth in `opinions.py`.
"""
