"""What tests stand on: a browser, a throwaway PostgreSQL, a running server. Nothing here is a test."""
