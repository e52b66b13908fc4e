"""The OWL API and the reasoner HermiT, in a process of their own.

:mod:`kg.owl.documents` reads what is handed over, :mod:`kg.owl.process` asks, :mod:`kg.owl.machine`
is the other side with the Java machine in it, and :mod:`kg.owl.words` says axioms in sentences.
:mod:`kg.check` makes reports of the answers.
"""
