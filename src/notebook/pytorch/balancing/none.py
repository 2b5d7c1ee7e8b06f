# Nothing keeps the load even.
