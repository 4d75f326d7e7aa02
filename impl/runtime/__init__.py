"""The runtime modules of section 2.5, one file each, with the specification's names.

Storage is a value.  A routine takes the storage before and returns the storage after; one that
fails raises, and the storage before is still what it was.
"""
