"""Rules of English text: what a question asks for, and what words of an answer belong together."""
