"""Speed and memory of the search on the benchmark system, alone and beside other checkers."""
