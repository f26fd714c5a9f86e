"""What the portal holds already, read of the apps below: one module for each, registered as feeds when the app is ready."""
