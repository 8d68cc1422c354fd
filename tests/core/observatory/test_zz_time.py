import time
def test_a(demo_store): pass
def test_b(store): pass
def test_c(demo_store): pass
