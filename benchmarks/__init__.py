"""What we promise about speed, runnable by anyone: see README.md."""
