# editing
