"""Forks of a real chain, grown in every order: what one of them does must not touch another."""
