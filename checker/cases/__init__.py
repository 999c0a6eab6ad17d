"""From facts to cases: what one step does with one package on one path, and its possible worlds.

`world` holds the case and answers questions about it, `exchange` says whether trusted publishing
works in it, `provenance` whether the publish carries a statement. No policy and no words here.
"""
