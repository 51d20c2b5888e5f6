pytest_plugins = ["wxcloud_gateway"]
