"""What people see. Each face is a Django app of its own; `common` holds what they share.

Takes requests of people; gives pages in three languages and four modes. Writes no events: it calls the
named actions and queries of the rooms below, and holds no rule of its own.
"""
