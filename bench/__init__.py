"""Speed and memory, each as a ratio to a limit measured in the same run; never a timed test."""
