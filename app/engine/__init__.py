"""The discrete-event engine: compiles a drawing to a World and runs it request by request."""
