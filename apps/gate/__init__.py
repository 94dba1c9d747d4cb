"""May PHI flow?"""
