"""What each chapter of a document says, as plain texts, numbers and lists under names: nothing is counted here."""
