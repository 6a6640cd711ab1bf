"""The consoles' server: signals in, boards out, live changes, one error shape."""
