"""Data of one's own: which files of a folder they are, and how they become images in bytes and classes from 0."""
