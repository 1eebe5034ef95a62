"""The public page: what is this file?"""
