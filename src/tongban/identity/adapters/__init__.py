"""Sign-in methods: each vouches for an account; the rooms above never know which one did."""
