"""Pure rules of casework: the moves of a dispatch, its clocks, the state of a case."""
