import os

from todo import create_app

app = create_app(os.environ.get("TODO_DATABASE", "todo.db"))
