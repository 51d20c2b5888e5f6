"""Who runs a handler. The only rooms that touch os.environ, processes and sockets."""
