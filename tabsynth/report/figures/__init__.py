"""Inline SVG figures, one kind a module, coloured by CSS classes so that light, dark and print all work."""
