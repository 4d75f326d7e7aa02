"""Pictures of a trace: terminal text, Graphviz, SVG, Mermaid, one HTML page.

A trace is first told (`story.tell`), then drawn.  No picture ever decides anything: what a missing
renderer costs is the picture.
"""
