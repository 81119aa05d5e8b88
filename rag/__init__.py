"""At the question: question -> hits -> spans -> answer -> citations."""
