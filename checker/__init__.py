"""npm-publish-preflight: will npm accept what this repository's workflows publish?"""

__version__ = "1.0.0"
