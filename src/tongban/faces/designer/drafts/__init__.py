"""Drafts: the list, comments, the review before publishing, try-out, approval, versions, rollback."""
