"""Before the question: file -> Document -> Passages -> vectors and terms -> a snapshot on disk."""
