"""The citizen's face: from "what do you want to do" to the result, one application for a life event.

Takes requests of anyone (home, search, guide) and of signed-in persons (everything personal). Gives plain
HTML that works without JavaScript; htmx only refreshes parts of it. Writes no events itself.
"""
