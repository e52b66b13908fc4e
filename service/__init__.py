"""The Flask application that serves critmat."""
