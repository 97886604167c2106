"""A consultancy's whole client base: every client audited by workers side by side, and one report over all of them."""
